"""Events that still wait for the relay, as an erasure meets them: they can be written anew.

What the relay has sent is in Kafka, and out of reach; what waits is in no other place yet.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import Future
from typing import Final, Protocol

from services.runtime.ports import Commit, Record
from services.store.postgres_appends import shard_of
from services.store.postgres_pool import PostgresPool

ROWS_MAX: Final = 200

# Rows are told apart by topic, key and sequence; a digest of the three stands for them.
_PLACE: Final = "hashtextextended(topic || ' ' || key || ' ' || sequence::text, 2)"
_OF_KEYS: Final = (
    f"SELECT {_PLACE}, value FROM relay_rows "  # noqa: S608 - nothing in it is anybody's
    "WHERE shard = ANY(%s::bigint[]) AND key = ANY(%s::text[])"
)
_REWRITE: Final = (
    "UPDATE relay_rows SET value = anew.value "  # noqa: S608 - nothing in it is anybody's
    "FROM unnest(%s::bigint[], %s::bytea[]) AS anew (place, value) "
    f"WHERE {_PLACE} = anew.place"
)


class ErasableStore(Protocol):
    """The journal behind it; see `services/store/postgres_journal.py`."""

    @property
    def pool(self) -> PostgresPool:
        """Return its connections."""
        ...

    def commit(self, commit: Commit) -> "Future[Sequence[Record]]":
        """Queue a commit."""
        ...

    def settle(self) -> "Future[bool]":
        """Clear what was erased out of the tables' files."""
        ...


class WaitingEvents:
    """The log and the journal of an erasure over PostgreSQL.

    Raises StorageRefusedError where the server is away.
    """

    def __init__(self, journal: ErasableStore) -> None:
        self._journal = journal

    def records_of(self, keys: AbstractSet[str]) -> Iterator[tuple[int, bytes]]:
        """Yield place and value of every event that waits under these keys."""
        asked = sorted(keys)
        for start in range(0, len(asked), ROWS_MAX):
            part = asked[start : start + ROWS_MAX]
            shards = sorted({shard_of(key) for key in part})
            with self._journal.pool.connection() as connection:
                rows = connection.execute(_OF_KEYS.encode(), (shards, part)).fetchall()
            yield from ((int(place), bytes(value)) for place, value in rows)

    def rewrite(self, values: Mapping[int, bytes]) -> "Future[int]":
        """Give events that still wait other values; resolves to how many did."""
        future: Future[int] = Future()
        with self._journal.pool.connection() as connection:
            given = (list(values), list(values.values()))
            future.set_result(connection.execute(_REWRITE.encode(), given).rowcount)
        return future

    def commit(self, commit: Commit) -> "Future[Sequence[Record]]":
        """Queue a commit."""
        return self._journal.commit(commit)

    def settle(self) -> "Future[bool]":
        """Clear what was erased out of the tables' files; resolves to whether all of it went."""
        return self._journal.settle()
