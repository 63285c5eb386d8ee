"""The Kafka runner of one stage: in a group it reads, has batches worked out, and commits."""

import contextlib
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import structlog

from services.runtime.batch_size import BatchSize
from services.runtime.batches_in_flight import Batch, BatchesInFlight
from services.runtime.clock import Clock
from services.runtime.consumer_progress import ConsumerProgress
from services.runtime.errors import (
    BatchRefusedError,
    CursorMovedError,
    MercatError,
    RetryLaterError,
    StateConflictError,
    StopError,
)
from services.runtime.group_member import GroupMember, Joining
from services.runtime.limits import DeadLetterBudget, StageLimits
from services.runtime.metrics import Metrics
from services.runtime.partition_places import Places
from services.runtime.ports import Journal, Record, Stage, StateReader
from services.runtime.processors import Processor
from services.runtime.step import Outcome
from services.runtime.topic_places import TopicPlaces
from services.runtime.waiting_heads import WaitingHeads

IDLE_WAIT_SECONDS: Final = 0.5
RETRY_WAIT_SECONDS: Final = 0.1
GROUP_TOLD_SECONDS: Final = 1.0
POLL_PAUSE_SECONDS_MAX: Final = 1.0
REVOKED_SECONDS_MAX: Final = 10.0
CONFLICTS_MAX: Final = 5

log = structlog.get_logger(__name__)


class KafkaStageRunner:
    """Runs a stage on the partitions its group gives it, until told to stop or a limit is reached.

    Batches are committed in the order read, a few in flight at a time. With `in_database`, the
    commit moves a cursor for each partition: it fails whole where another worker has moved one,
    and this one begins again at what the database says. Without it, the place is the offset that
    the group keeps, stored after the commit: repeats are possible, and the stage must not mind.

    Where a commit would be refused again (a row breaks a rule of the database, an answer is too
    large for its topic), smaller batches find the one event it is about, which becomes a dead
    letter; its neighbours go on.

    Kafka hears of the runner at least every few seconds, whatever it waits for; only a stage that
    computes in this thread for longer than the group allows is evicted. It is fenced by its
    cursors, and goes on with smaller batches. How long to gather a batch is left to the consumer.
    """

    def __init__(  # noqa: PLR0913 - the ports a stage stands on, given once, at the composition root
        self,
        stage: Stage,
        processor: Processor,
        *,
        consumer_of: Joining,
        store: StateReader,
        journal: Journal,
        clock: Clock,
        metrics: Metrics,
        limits: StageLimits,
        in_database: bool,
        committed: Callable[[Outcome], None] | None = None,
    ) -> None:
        assert in_database or not stage.knows_repeats, (
            "what knows repeats keeps its place with them"
        )
        self.stage = stage
        self.stopped_because: str | None = None
        self.crashed_with: BaseException | None = None
        self._processor = processor
        self._consumer_of = consumer_of
        self._clock = clock
        self._metrics = metrics
        self._limits = limits
        self._in_database = in_database
        self._committed = committed
        self._member: GroupMember | None = None
        self._places = Places()
        self._size = BatchSize(limits.batch_max)
        self._budget = DeadLetterBudget(limits)
        self._kept = TopicPlaces(stage.name, stage.topic, store, journal)
        self._stopping = threading.Event()
        self._batches = BatchesInFlight(stage, processor, store, journal, moves_cursors=in_database)
        self._held: list[Record] = []
        self._paused = False
        self._begun = True
        self._regrouped = False
        self._stored = False
        self._untold: set[int] = set()
        self._trouble: BaseException | None = None
        self._failures = 0
        self._conflicts = 0
        self._wait_seconds = 0.0
        self._polled_at_seconds = clock.elapsed_seconds()
        self._away_seconds = 0.0
        self._group_told_at_seconds = clock.elapsed_seconds()
        self._progress = ConsumerProgress(clock.elapsed_seconds())
        self._heads = WaitingHeads(clock.now)
        oldest = metrics.stage_oldest_age_seconds.labels(stage.name)
        oldest.set_function(self._heads.age_seconds)
        self._thread = threading.Thread(target=self._run, name=stage.name, daemon=True)

    def start(self) -> None:
        """Begin work in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is in flight, leave the group and end; returns when it has."""
        self._stopping.set()
        self._thread.join()
        self._processor.close()

    def partitions(self) -> int:
        """Return how many partitions the group has given it, as last heard of."""
        return self._progress.partitions()

    def lag(self) -> int:
        """Return how many events of the partitions held are not committed, as last heard of."""
        return self._progress.lag()

    @property
    def running(self) -> bool:
        """Whether the stage still works."""
        return self._thread.is_alive()

    def alive(self, stuck_seconds_max: float) -> bool:
        """Return whether it runs, and each partition moved, or had nothing waiting, by then."""
        now_seconds = self._clock.elapsed_seconds()
        return self.running and self._progress.alive(stuck_seconds_max, now_seconds)

    def _run(self) -> None:
        running = self._metrics.stage_running.labels(self.stage.name)
        running.set(1)
        try:
            while not self._stopping.is_set():
                self.turn()
            while self._batches:
                self.turn()
            self._leave()
        except StopError as error:
            self.stopped_because = str(error)
            log.error("stage stopped", stage=self.stage.name, reason=str(error))
            self._drop()
            self._leave()
        except BaseException as error:  # noqa: BLE001 - handed up: the process ends with it
            self.stopped_because = f"a bug: {type(error).__name__}: {error}"
            self.crashed_with = error
            self._drop()
            self._leave()
        finally:
            running.set(0)

    def turn(self) -> None:
        """Do the next useful thing, or wait for one; after a refusal wait and begin again.

        Raises DeadLetterLimitError, StopError of the processor's, and StopError where the topic is
        not the one that was read before, where an event can neither be handled nor set aside, and
        where the store is at odds with itself however often this begins again.
        """
        try:
            self._wait_out()
            if not self._begun:
                self._begin()
            self._advance()
            self._tell_group()
            self._note_progress()
        except (RetryLaterError, StateConflictError) as error:
            # A cursor that moved is no bug here: another worker has a partition that this one
            # thought it held, or has it again after losing it. Any other conflict is one.
            if isinstance(error, StateConflictError) and not isinstance(error, CursorMovedError):
                self._conflicts += 1
                if self._conflicts > CONFLICTS_MAX:
                    raise
            self._failures += 1
            self._begin_again(error)

    def _begin(self) -> None:
        """Let every partition held be read from where it is committed."""
        asked = self._places.partitions if self._in_database else self._places.unknown
        self._places.begin_again(self._starts(asked))
        self._seek()
        self._begun = True

    def _starts(self, partitions: Sequence[int]) -> Mapping[int, int]:
        """Ask where partitions are committed: 0 for one that nobody ever read."""
        if self._in_database:
            return self._kept.starts(partitions, self._joined().topic_id)
        kept = self._joined().committed(partitions) if partitions else {}
        return {each: kept.get(each) or 0 for each in partitions}

    def _advance(self) -> None:
        """Bring home what is done; read on while there is room, else wait for the oldest."""
        while self._batches.oldest_is_done():
            self._bring_home(0.0)
        room = len(self._batches) < self._limits.in_flight_max and not self._stopping.is_set()
        if room and self._read(0.0 if self._batches else IDLE_WAIT_SECONDS):
            return
        if self._batches and not self._bring_home(POLL_PAUSE_SECONDS_MAX):
            self._keep_in_touch()

    def _read(self, wait_seconds: float) -> bool:
        if self._paused:
            self._joined().resume(self._places.partitions)
            self._paused = False
        records, self._held = self._held, []
        if not records:
            records = self._poll(self._size.now, wait_seconds)
        most = self._batches.cut(records)
        records, self._held = records[:most], records[most:]
        new, spans = self._places.take(records)
        if not new:
            return False
        self._heads.began(new)
        self._batches.begin(
            new,
            spans,
            topic=self._kept.kept_as,
            full=len(new) >= self._size.now,
            now=self._clock.now(),
            begun_seconds=self._clock.elapsed_seconds(),
        )
        return True

    def _poll(self, limit: int, wait_seconds: float) -> list[Record]:
        """Ask Kafka; what came while partitions changed hands is left to be read anew."""
        member = self._joined()
        self._away_seconds = self._clock.elapsed_seconds() - self._polled_at_seconds
        self._regrouped = False
        try:
            records = list(member.poll(limit, wait_seconds))
        except StateConflictError as error:
            raise StopError(str(error)) from error
        finally:
            self._polled_at_seconds = self._clock.elapsed_seconds()
        if self._trouble is not None:
            raise self._trouble
        if self._regrouped:
            self._places.pass_over((*self._held, *records))
            self._held, records = [], []
            if self._begun:
                self._seek()
        return records

    def _keep_in_touch(self) -> None:
        """Let Kafka hear of us while there is no room for records; should some come, they wait.

        Who does not ask for longer than the group's patience is taken for dead.
        """
        self._joined().pause(self._places.partitions)
        self._paused = True
        records = self._poll(self._size.now, 0.0)
        self._held.extend(records)

    def _seek(self) -> None:
        for partition, offset in self._places.astray().items():
            self._joined().seek(partition, offset)
            self._places.sought(partition)

    def _bring_home(self, wait_seconds: float) -> bool:
        """Wait for the oldest batch and count it; return whether it came home in that time."""
        batch = self._batches.take_home(wait_seconds)
        if batch is None:
            return False
        self._places.commit(batch.spans)
        # Only what was kept counts as progress: a batch that is read again and again is none.
        self._failures = self._conflicts = 0
        if batch.full:
            self._size.kept(self._clock.elapsed_seconds() - batch.begun_seconds)
        for span in batch.spans:
            if span.partition in self._places:
                self._joined().store(span.partition, span.end)
                self._stored = True
        self._count(batch)
        return True

    def _count(self, batch: Batch) -> None:
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
        self._heads.handled(batch.records)
        self._budget.spend(len(batch.records), outcome.rejected)

    def _tell_group(self) -> None:
        """Have the group keep our places now and then: each time costs a request.

        Where a worker died between the database's commit and the group's, nothing new may come for
        long: what the database says of a partition that was given to us is told, too.
        """
        if self._untold and self._begun:
            for partition, offset in self._places.committed.items():
                if partition in self._untold:
                    self._joined().store(partition, offset)
                    self._stored = True
            self._untold.clear()
        now_seconds = self._clock.elapsed_seconds()
        if self._stored and now_seconds - self._group_told_at_seconds >= GROUP_TOLD_SECONDS:
            self._joined().commit()
            self._stored = False
            self._group_told_at_seconds = now_seconds

    def _note_progress(self) -> None:
        now_seconds = self._clock.elapsed_seconds()
        marks = {each: self._joined().watermarks(each) for each in self._places.partitions}
        done = self._places.done({each: oldest for each, (oldest, _) in marks.items()})
        self._progress.moved(done, now_seconds)
        self._progress.placed(done, now_seconds)
        self._progress.seen({each: end for each, (_, end) in marks.items()}, now_seconds)
        self._heads.waits(self._progress.waiting())
        self._metrics.stage_lag_events.labels(self.stage.name).set(self._progress.lag())

    def _joined(self) -> GroupMember:
        if self._member is None:
            self._member = self._consumer_of(
                assigned=self._assigned, revoked=self._revoked, lost=self._lost
            )
        return self._member

    def _leave(self) -> None:
        """Leave the group, so that others have our partitions at once."""
        if self._member is not None:
            # Where Kafka is away it will notice by itself that we are gone.
            with contextlib.suppress(RetryLaterError):
                self._member.close()

    def _assigned(self, partitions: Sequence[int]) -> Mapping[int, int | None]:
        """Take partitions on; Kafka calls back from within `poll`, so nothing is raised here."""
        # One that comes back may be paused from before.
        self._regrouped = self._paused = True
        starts: dict[int, int | None] = dict.fromkeys(partitions)
        try:
            starts.update(self._starts(partitions))
        except RetryLaterError:
            # Whoever knows is asked again before anything more is read.
            self._drop()
        except BaseException as error:  # noqa: BLE001 - raised as soon as `poll` has returned
            self._trouble = error
        for partition in partitions:
            self._places.assign(partition, starts[partition])
        if self._in_database:
            self._untold.update(partitions)
        return starts

    def _revoked(self, partitions: Sequence[int]) -> None:
        """Bring home what is in flight before somebody else has the partitions."""
        self._regrouped = True
        try:
            self._finish()
        except (RetryLaterError, StateConflictError):
            self._drop()
        except BaseException as error:  # noqa: BLE001 - raised as soon as `poll` has returned
            self._trouble = error
        self._places.forget(partitions)
        self._batches.forget(partitions)

    def _finish(self) -> None:
        until_seconds = self._clock.elapsed_seconds() + REVOKED_SECONDS_MAX
        while self._batches:
            left_seconds = max(0.0, until_seconds - self._clock.elapsed_seconds())
            if not self._bring_home(left_seconds):
                # Whatever of it is kept after all, the next owner's cursor or ours tells of it.
                self._drop()

    def _lost(self, partitions: Sequence[int]) -> None:
        """Drop what is in flight: somebody else has the partitions already."""
        self._regrouped = True
        self._size.evicted(self._away_seconds)
        log.warning(
            "stage was evicted",
            stage=self.stage.name,
            away_seconds=round(self._away_seconds, 1),
            batch_max=self._size.now,
        )
        self._drop()
        self._places.forget(partitions)
        self._batches.forget(partitions)

    def _drop(self) -> None:
        self._batches.drop()
        self._places.pass_over(self._held)
        self._held = []
        self._begun = False

    def _begin_again(self, error: MercatError) -> None:
        self._drop()
        self._metrics.stage_retries.labels(self.stage.name).inc()
        self._wait_seconds = min(
            self._limits.retry_wait_seconds_max, RETRY_WAIT_SECONDS * 2 ** min(self._failures, 10)
        )
        if isinstance(error, BatchRefusedError):
            self._wait_seconds = 0.0
        log.warning(
            "stage waits",
            stage=self.stage.name,
            reason=str(error),
            wait_seconds=self._wait_seconds,
        )

    def _wait_out(self) -> None:
        """Wait as a refusal asked for, in touch with Kafka all the while."""
        while self._wait_seconds > 0 and not self._stopping.is_set():
            pause_seconds = min(self._wait_seconds, POLL_PAUSE_SECONDS_MAX)
            self._wait_seconds -= pause_seconds
            self._stopping.wait(pause_seconds)
            self._keep_in_touch()
            self._places.pass_over(self._held)
            self._held = []
