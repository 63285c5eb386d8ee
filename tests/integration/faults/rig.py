"""Mercat's listening half on a real file, wired as the composition root does, open to faults."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Final

import apsw

from services.ingest.door_stage import DoorStage, intake_of_item
from services.ingest.sighting import Refused, Sighting
from services.runtime.clock import Clock
from services.runtime.effects import Key, Row
from services.runtime.embedded_door import DoorRunner
from services.runtime.embedded_stage import StageRunner
from services.runtime.limits import StageLimits
from services.runtime.metrics import Metrics
from services.runtime.ports import Stage
from services.runtime.processors import InlineProcessor, Processor
from services.runtime.worker_processor import StageElsewhere, WorkerProcessor
from services.store.sqlite_journal import SqliteJournal
from tests.fakes import wait_until
from tests.simulation.stages import classify_stage, route_stage

DATABASE: Final = "mercat.sqlite"
ANSWER_SECONDS_MAX: Final = 20.0
LIMITS: Final = StageLimits(
    batch_max=10,  # sixty items make five batches or more on the busiest machine
    dead_letters_max=10_000,
    dead_letters_window=100_000,
    retry_wait_seconds_max=0.01,
)
ELSEWHERE: Final = StageElsewhere("classify", "1", "posts.received.v1")


class Rig:
    """A journal, a door and two stages. `build_child` has the first stage work in a child."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        *,
        synchronous: str = "FULL",
        vfs: str | None = None,
        build_child: Callable[[], Stage] | None = None,
    ) -> None:
        self.path = folder / DATABASE
        self.clock = clock
        self.metrics = Metrics()
        self.journal = SqliteJournal(self.path, clock, synchronous=synchronous, vfs=vfs)
        self.door = DoorRunner(
            DoorStage(),
            store=self.journal.store,
            journal=self.journal,
            clock=clock,
            batch_max=10,
            linger_seconds=0.0,
            committed=lambda _outcome: None,
        )
        self.stages = (self._first_stage(build_child), self._stage(route_stage()))

    def start(self) -> None:
        """Begin, as the composition root does: stages first."""
        for stage in self.stages:
            stage.start()
        self.door.start()

    def deliver(
        self,
        items: Sequence[Sighting | Refused],
        writes: Mapping[Key, Row | None] | None = None,
    ) -> "Future[None]":
        """Hand items in as a source would."""
        return self.door.deliver([intake_of_item("test", item) for item in items], writes)

    def take(self, items: Sequence[Sighting | Refused]) -> None:
        """Hand items in and wait for the answer. Raises what the door says, or TimeoutError."""
        self.deliver(items).result(ANSWER_SECONDS_MAX)

    def lag(self) -> int:
        """Return how many events wait."""
        return sum(stage.lag() for stage in self.stages)

    def drain(self) -> None:
        """Wait until every event is handled. Raises AssertionError where a part has ended."""
        wait_until(lambda: self.ended_because() is not None or self.lag() == 0)
        assert self.ended_because() is None, self.ended_because()

    def ended_because(self) -> object:
        """Return why a part has ended, or None while all work."""
        stopped = (stage.stopped_because for stage in self.stages)
        return next((why for why in (self.door.crashed_with, *stopped) if why), None)

    def prune(self, before_ms: int) -> int:
        """Take away what is older than a moment and handled, as far as one step goes."""
        topics = ("posts.received.v1", "posts.classified.v1", "posts.routed.v1")
        needed = [stage.stage for stage in self.stages]
        kept = {stage.topic: self.journal.store.cursor(stage.name, stage.topic) for stage in needed}
        return sum(
            self.journal.prune(each, before_ms, kept.get(each, 2**40)).result() for each in topics
        )

    def stop(self) -> None:
        """End cleanly."""
        self.door.stop()
        for stage in self.stages:
            stage.stop()
        self.journal.close()

    def let_go(self) -> None:
        """End after the power went: what SQLite still wants to write as it closes is refused."""
        with contextlib.suppress(apsw.IOError):
            self.stop()

    def _first_stage(self, build_child: Callable[[], Stage] | None) -> StageRunner:
        if build_child is None:
            return self._stage(classify_stage())
        return self._stage(ELSEWHERE, WorkerProcessor(ELSEWHERE, build_child))

    def _stage(self, stage: Stage, processor: Processor | None = None) -> StageRunner:
        return StageRunner(
            stage,
            processor or InlineProcessor(stage),
            event_log=self.journal.log,
            store=self.journal.store,
            journal=self.journal,
            clock=self.clock,
            metrics=self.metrics,
            limits=LIMITS,
        )
