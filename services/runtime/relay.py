"""What is decided about a relay without asking anybody: its share, and its dead letters."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from schemas.envelope import IDENTIFIER_LENGTH_MAX, Event
from services.runtime.effects import Effect, Key, Reject, Row
from services.runtime.event_size import UNSENDABLE
from services.runtime.ports import Append
from services.runtime.step import Intake, Outcome, step
from services.runtime.view import View

RELAY_STAGE: Final = "relay"
RELAY_VERSION: Final = "1"

KeyPlace = tuple[str, str]
"""A topic and a key: where in a shard a reading begins."""
FIRST_KEY: Final[KeyPlace] = ("", "")


class RelayRow(NamedTuple):
    """An event that waits in the database: its shard, its key's place in order, and itself."""

    shard: int
    topic: str
    key: str
    sequence: int
    value: bytes
    at_ms: int

    @property
    def append(self) -> Append:
        """Return the event as it goes to Kafka."""
        return Append(self.topic, self.key, self.value)


def share_of(shards: int, relays: int) -> int:
    """Return how many shards one of several relays may hold, so that together they hold all."""
    return -(-shards // max(1, relays))


def letters_of(rejected: Sequence[tuple[RelayRow, str]], now: datetime) -> Outcome:
    """Return the dead letters for events that no broker would ever take, each with its reason."""
    intakes = [
        Intake(
            row.topic,
            f"relay {row.key} {row.sequence}",
            row.value,
            Reject(UNSENDABLE, f"{why}; mend what wrote it, then put it back"),
            _event_id(row.value),
        )
        for row, why in rejected
    ]
    return step(_SettingAside(), intakes, _nothing_known, now)


def _event_id(value: bytes) -> str | None:
    """Return an event's id, where its bytes have one of the right form."""
    try:
        found = json.loads(value)
    except ValueError:
        return None
    event_id = found.get("id") if isinstance(found, dict) else None
    fits = isinstance(event_id, str) and 0 < len(event_id) <= IDENTIFIER_LENGTH_MAX
    return event_id if fits else None


def _nothing_known(keys: Any) -> Mapping[Key, Row | None]:
    return dict.fromkeys(keys)


@dataclass(frozen=True, slots=True)
class _SettingAside:
    """A stage that handles nothing: what comes to it was refused already."""

    name: str = RELAY_STAGE
    version: str = RELAY_VERSION
    topic: str = ""
    knows_repeats: bool = False

    def needs(self, event: Event) -> Sequence[Key]:
        del event
        return ()

    def prepare(self, events: Sequence[Event]) -> Sequence[Any]:
        return [None] * len(events)

    def handle(self, event: Event, features: Any, view: View, now: datetime) -> Sequence[Effect]:
        del event, features, view, now
        return ()
