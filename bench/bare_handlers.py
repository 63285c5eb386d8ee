"""The handlers in a plain loop: the most that one process could do if running them cost nothing."""

import gc
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from bench.embedded_town import town_settings
from schemas.envelope import Event
from services.bootstrap_listening import MODEL_NAME
from services.classify.file_stage import classify_stage
from services.ingest.door import Door
from services.route.stage import RouteStage
from services.runtime.effects import Effect, Emit, Forget, Key, Remember, Row
from services.runtime.ports import Stage
from services.runtime.step import Intake
from services.runtime.system_clock import SystemClock
from services.runtime.view import View
from services.settings import read_rules


class DictView(View):
    """Rows in a plain dictionary; anything may be read."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        super().__init__({})
        self._kept: dict[Key, Row] = {}

    def get(self, key: Key) -> Row | None:
        """Return the row at a key, or None where there is none."""
        return self._kept.get(key)

    def take(self, effects: Iterable[Effect]) -> list[Event]:
        """Keep what is to be remembered, and return the events to be emitted."""
        events: list[Event] = []
        for effect in effects:
            match effect:
                case Emit(event=event):
                    events.append(event)
                case Remember(key=key, row=row):
                    self._kept[key] = row
                case Forget(key=key):
                    self._kept.pop(key, None)
        return events


class BareSeconds(NamedTuple):
    """What the door's handler took, and what classify's and route's took together."""

    door: float
    later: float

    @property
    def all(self) -> float:
        """What all three took."""
        return self.door + self.later


class BareHandlers:
    """Door, classify and route on decoded objects: no codec, no log, no store, no threads."""

    def __init__(self, folder: Path) -> None:
        settings = town_settings(folder)
        own = folder / MODEL_NAME
        self._classify: Stage = classify_stage(
            own if own.is_file() else None, settings.body.languages
        )
        self._door, self._door_view, self._view = Door(), DictView(), DictView()
        self._route: Stage = RouteStage(settings.routing, read_rules(folder, settings))

    def seconds(self, deliveries: Iterable[Sequence[Intake]]) -> BareSeconds:
        """Return how long the handlers take over some posts; state is kept from call to call.

        Garbage is not collected meanwhile, so that nothing flatters the flow this is compared with.
        """
        now = SystemClock().now()
        door_seconds = later_seconds = 0.0
        gc.collect()
        gc.disable()
        try:
            for intakes in deliveries:
                opened = time.perf_counter()
                received: list[Event] = []
                for intake in intakes:
                    effects = self._door.handle(intake.content, None, self._door_view, now)
                    received += self._door_view.take(effects)
                begun = time.perf_counter()
                self._handle(received, self._view, now)
                door_seconds += begun - opened
                later_seconds += time.perf_counter() - begun
        finally:
            gc.enable()
        return BareSeconds(door_seconds, later_seconds)

    def _handle(self, received: Sequence[Event], view: DictView, now: datetime) -> None:
        features = self._classify.prepare(received)
        for event, feature in zip(received, features, strict=True):
            for classified in view.take(self._classify.handle(event, feature, view, now)):
                view.take(self._route.handle(classified, None, view, now))
