"""What may be asked of bells: somebody's own inbox and wishes, and how each way to people is."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

from services.policy.bell import Bell, bell_of
from services.policy.bell_wishes import Wish, wish_key
from services.runtime.clock import DAY_MS
from services.runtime.counting import counted
from services.runtime.ports import Store

PAGE_MAX: Final = 201
START: Final = (1 << 52, "")
"""The place before the newest bell."""


class WayTold(NamedTuple):
    """How a way to people is: what waits there after a try, and what failed within a day."""

    channel: str
    working: bool
    sentence: str


class BellReading:
    """Reads bells of one store; `zone` is the body's."""

    def __init__(self, store: Store, zone: str) -> None:
        self._store = store
        self._zone = zone

    def inbox(
        self, person_id: str, *, unread: bool, before: tuple[int, str], limit: int
    ) -> Sequence[Bell]:
        """Return somebody's bells, the newest first, before a moment and id."""
        query = "bells_unread_of" if unread else "bells_of"
        at_ms, last = before
        asked = (person_id, at_ms, at_ms, last, min(limit, PAGE_MAX))
        return [bell_of(row) for row in self._store.select(query, asked)]

    def wishes(self, person_id: str) -> Wish:
        """Return how somebody wishes to be told."""
        key = wish_key(person_id)
        return Wish.of(self._store.fetch([key])[key], self._zone)


def ways_told(store: Store, channels: Sequence[str], now_ms: int) -> Sequence[WayTold]:
    """Return how each way is that the settings name."""
    rows: Sequence[Mapping[str, Any]] = store.select("bell_ringings_counts", (now_ms - DAY_MS,))
    found = {(row["channel"], row["state"]): cast("int", row["ringings"]) for row in rows}
    return [
        _way(each, found.get((each, "waiting"), 0), found.get((each, "failed"), 0))
        for each in channels
    ]


def _way(channel: str, waiting: int, failed: int) -> WayTold:
    if not waiting and not failed:
        return WayTold(channel, working=True, sentence="every bell went out")
    parts = []
    if waiting:
        parts.append(f"{counted(waiting, 'bell waits', 'bells wait')} for another try")
    if failed:
        parts.append(f"{counted(failed, 'bell', 'bells')} failed within a day")
    cure = "look at `bells` in the settings, then `mercat bells test`"
    return WayTold(channel, working=False, sentence=f"{' and '.join(parts)}; {cure}")
