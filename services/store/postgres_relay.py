"""The rows that wait in PostgreSQL for the relay, shared out between relays by shard.

A relay holds a shard by a lock that the server keeps for its connection: where the connection ends,
the shard is free for the next one. Two relays send one row only where the first lost its
connection while it sent: a repeat, behind which the order of the key begins again.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, Protocol

from services.runtime.clock import DAY_MS, to_epoch_ms
from services.runtime.effects import Value
from services.runtime.errors import StorageRefusedError
from services.runtime.relay import KeyPlace, RelayRow
from services.store.postgres_appends import SHARDS
from services.store.postgres_pool import Connection, PostgresPool, connect, dropped, refusals

SHARD_LOCKS: Final = 7_265_747
MEMBER_LOCK: Final = 7_265_748
"""Any fixed numbers: shards are locked by one, and each relay has a share in the lock of the other,
by which they count one another."""
COUNTED_MAX: Final = 1_000_000
REST_MS: Final = DAY_MS
RUNS_MAX: Final = 10_000

_JOIN: Final = "SELECT pg_advisory_lock_shared(%s, 0)"
_HOLD: Final = "SELECT pg_try_advisory_lock(%s, %s)"
_RELEASE: Final = "SELECT pg_advisory_unlock(%s, %s)"
_MEMBERS: Final = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = 0 "
    "AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_BUSY: Final = (
    "SELECT shard FROM unnest(%s::bigint[]) AS held (shard) WHERE EXISTS "
    "(SELECT FROM relay_rows WHERE relay_rows.shard = held.shard)"
)
_UNSENT: Final = (
    "SELECT waiting.* "
    "FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS held (shard, topic, key) "
    "CROSS JOIN LATERAL (SELECT shard, topic, key, sequence, value, at_ms FROM relay_rows "
    "WHERE relay_rows.shard = held.shard AND (relay_rows.topic, relay_rows.key) >= "
    "(held.topic, held.key) ORDER BY shard, topic, key, sequence LIMIT %s) AS waiting"
)
_MARK_LIGHTLY: Final = "SET synchronous_commit TO off"
"""A mark that a crash of the server takes back is a repeat, as one that was never made is."""
_SENT: Final = (
    "DELETE FROM relay_rows USING unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[]) "
    "AS gone (shard, topic, key, sequence) WHERE relay_rows.shard = gone.shard "
    "AND relay_rows.topic = gone.topic AND relay_rows.key = gone.key "
    "AND relay_rows.sequence = gone.sequence"
)
_WAITING: Final = (
    "SELECT count(*), min(at_ms) FROM (SELECT at_ms FROM relay_rows LIMIT %s) AS waiting"
)


class Sweeping(Protocol):
    """A journal that carries out declared deletions."""

    def forget(self, sweep: str, parameters: Sequence[Value]) -> "Future[int]":
        """Queue a bounded run of a deletion; resolves to how many rows went."""
        ...


def forget_keys_at_rest(journal: Sweeping, now: datetime) -> int:
    """Forget the counts of keys without an event for a day and none that waits; return how many.

    A key begins again at 0 then: nothing of it is left that this could be out of order with.
    Raises RetryLaterError.
    """
    before_ms = to_epoch_ms(now) - REST_MS
    total = 0
    for _ in range(RUNS_MAX):
        gone = journal.forget("relay_keys", (before_ms,)).result()
        if not gone:
            break
        total += gone
    return total


class RelayRows:
    """What one relay sees of the rows that wait; for one thread, `waiting` and `oldest` aside.

    Raises StorageRefusedError where the server is away; every shard is lost then.
    """

    def __init__(self, pool: PostgresPool) -> None:
        self._pool = pool
        self._connection: Connection | None = None
        self._held: set[int] = set()

    @property
    def held(self) -> frozenset[int]:
        """The shards held here, as far as this side knows."""
        return frozenset(self._held)

    def shards(self) -> range:
        """Return the numbers of all shards."""
        return range(SHARDS)

    def relays(self) -> int:
        """Return how many relays there are now, this one among them."""
        with self._session() as connection:
            return int(_single(connection, _MEMBERS, MEMBER_LOCK))

    def hold(self, shard: int) -> bool:
        """Take a shard unless another relay has it; return whether it is held here now."""
        with self._session() as connection:
            if shard not in self._held and _single(connection, _HOLD, SHARD_LOCKS, shard):
                self._held.add(shard)
            return shard in self._held

    def release(self, shard: int) -> None:
        """Let another relay have a shard of which nothing is on its way."""
        with self._session() as connection:
            if shard in self._held:
                self._held.discard(shard)
                _single(connection, _RELEASE, SHARD_LOCKS, shard)

    def busy(self) -> list[int]:
        """Return the shards held here in which rows wait."""
        if not self._held:
            return []
        with self._session() as connection:
            rows = connection.execute(_BUSY, (sorted(self._held),)).fetchall()
        return sorted(shard for (shard,) in rows)

    def unsent(self, firsts: Mapping[int, KeyPlace], limit: int) -> Mapping[int, list[RelayRow]]:
        """Return waiting rows of shards held here, `limit` of each, by topic, key and sequence.

        Those of keys before the first named for their shard are left out. Of each key they begin
        with the oldest, without a gap.
        """
        columns = (
            list(firsts),
            [topic for topic, _ in firsts.values()],
            [key for _, key in firsts.values()],
        )
        found: dict[int, list[RelayRow]] = {shard: [] for shard in firsts}
        with self._session() as connection:
            assert found.keys() <= self._held, "rows are sent by whoever holds their shard"
            for row in map(
                RelayRow._make, connection.execute(_UNSENT, (*columns, limit), binary=True)
            ):
                found[row.shard].append(row)
        return found

    def sent(self, rows: Sequence[RelayRow]) -> None:
        """Delete exactly these rows: they are in Kafka, or set aside."""
        columns = (
            [row.shard for row in rows],
            [row.topic for row in rows],
            [row.key for row in rows],
            [row.sequence for row in rows],
        )
        with self._session() as connection:
            connection.execute(_SENT, columns)

    def waiting(self) -> int:
        """Return how many rows wait in all shards, a million at most."""
        return self.backlog()[0]

    def backlog(self) -> tuple[int, int | None]:
        """Return how many rows wait, a million at most, and since when the oldest of them does."""
        with self._pool.connection() as connection:
            ((count, oldest_at_ms),) = connection.execute(_WAITING, (COUNTED_MAX,)).fetchall()
        return int(count), oldest_at_ms

    def close(self) -> None:
        """Let go of every shard."""
        self._lose()

    @contextmanager
    def _session(self) -> Iterator[Connection]:
        try:
            if self._connection is None:
                self._connection = connect(self._pool.address, "mercat relay")
                with refusals():
                    self._connection.execute(_MARK_LIGHTLY)
                    self._connection.execute(_JOIN, (MEMBER_LOCK,))
            with refusals():
                yield self._connection
        except StorageRefusedError:
            self._lose()
            raise

    def _lose(self) -> None:
        dropped(self._connection)
        self._connection = None
        self._held.clear()


def _single(connection: Connection, text: Any, *parameters: int) -> Any:
    ((value,),) = connection.execute(text, parameters).fetchall()
    return value
