"""The sixth migration: on PostgreSQL, whose data a database was filled with and how far that is.

A database filled by `mercat migrate` says so until all of it was compared: nothing else may work on
it before. One that Mercat began in by itself holds no row here.
"""

from typing import Final

from services.store.migration import Migration

MOVING: Final = Migration(
    number=6,
    name="moving",
    statements=(),
    postgres=(
        "CREATE TABLE migration_claims (id TEXT PRIMARY KEY, installation TEXT NOT NULL, "
        "token TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('copying', 'moved')), "
        "at_ms BIGINT NOT NULL)",
        "CREATE TABLE migration_progress (id TEXT PRIMARY KEY, last_id TEXT NOT NULL, "
        "copied BIGINT NOT NULL)",
    ),
)
