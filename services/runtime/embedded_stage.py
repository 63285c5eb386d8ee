"""The embedded runner of one stage: a thread that reads, has batches worked out, and commits."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final

import structlog

from services.runtime.clock import Clock
from services.runtime.errors import (
    BatchRefusedError,
    MercatError,
    RetryLaterError,
    StateConflictError,
    StopError,
)
from services.runtime.failpoints import reach
from services.runtime.isolation import REFUSED_FOR_GOOD, Isolation
from services.runtime.limits import DeadLetterBudget, StageLimits
from services.runtime.metrics import Metrics
from services.runtime.overlay import Overlay
from services.runtime.ports import Commit, Cursor, EventLog, Journal, Record, Stage, StateReader
from services.runtime.processors import Processor
from services.runtime.step import Outcome

IDLE_WAIT_SECONDS: Final = 0.5
RETRY_WAIT_SECONDS: Final = 0.1
CONFLICTS_MAX: Final = 5

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Batch:
    """A run of records on its way: being worked out, then being committed."""

    start: int
    end: int
    records: Sequence[Record]
    begun_seconds: float
    outcome: "Future[Outcome]"
    done: "Future[Sequence[Record]] | None" = None


class StageRunner:
    """Runs a stage until told to stop, a limit is reached, or a bug shows.

    Batches are committed in the order read, a few in flight at a time; the cursor moves in the
    same commit as the effects. Where the store refuses, everything in flight is dropped and the
    stage begins again at its committed cursor: nothing is lost, nothing counts twice. Where a
    commit would be refused again, since a row breaks a rule of the database, smaller batches find
    the one event it is about, which becomes a dead letter; its neighbours go on.
    """

    def __init__(  # noqa: PLR0913 - the ports a stage stands on, given once, at the composition root
        self,
        stage: Stage,
        processor: Processor,
        *,
        event_log: EventLog,
        store: StateReader,
        journal: Journal,
        clock: Clock,
        metrics: Metrics,
        limits: StageLimits,
        committed: Callable[[Outcome], None] | None = None,
    ) -> None:
        self.stage = stage
        self.stopped_because: str | None = None
        self.crashed_with: BaseException | None = None
        self._processor = processor
        self._log = event_log
        self._store = store
        self._journal = journal
        self._clock = clock
        self._metrics = metrics
        self._limits = limits
        self._committed = committed
        self._overlay = Overlay(store)
        self._isolation = Isolation(stage)
        self._budget = DeadLetterBudget(limits)
        self._stopping = threading.Event()
        self._batches: deque[_Batch] = deque()
        self._next_offset = 0
        self._kept_offset: int | None = None
        self._begun = False
        self._failures = 0
        self._conflicts = 0
        self._thread = threading.Thread(target=self._run, name=stage.name, daemon=True)

    def start(self) -> None:
        """Begin work in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is in flight and end; returns when it has."""
        self._stopping.set()
        self._thread.join()
        self._processor.close()

    def lag(self) -> int:
        """Return how many events of the topic this stage has not committed yet.

        Where it is 0, what the stage passed on is in the log for the next one's lag to count. The
        store's cursor moves a moment before the log shows what was committed with it: it is asked
        only of a stage that has not begun.
        """
        kept = self._kept_offset
        if kept is None:
            kept = self._store.cursor(self.stage.name, self.stage.topic)
        return max(0, self._log.end_offset(self.stage.topic) - kept)

    @property
    def running(self) -> bool:
        """Whether the stage still works."""
        return self._thread.is_alive()

    def _run(self) -> None:
        running = self._metrics.stage_running.labels(self.stage.name)
        running.set(1)
        try:
            while not self._stopping.is_set():
                self.turn()
            while self._batches:
                self.turn()
        except StopError as error:
            self.stopped_because = str(error)
            log.error("stage stopped", stage=self.stage.name, reason=str(error))
        except BaseException as error:  # noqa: BLE001 - handed up: the process ends with it
            self.stopped_because = f"a bug: {type(error).__name__}: {error}"
            self.crashed_with = error
        finally:
            running.set(0)

    def turn(self) -> None:
        """Do the next useful thing, or wait for one; where the store refuses, wait and begin again.

        Raises DeadLetterLimitError, StopError of the processor's, StopError where an event can
        neither be handled nor set aside, and StateConflictError once beginning again has not helped
        several times running.
        """
        try:
            if not self._begun:
                self._begin()
            self._advance()
        except StateConflictError as error:
            self._conflicts += 1
            if self._conflicts > CONFLICTS_MAX:
                raise
            self._begin_again(self._conflicts, error)
        except RetryLaterError as error:
            self._failures += 1
            self._begin_again(self._failures, error)

    def _begin(self) -> None:
        self._overlay.clear()
        self._next_offset = self._store.cursor(self.stage.name, self.stage.topic)
        self._kept_offset = self._next_offset
        self._begun = True

    def _advance(self) -> None:
        """Read on while there is room and no order to stop, else bring the oldest home."""
        room = len(self._batches) < self._limits.in_flight_max and not self._stopping.is_set()
        if room and self._read():
            self._commit_ready()
            return
        if self._batches:
            self._bring_home()
            return
        if self._log.wait(self.stage.topic, self._next_offset, IDLE_WAIT_SECONDS):
            if self._limits.linger_seconds:
                self._stopping.wait(self._limits.linger_seconds)
        else:
            self._metrics.stage_lag_events.labels(self.stage.name).set(0)

    def _read(self) -> bool:
        records = self._log.read(self.stage.topic, self._next_offset, self._limits.batch_max)
        if not records:
            return False
        records = records[: self._isolation.cut(records)]
        begun, now = self._clock.elapsed_seconds(), self._clock.now()
        outcome = self._isolation.letter(records, now)
        if outcome is None:
            outcome = self._processor.submit(records, self._overlay.fetch, now)
        end = records[-1].offset + 1
        self._batches.append(_Batch(self._next_offset, end, records, begun, outcome))
        self._next_offset = end
        return True

    def _commit_ready(self) -> None:
        """Commit, in order, the batches that are worked out already."""
        for batch in self._batches:
            if batch.done is None:
                if not batch.outcome.done():
                    return
                self._commit(batch)

    def _bring_home(self) -> None:
        batch = self._batches[0]
        if batch.done is None:
            batch.outcome.exception()
            self._commit_ready()
        assert batch.done is not None
        try:
            batch.done.result()
        except REFUSED_FOR_GOOD as error:
            self._isolation.refused(batch.records, error)
        reach(f"{self.stage.name}.commit.after")
        self._kept_offset = batch.end
        self._batches.popleft()
        self._overlay.settle()
        self._isolation.kept(batch.records)
        # Only what was kept counts as progress: a batch that is read again and again is none.
        self._failures = self._conflicts = 0
        self._count(batch)

    def _commit(self, batch: _Batch) -> None:
        outcome = batch.outcome.result()
        cursor = Cursor(self.stage.name, self.stage.topic, batch.start, batch.end)
        reach(f"{self.stage.name}.commit.before")
        guards = tuple(outcome.guards)
        commit = Commit(outcome.appends, outcome.writes, (cursor,), guards=guards)
        batch.done = self._journal.commit(commit)
        self._overlay.add(outcome.writes)

    def _count(self, batch: _Batch) -> None:
        outcome = batch.outcome.result()
        name = self.stage.name
        events = self._metrics.stage_events
        events.labels(name, "handled").inc(outcome.handled)
        events.labels(name, "repeat").inc(outcome.repeats)
        events.labels(name, "rejected").inc(outcome.rejected)
        if self._committed:
            self._committed(outcome)
        took_seconds = self._clock.elapsed_seconds() - batch.begun_seconds
        self._metrics.stage_batch_seconds.labels(name).observe(took_seconds)
        self._metrics.stage_lag_events.labels(name).set(self.lag())
        self._budget.spend(len(batch.records), outcome.rejected)

    def _begin_again(self, failures: int, error: MercatError) -> None:
        self._begun = False
        self._batches.clear()
        self._metrics.stage_retries.labels(self.stage.name).inc()
        wait_seconds = min(
            self._limits.retry_wait_seconds_max, RETRY_WAIT_SECONDS * 2 ** min(failures, 10)
        )
        if isinstance(error, BatchRefusedError):
            wait_seconds = 0.0
        log.warning(
            "stage waits", stage=self.stage.name, reason=str(error), wait_seconds=wait_seconds
        )
        self._stopping.wait(wait_seconds)
