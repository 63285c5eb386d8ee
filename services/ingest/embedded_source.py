"""The embedded runner of one source: a thread that polls, hands in, and waits as it is told."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as StillWaitingError
from typing import Final, Protocol

import structlog

from services.ingest.backoff import back_off_seconds
from services.ingest.door_stage import intake_of_item
from services.ingest.source import Poll, Source
from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.errors import RetryLaterError, StopError
from services.runtime.metrics import Metrics
from services.runtime.ports import StateReader
from services.runtime.step import Intake

SOURCE_STATES: Final = "source_states"
COMMIT_WAIT_SECONDS: Final = 1.0

log = structlog.get_logger(__name__)


class Deliverer(Protocol):
    """Where items are handed in; see `services/runtime/embedded_door.py`."""

    def deliver(
        self, intakes: Sequence[Intake], writes: Mapping[Key, Row | None] | None = None
    ) -> "Future[None]":
        """Hand items in; the future resolves once they are on disk."""
        ...


class SourceRunner:
    """Polls a source until it is finished or told to stop.

    The source's new state is stored in the commit that takes its items in, so that neither can be
    without the other. `sentence` says how it stands, for people.
    """

    def __init__(
        self,
        source: Source,
        *,
        door: Deliverer,
        store: StateReader,
        clock: Clock,
        metrics: Metrics,
        draw: Callable[[], float],
    ) -> None:
        self.source = source
        self.sentence = "not asked yet"
        self.working = True
        self.progress: float | None = None
        self.finished = False
        self.idle = False
        self.stopped_because: str | None = None
        self.crashed_with: BaseException | None = None
        self._door = door
        self._store = store
        self._clock = clock
        self._metrics = metrics
        metrics.source_failures.labels(source.name)  # from nothing, so that the first is a rise
        self._draw = draw
        self._told = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"source-{source.name}", daemon=True)

    def start(self) -> None:
        """Begin polling in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """End after the poll in hand."""
        self._stopping.set()
        self._thread.join()
        if self._told:
            # Whoever asks it from here on tells how it answers.
            self._metrics.source_answering.remove(self.source.name)
        self.source.close()

    def _run(self) -> None:
        failures = 0
        try:
            while not self._stopping.is_set() and not self.finished:
                try:
                    wait_seconds = self._poll_once()
                    failures = 0
                except RetryLaterError as error:
                    failures += 1
                    wait_seconds = self._failed(failures, error)
                if wait_seconds:
                    self._stopping.wait(wait_seconds)
        except StopError as error:
            self._tell(working=False)
            self.stopped_because = str(error)
            self.sentence = f"stopped: {error}"
            log.error("source stopped", source=self.source.name, reason=str(error))
        except BaseException as error:  # noqa: BLE001 - handed up: the process ends with it
            self.crashed_with = error
            self.working = False
            self.sentence = f"stopped by a bug: {type(error).__name__}: {error}"

    def _poll_once(self) -> float | None:
        key = Key(SOURCE_STATES, self.source.name)
        row = self._store.fetch([key])[key]
        state = {} if row is None else json.loads(str(row["state"]))
        poll = self.source.poll(state)
        now = self._clock.now()
        fresh: Row = {
            "state": json.dumps(poll.state, sort_keys=True),
            "fresh_at_ms": to_epoch_ms(now),
        }
        intakes = [intake_of_item(self.source.name, item) for item in poll.items]
        if intakes or row is None or poll.state != state:
            self._await(self._door.deliver(intakes, {key: fresh}))
        self._metrics.source_fresh_timestamp.labels(self.source.name).set(now.timestamp())
        self.idle = poll.finished or not intakes
        self._say(poll)
        return poll.wait_seconds

    def _await(self, future: "Future[None]") -> None:
        while True:
            try:
                future.result(COMMIT_WAIT_SECONDS)
            except StillWaitingError:
                continue
            return

    def _say(self, poll: Poll) -> None:
        self._tell(working=True)
        self.progress = poll.progress
        self.finished = poll.finished
        exhausted = self._metrics.source_exhausted.labels(self.source.name)
        exhausted.set(1 if poll.finished else 0)
        self.sentence = poll.note or ("read to its end" if poll.finished else "answering")

    def _failed(self, failures: int, error: RetryLaterError) -> float:
        self._metrics.source_failures.labels(self.source.name).inc()
        wait_seconds = back_off_seconds(failures, self._draw(), asked_seconds=error.wait_seconds)
        self._tell(working=False)
        self.sentence = f"{error}; asked again in {wait_seconds:.0f} s"
        log.warning(
            "source unavailable",
            source=self.source.name,
            reason=str(error),
            wait_seconds=round(wait_seconds, 1),
        )
        return wait_seconds

    def _tell(self, *, working: bool) -> None:
        self.working, self._told = working, True
        self._metrics.source_answering.labels(self.source.name).set(working)
