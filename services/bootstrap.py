"""The composition root of the embedded way: opens a data folder and wires what works on it."""

import gc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import random
from typing import Final

import structlog

from schemas.assignment import PostRouted
from services.classify.file_stage import CLASSIFY, classify_stage
from services.house.sqlite_house import House, open_house
from services.ingest.build import build_source
from services.ingest.configuration import (
    FeedSettings,
    HouseSettings,
    PolledSettings,
    WebhookSettings,
)
from services.ingest.door_stage import DoorStage
from services.ingest.embedded_source import SourceRunner
from services.ingest.house_source import HouseOrigin
from services.route.stage import RouteStage
from services.runtime.clock import Clock
from services.runtime.embedded_door import DoorRunner
from services.runtime.embedded_pruner import Pruner
from services.runtime.embedded_stage import StageRunner
from services.runtime.errors import FolderError
from services.runtime.metrics import Metrics
from services.runtime.ports import Stage
from services.runtime.processors import InlineProcessor, Processor
from services.runtime.step import Outcome
from services.runtime.worker_processor import StageElsewhere, WorkerProcessor
from services.settings import DATABASE_NAME, SETTINGS_NAME, BodySettings, read_rules
from services.store.file_lock import FolderLock
from services.store.file_moved import open_for_work, refuse_moved
from services.store.sqlite_journal import SqliteJournal

MODEL_NAME: Final = "classifier.model"
TURN_SECONDS_MAX: Final = 20.0

log = structlog.get_logger(__name__)


def in_folder(source: PolledSettings, folder: Path) -> PolledSettings:
    """Return a source's settings with a relative path taken from the body's folder."""
    if isinstance(source, FeedSettings | HouseSettings):
        return source
    return source.model_copy(update={"path": str(folder / source.path)})


def house_origin(settings: BodySettings, source: str, house: House | None) -> HouseOrigin | None:
    """Return the house platform as one source hears it: which account answers there, its links."""
    if house is None:
        return None
    accounts = [account.handle for account in settings.accounts if account.source == source]
    place = settings.house
    return HouseOrigin(house, accounts[0] if accounts else None, place.domain, place.address)


class Embedded:
    """One body's Mercat in one process: the folder's lock, the journal, and all that runs on it.

    Raises FolderError where the folder is in use, damaged or newer; SettingsError where settings
    or rules are wrong; StopError where the classifier does not come up.
    """

    def __init__(
        self, folder: Path, settings: BodySettings, clock: Clock, *, with_sources: bool = True
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
        self.metrics = Metrics()
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
            committed=self._count_door,
        )
        self.stages = (
            self._stage(*self._classify(), linger_ms=settings.listening.stage_linger_ms),
            self._stage_inline(RouteStage(settings.routing, rules), self._count_routed),
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
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)

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

    def _classify(self) -> tuple[Stage, Processor]:
        own = self.folder / MODEL_NAME
        build = partial(
            classify_stage, own if own.is_file() else None, self.settings.body.languages
        )
        if self.settings.listening.classify_in_child:
            stage: Stage = StageElsewhere(CLASSIFY.name, CLASSIFY.version, CLASSIFY.topic)
            return stage, WorkerProcessor(stage, build)
        stage = build()
        return stage, InlineProcessor(stage)

    def _stage_inline(self, stage: Stage, committed: Callable[[Outcome], None]) -> StageRunner:
        return self._stage(stage, InlineProcessor(stage), linger_ms=0.0, committed=committed)

    def _stage(
        self,
        stage: Stage,
        processor: Processor,
        *,
        linger_ms: float,
        committed: Callable[[Outcome], None] | None = None,
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
            committed=committed,
        )

    def _sources(self) -> tuple[SourceRunner, ...]:
        return tuple(
            SourceRunner(
                build_source(
                    in_folder(source, self.folder),
                    self.clock,
                    house_origin(self.settings, source.name, self.house),
                ),
                door=self.door,
                store=self.journal.store,
                clock=self.clock,
                metrics=self.metrics,
                draw=random,
            )
            for source in self.settings.sources
            if not isinstance(source, WebhookSettings)
        )

    def _count_door(self, outcome: Outcome) -> None:
        counts = self._door_stage.counts
        for (source, judgement), count in list(counts.items()):
            self.metrics.door_items.labels(source, judgement).inc(count)
        counts.clear()
        self.metrics.stage_events.labels("ingest", "rejected").inc(outcome.rejected)

    def _count_routed(self, outcome: Outcome) -> None:
        accepted = [
            append.event.data.post.received_at
            for append in outcome.appends
            if isinstance(append.event, PostRouted)
        ]
        if accepted:
            # Once a batch, for its slowest post: an observation a post costs as much as deciding.
            waited = self.clock.now() - min(accepted)
            self.metrics.accepted_to_routed_seconds.observe(max(0.0, waited.total_seconds()))
