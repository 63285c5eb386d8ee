"""How far each thing that bells watch was read: rows that move with the bells, and are guarded."""

from collections.abc import Sequence
from typing import NamedTuple, cast

from services.runtime.effects import Key, Row
from services.runtime.ports import Guard, Store


class Mark(NamedTuple):
    """A place, and the version of the row that says it."""

    place: str
    version: int

    def time_and_id(self) -> tuple[int, str]:
        """Return the place as a moment and an id."""
        at_ms, _, last = self.place.partition(" ")
        return int(at_ms), last


def place_after(at_ms: int, row_id: str) -> str:
    """Return the place behind a row; without an id, behind all rows of a moment."""
    return f"{at_ms} {row_id}" if row_id else f"{at_ms + 1} "


class Marks:
    """The marks of one turn: read together, moved together."""

    def __init__(self, store: Store, now_ms: int) -> None:
        self._store = store
        self._now_ms = now_ms
        self._known: dict[str, Mark | None] = {}
        self._places: dict[str, str] = {}

    def heads(self) -> Sequence[Row]:
        """Return where every chain of the audit ends."""
        return self._store.select("audit_heads")

    def read(self, names: Sequence[str]) -> list[Mark | None]:
        """Return marks by name; None for what was never read."""
        rows = self._store.fetch([Key("bell_marks", name) for name in names])
        for key, row in rows.items():
            self._known[key.id] = None if row is None else _mark(row)
        return [self._known[name] for name in names]

    def move(self, name: str, place: str) -> None:
        """Say that all up to a place is read; it is so once `moved` is kept."""
        self._places[name] = place

    def moved(self) -> tuple[dict[Key, Row | None], list[Guard]]:
        """Return what keeps the moves, and the guards that nobody else moved meanwhile."""
        writes: dict[Key, Row | None] = {}
        guards: list[Guard] = []
        for name, place in self._places.items():
            known = self._known.get(name)
            if known is not None and known.place == place:
                continue
            key, version = Key("bell_marks", name), None if known is None else known.version
            writes[key] = {"place": place, "at_ms": self._now_ms, "version": (version or 0) + 1}
            guards.append(Guard(key, version))
        return writes, guards


def _mark(row: Row) -> Mark:
    return Mark(str(row["place"]), cast("int", row["version"]))
