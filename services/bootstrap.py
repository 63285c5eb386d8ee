"""The composition root of the embedded way: opens a data folder and wires what works on it."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from random import random
from typing import Final

from services.bootstrap_gauges import tell_build
from services.bootstrap_listening import (
    classify_processor,
    count_door,
    house_origin,
    in_folder,
    routed_counts_of,
)
from services.house.sqlite_house import open_house
from services.ingest.build import build_source
from services.ingest.configuration import PolledSettings, WebhookSettings
from services.ingest.door_stage import DoorStage
from services.ingest.drilled_source import DrilledSource
from services.ingest.embedded_source import SourceRunner
from services.ingest.source import Source
from services.route.stage import RouteStage
from services.runtime.batch_told import BatchTold
from services.runtime.clock import Clock
from services.runtime.drill import SOURCE_SILENT, Drills
from services.runtime.embedded_door import DoorRunner
from services.runtime.embedded_pruner import Pruner
from services.runtime.embedded_stage import StageRunner
from services.runtime.errors import FolderError
from services.runtime.heap import keep_heap
from services.runtime.metrics import Metrics
from services.runtime.ports import Stage
from services.runtime.processors import InlineProcessor, Processor
from services.runtime.step import Outcome
from services.runtime.tracing import NO_TRACING, Tracing
from services.settings import DATABASE_NAME, SETTINGS_NAME, BodySettings, read_rules
from services.store.file_lock import FolderLock
from services.store.file_moved import open_for_work, refuse_moved
from services.store.sqlite_journal import SqliteJournal

TURN_SECONDS_MAX: Final = 20.0


class Embedded:
    """One body's Mercat in one process: the folder's lock, the journal, and all that runs on it.

    Raises FolderError where the folder is in use, damaged or newer; SettingsError where settings
    or rules are wrong; StopError where the classifier does not come up.
    """

    def __init__(
        self,
        folder: Path,
        settings: BodySettings,
        clock: Clock,
        *,
        with_sources: bool = True,
        tracing: Tracing = NO_TRACING,
    ) -> None:
        if not (folder / SETTINGS_NAME).is_file():
            raise FolderError(
                f"{folder} is not a Mercat folder: it has no {SETTINGS_NAME}; "
                f"make one with `mercat init {folder}`"
            )
        self.folder = folder
        self.settings = settings
        self.clock = clock
        self.turn_seconds_max = TURN_SECONDS_MAX
        self.drills = Drills(clock.elapsed_seconds)
        self.metrics = Metrics()
        tell_build(self.metrics)
        self.tracing = tracing
        rules = read_rules(folder, settings)
        refuse_moved(folder)
        self._lock = FolderLock(folder)
        open_for_work(folder)
        self.journal = SqliteJournal(folder / DATABASE_NAME, clock)
        self.house = open_house(folder, clock) if settings.has_house else None
        self._door_stage = DoorStage()
        self.door = DoorRunner(
            self._door_stage,
            store=self.journal.store,
            journal=self.journal,
            clock=clock,
            batch_max=settings.listening.batch_max,
            linger_seconds=settings.listening.door_linger_ms / 1_000,
            committed=BatchTold(
                "ingest",
                clock,
                partial(count_door, self.metrics, self._door_stage),
                tracing=tracing,
            ),
        )
        self.stages = (
            self._stage(
                *classify_processor(folder, settings),
                linger_ms=settings.listening.stage_linger_ms,
            ),
            self._stage_inline(
                RouteStage(settings.routing, rules),
                routed_counts_of(self.metrics, clock, settings),
            ),
        )
        self.sources = self._sources() if with_sources else ()
        self.pruner = Pruner(
            event_log=self.journal.log,
            store=self.journal.store,
            journal=self.journal,
            clock=clock,
            metrics=self.metrics,
            consumers={each.stage.name: each.stage.topic for each in self.stages},
            days_max=settings.listening.retention_days,
        )

    def start(self) -> None:
        """Begin: stages first, so that nothing comes in before it can go on."""
        for stage in self.stages:
            stage.start()
        self.door.start()
        for source in self.sources:
            source.start()
        keep_heap()

    def stop(self) -> None:
        """End cleanly: sources, door, stages, then the journal, each finishing what it has."""
        for source in self.sources:
            source.stop()
        self.door.stop()
        for stage in self.stages:
            stage.stop()
        if self.house is not None:
            self.house.close()
        self.journal.close()
        self._lock.release()

    def lag(self) -> int:
        """Return how many events wait for a stage that still works."""
        return sum(stage.lag() for stage in self.stages if stage.running)

    def crash(self) -> BaseException | None:
        """Return the bug that ended a part, if one did."""
        crashes = (
            self.door.crashed_with,
            *(stage.crashed_with for stage in self.stages),
            *(source.crashed_with for source in self.sources),
        )
        return next((crash for crash in crashes if crash), None)

    def _stage_inline(self, stage: Stage, committed: Callable[[Outcome], None]) -> StageRunner:
        return self._stage(stage, InlineProcessor(stage), linger_ms=0.0, committed=[committed])

    def _stage(
        self,
        stage: Stage,
        processor: Processor,
        *,
        linger_ms: float,
        committed: Sequence[Callable[[Outcome], None]] = (),
    ) -> StageRunner:
        return StageRunner(
            stage,
            processor,
            event_log=self.journal.log,
            store=self.journal.store,
            journal=self.journal,
            clock=self.clock,
            metrics=self.metrics,
            limits=self.settings.listening.limits(linger_ms),
            committed=BatchTold(stage.name, self.clock, *committed, tracing=self.tracing),
        )

    def _source(self, settings: PolledSettings) -> Source:
        """Return a source; one of a demonstration, that has no end, a drill can have silent."""
        source = build_source(
            in_folder(settings, self.folder),
            self.clock,
            house_origin(self.settings, settings.name, self.house),
        )
        if self.settings.kind != "demonstration" or settings.kind != "house":
            return source
        return DrilledSource(source, self.drills.asks(SOURCE_SILENT))

    def _sources(self) -> tuple[SourceRunner, ...]:
        return tuple(
            SourceRunner(
                self._source(source),
                door=self.door,
                store=self.journal.store,
                clock=self.clock,
                metrics=self.metrics,
                draw=random,
            )
            for source in self.settings.sources
            if not isinstance(source, WebhookSettings)
        )
