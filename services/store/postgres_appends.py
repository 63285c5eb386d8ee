"""Events on their way to Kafka, written as rows in the transaction that gives rise to them.

Each key of a topic is counted on under the lock of its row, until the transaction ends: so a
sequence becomes visible only after every lower one of its key, and never with a hole before it. An
ever-growing number for all rows would not do: whoever took a lower one may commit later.
"""

from collections.abc import Sequence
from typing import Final
from zlib import crc32

from services.runtime.ports import Append, Record
from services.store.postgres_pool import Connection

SHARDS: Final = 16
"""Between so many parts the relays share the keys out. Fixed: rows stand under their shard."""

# The server's own time, since the sweep of keys at rest goes by it.
_COUNT_ON: Final = (
    "INSERT INTO relay_keys AS counted (topic, key, shard, sequence, at_ms) "
    "SELECT topic, key, shard, events, (extract(epoch FROM clock_timestamp()) * 1000)::bigint "
    "FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[]) "
    "AS asked (topic, key, shard, events) "
    'ORDER BY topic COLLATE "C", key COLLATE "C" '
    "ON CONFLICT (topic, key) DO UPDATE SET sequence = counted.sequence + excluded.sequence, "
    "at_ms = excluded.at_ms RETURNING topic, key, sequence"
)
_COPY: Final = (
    "COPY relay_rows (shard, topic, key, sequence, value, at_ms) FROM STDIN (FORMAT binary)"
)
_TYPES: Final = ("int8", "text", "text", "int8", "bytea", "int8")


def shard_of(key: str) -> int:
    """Return the shard that all events of a key wait in, the same on every machine."""
    return crc32(key.encode()) % SHARDS


def append(connection: Connection, appends: Sequence[Append], at_ms: int) -> list[Record]:
    """Write events as rows for the relay; return them with their key's sequence as offset."""
    if not appends:
        return []
    events: dict[tuple[str, str], int] = {}
    for topic, key, *_ in appends:
        events[topic, key] = events.get((topic, key), 0) + 1
    following = _counted_on(connection, events)
    records = []
    with connection.cursor().copy(_COPY) as copy:
        copy.set_types(_TYPES)
        for topic, key, value, event in appends:
            sequence = following[topic, key]
            following[topic, key] = sequence + 1
            copy.write_row((shard_of(key), topic, key, sequence, value, at_ms))
            records.append(Record(topic, sequence, key, value, event))
    return records


def _counted_on(
    connection: Connection, events: dict[tuple[str, str], int]
) -> dict[tuple[str, str], int]:
    """Count keys on by their events; return the first sequence of each, from 0."""
    columns = (
        [topic for topic, _ in events],
        [key for _, key in events],
        [shard_of(key) for _, key in events],
        list(events.values()),
    )
    rows = connection.execute(_COUNT_ON, columns).fetchall()
    return {(topic, key): sequence - events[topic, key] for topic, key, sequence in rows}
