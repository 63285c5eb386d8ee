"""State as a stage's next batch must see it: the store, and over it what is on its way there."""

from collections import deque
from collections.abc import Iterable, Mapping

from services.runtime.effects import Key, Row
from services.runtime.ports import StateReader


class Overlay:
    """Rows of commits in flight over the rows of the store.

    Right only for tables whose one writer is the stage that holds this overlay, and as long as a
    failed commit takes those queued behind it down too (see `ports.Cursor`).
    """

    def __init__(self, store: StateReader) -> None:
        self._store = store
        self._in_flight: deque[Mapping[Key, Row | None]] = deque()

    def fetch(self, keys: Iterable[Key]) -> dict[Key, Row | None]:
        """Return every key asked for with its row, newest writing first."""
        rows: dict[Key, Row | None] = {}
        missing: list[Key] = []
        for key in keys:
            for writes in reversed(self._in_flight):
                if key in writes:
                    rows[key] = writes[key]
                    break
            else:
                missing.append(key)
        if missing:
            rows.update(self._store.fetch(missing))
        return rows

    def add(self, writes: Mapping[Key, Row | None]) -> None:
        """Lay the writes of a commit just queued over the rest."""
        self._in_flight.append(writes)

    def settle(self) -> None:
        """Take the oldest commit's writes off: they are in the store now."""
        self._in_flight.popleft()

    def clear(self) -> None:
        """Forget everything in flight: it failed, and will be worked out again."""
        self._in_flight.clear()
