"""The fifth migration: on PostgreSQL, events on their way to Kafka.

SQLite needs none of it: there the log lies in the same file, and its number moves on alone.
"""

from typing import Final

from services.store.migration import Migration

RELAY: Final = Migration(
    number=5,
    name="relay",
    statements=(),
    postgres=(
        "CREATE TABLE relay_keys (id TEXT PRIMARY KEY, sequence BIGINT NOT NULL, "
        "at_ms BIGINT NOT NULL)",
        "CREATE TABLE relay_rows (shard BIGINT NOT NULL, key_id TEXT NOT NULL, "
        "sequence BIGINT NOT NULL, topic TEXT NOT NULL, key TEXT NOT NULL, "
        "value BYTEA NOT NULL, at_ms BIGINT NOT NULL, PRIMARY KEY (shard, key_id, sequence))",
    ),
)
