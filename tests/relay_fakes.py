"""Stand-ins for the two ends of a relay: rows that wait, and a Kafka that takes them."""

from collections.abc import Callable, Mapping, Sequence

from services.runtime.errors import InputInvalidError, LogUnavailableError
from services.runtime.ports import Append
from services.runtime.relay import KeyPlace, RelayRow

Place = tuple[int, int]
REFUSED = b"refuse"


class TakenByKafka:
    """Takes events in order, each into the one partition; `away` counts deliveries that fail.

    A delivery that fails has written its first half. An event with the word above is refused.
    """

    def __init__(self, before: Callable[[], None] | None = None) -> None:
        self.events: list[Append] = []
        self.away = 0
        self.deliveries = 0
        self._before = before

    def deliver(self, appends: Sequence[Append]) -> Sequence[Place]:
        """Take all events, none where one is refused."""
        self.deliveries += 1
        if self._before:
            self._before()
        for append in appends:
            _check(append)
        if self.away:
            self.away -= 1
            self.events += appends[: len(appends) // 2]
            raise LogUnavailableError("Kafka did not confirm an event in time")
        self.events += appends
        return [(0, 0)] * len(appends)

    def values_of(self, key: str) -> list[bytes]:
        """Return the events of a key, in the order in which they were written first."""
        return list(dict.fromkeys(event.value for event in self.events if event.key == key))


def _check(append: Append) -> None:
    if REFUSED in append.value:
        raise InputInvalidError("an event of 2000000 bytes is more than Kafka takes")


class RowsInMemory:
    """Rows that wait, for relays that share a list of locks; `lost` ends a session."""

    def __init__(self, rows: list[RelayRow], locks: dict[int, object], shards: int = 4) -> None:
        self.rows = rows
        self._locks = locks
        self._shards = shards
        self.members = 1
        self.closed = False

    @property
    def held(self) -> frozenset[int]:
        """The shards held here."""
        return frozenset(shard for shard, owner in self._locks.items() if owner is self)

    def shards(self) -> Sequence[int]:
        """Return the numbers of all shards."""
        return range(self._shards)

    def relays(self) -> int:
        """Return how many relays a test says there are."""
        return self.members

    def hold(self, shard: int) -> bool:
        """Take a shard unless another has it."""
        return self._locks.setdefault(shard, self) is self

    def release(self, shard: int) -> None:
        """Let another have a shard."""
        if self._locks.get(shard) is self:
            del self._locks[shard]

    def busy(self) -> Sequence[int]:
        """Return the shards held here in which rows wait."""
        return sorted({row.shard for row in self.rows} & self.held)

    def unsent(self, firsts: Mapping[int, KeyPlace], limit: int) -> Mapping[int, list[RelayRow]]:
        """Return waiting rows of shards, by topic, key and sequence."""
        assert firsts.keys() <= self.held
        return {shard: self._run(shard, first)[:limit] for shard, first in firsts.items()}

    def _run(self, shard: int, first: KeyPlace) -> list[RelayRow]:
        found = [row for row in self.rows if row.shard == shard and (row.topic, row.key) >= first]
        return sorted(found, key=lambda row: (row.topic, row.key, row.sequence))

    def sent(self, rows: Sequence[RelayRow]) -> None:
        """Take exactly these rows away."""
        for row in rows:
            self.rows.remove(row)

    def waiting(self) -> int:
        """Return how many rows wait."""
        return len(self.rows)

    def backlog(self) -> tuple[int, int | None]:
        """Return how many rows wait, and since when the oldest of them does."""
        return len(self.rows), min((row.at_ms for row in self.rows), default=None)

    def close(self) -> None:
        """Let go of every shard."""
        self.lost()
        self.closed = True

    def lost(self) -> None:
        """End the session, as a broken connection does."""
        for shard in self.held:
            self.release(shard)
