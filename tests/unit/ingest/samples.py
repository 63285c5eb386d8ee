"""Sightings and rows for the tests of ingest, and a house door with a memory of its own."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from schemas.envelope import Event
from services.ingest.door import Door, Judgement
from services.ingest.post_row import Origin
from services.ingest.sighting import Refused, Sighting
from services.runtime.effects import Effect, Emit, Forget, Key, Remember, Row
from services.runtime.view import View

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ORIGIN = Origin("town", "platform")

POTHOLE = Sighting(
    kind="received",
    source="town",
    native_id="17",
    channel="platform",
    revision="r1",
    author="@Ailsa",
    text="Pothole outside 40 Linden Avenue.",
    posted_at=datetime(2026, 3, 2, 8, 30, tzinfo=UTC),
    place_in_source="town.jsonl, line 17",
    raw=b'{"id": "17"}',
)


def pothole(**changes: Any) -> Sighting:
    """Return the usual sighting with some fields changed."""
    return replace(POTHOLE, **changes)


def removal(native_id: str = "17", **changes: Any) -> Sighting:
    """Return word that a post is gone."""
    return Sighting("removed", "town", native_id, "platform", **changes)


class HouseDoor:
    """A door and the rows behind it: what a runner does, in the plainest way."""

    def __init__(self) -> None:
        self.door = Door()
        self.rows: dict[Key, Row] = {}
        self.events: list[Event] = []

    def see(self, sighting: Sighting) -> Judgement:
        """Hand a sighting to the door, carry out its effects, and return its judgement."""
        view = self.view(sighting)
        judgement = self.door.judge(sighting, view)
        for effect in self.door.handle(sighting, None, view, NOW):
            self.carry_out(effect)
        return judgement

    def view(self, sighting: Sighting) -> View:
        """Return the rows a sighting needs, and allow no others."""
        keys = self.door.needs(sighting)
        view = View({key: self.rows.get(key) for key in keys})
        view.narrow(keys)
        return view

    def carry_out(self, effect: Effect) -> None:
        """Keep what an effect asks for."""
        match effect:
            case Emit():
                self.events.append(effect.event)
            case Remember():
                self.rows[effect.key] = effect.row
            case Forget():
                self.rows.pop(effect.key, None)
            case _:
                raise AssertionError(f"the door never gives {effect}")


def seen(item: Sighting | Refused) -> Sighting:
    """Return the item as the sighting it has to be."""
    assert isinstance(item, Sighting), item
    return item


def refusal(item: Sighting | Refused) -> Refused:
    """Return the item as the refusal it has to be."""
    assert isinstance(item, Refused), item
    return item
