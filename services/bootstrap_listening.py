"""What listening is made of whichever way it runs: sources, the classifier, what is counted."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from services.classify.file_stage import CLASSIFY, classify_stage
from services.house.sqlite_house import House
from services.ingest.configuration import FeedSettings, HouseSettings, PolledSettings
from services.ingest.door_stage import DoorStage
from services.ingest.house_source import HouseOrigin
from services.route.routed_counts import RoutedCounts
from services.runtime.clock import Clock
from services.runtime.metrics import Metrics
from services.runtime.ports import Stage
from services.runtime.processors import InlineProcessor, Processor
from services.runtime.step import Outcome
from services.runtime.worker_processor import StageElsewhere, WorkerProcessor
from services.settings import BodySettings

MODEL_NAME: Final = "classifier.model"


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


def classify_build(folder: Path, settings: BodySettings) -> Callable[[], Stage]:
    """Return what makes the stage, with the body's own model where there is one."""
    own = folder / MODEL_NAME
    return partial(classify_stage, own if own.is_file() else None, settings.body.languages)


def classify_processor(folder: Path, settings: BodySettings) -> tuple[Stage, Processor]:
    """Return the stage and what works its batches out: a child process, unless settings say not.

    Raises StopError where the classifier does not come up.
    """
    build = classify_build(folder, settings)
    if settings.listening.classify_in_child:
        elsewhere: Stage = StageElsewhere(CLASSIFY.name, CLASSIFY.version, CLASSIFY.topic)
        return elsewhere, WorkerProcessor(elsewhere, build)
    stage = build()
    return stage, InlineProcessor(stage)


def routed_counts_of(metrics: Metrics, clock: Clock, settings: BodySettings) -> RoutedCounts:
    """Return what counts posts as they reach their team."""
    teams = [team.id for team in settings.routing.teams]
    return RoutedCounts(metrics, clock, teams, [source.name for source in settings.sources])


def count_door(metrics: Metrics, door: DoorStage, outcome: Outcome) -> None:
    """Count what became of what came to a door."""
    for (source, judgement), count in list(door.counts.items()):
        metrics.door_items.labels(source, judgement).inc(count)
    door.counts.clear()
    metrics.stage_events.labels("ingest", "rejected").inc(outcome.rejected)
