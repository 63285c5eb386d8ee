"""The door in the shape runners know, counting what became of each sighting."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from services.ingest.door import Door
from services.ingest.sighting import Refused, Sighting
from services.runtime.effects import Effect, Key, Reject
from services.runtime.step import Intake
from services.runtime.view import View

INTAKE: Final = "intake"


class DoorStage:
    """A stage over sightings in place of events.

    `counts` maps (source, judgement) to how many sightings it befell since it was last cleared.
    """

    name = Door.name
    version = Door.version
    topic = INTAKE
    knows_repeats = False

    def __init__(self) -> None:
        self._door = Door()
        self.counts: Counter[tuple[str, str]] = Counter()

    def needs(self, event: Any) -> Iterable[Key]:
        """Return the keys of all rows `handle` may read for this sighting."""
        return self._door.needs(event)

    def prepare(self, events: Sequence[Any]) -> Sequence[Any]:
        """Return nothing: a sighting is prepared as it is."""
        return [None] * len(events)

    def handle(self, event: Any, features: Any, view: View, now: datetime) -> Iterable[Effect]:
        """Return the event and the memory of it, or nothing where the sighting stays out."""
        del features
        judgement = self._door.judge(event, view)
        self.counts[event.source, judgement] += 1
        return self._door.effects(event, judgement, view, now)


def intake_of_item(source: str, item: Sighting | Refused) -> Intake:
    """Return what a source saw, or could not read, ready to be handed in."""
    origin = f"source:{source}"
    if isinstance(item, Refused):
        return Intake(origin, item.place, item.raw, Reject(item.cause, item.detail))
    return Intake(origin, item.place_in_source, item.raw, item)
