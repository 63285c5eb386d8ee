"""The fifth migration: on PostgreSQL, events on their way to Kafka, and large tables in parts.

SQLite needs none of it: there the log lies in the same file, and its number moves on alone.
"""

from typing import Final

from services.store.migration import Migration
from services.store.partition_migration import PARTITIONED

RELAY: Final = Migration(
    number=5,
    name="relay",
    statements=(),
    postgres=(
        *PARTITIONED,
        # Nothing but the primary key is indexed and pages keep room, so that counting a key on
        # rewrites its row in place.
        "CREATE TABLE relay_keys (topic TEXT NOT NULL, key TEXT NOT NULL, "
        "shard BIGINT NOT NULL, sequence BIGINT NOT NULL, at_ms BIGINT NOT NULL, "
        "PRIMARY KEY (topic, key)) "
        "WITH (fillfactor = 70)",
        "CREATE TABLE relay_rows (shard BIGINT NOT NULL, topic TEXT NOT NULL, "
        "key TEXT NOT NULL, sequence BIGINT NOT NULL, value BYTEA NOT NULL, "
        "at_ms BIGINT NOT NULL, PRIMARY KEY (shard, topic, key, sequence)) "
        # Every row goes soon after it came: what it leaves behind is cleared by count, not share.
        "WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000)",
    ),
)
"""`relay_keys` counts each key's events on; `relay_rows` holds those that are not sent yet."""
