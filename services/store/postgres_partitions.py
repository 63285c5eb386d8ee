"""Keeps the parts of the posts' table: one for each month, made ahead of time.

To be called at the start of a service that routes, and once a day. A post of a month without a part
is kept all the same, in the default part, and moves to its month when that is made.
"""

from datetime import UTC, datetime
from typing import Final

from psycopg import sql

from services.store.months import Month, months_around
from services.store.postgres_pool import Connection, PostgresPool

MONTHS_AHEAD: Final = 2

_THERE: Final = "SELECT to_regclass(%s) IS NOT NULL"
# Readers wait too, for as long as it takes to move what lies in the default part: nothing, where
# the part is made in time.
_LOCK: Final = "LOCK TABLE posts IN ACCESS EXCLUSIVE MODE"
_MAKE: Final = sql.SQL("CREATE TABLE {table} (LIKE posts INCLUDING DEFAULTS)")
_MOVE: Final = sql.SQL(
    "WITH moved AS (DELETE FROM posts_default WHERE id >= {first} AND id < {end} RETURNING *) "
    "INSERT INTO {table} SELECT * FROM moved"
)
_ATTACH: Final = sql.SQL(
    "ALTER TABLE posts ATTACH PARTITION {table} FOR VALUES FROM ({first}) TO ({end})"
)


def keep_partitions(
    pool: PostgresPool, now: datetime, *, months_before: int = 0, months_ahead: int = MONTHS_AHEAD
) -> list[str]:
    """Make the parts that are missing around a moment; return their tables' names.

    Each is made in a transaction of its own, with what it takes over from the default part.
    Raises StaleStateError where the table is in use for too long, StorageRefusedError.
    """
    months = months_around(now.astimezone(UTC), months_before, months_ahead)
    return [month.table for month in months if _made(pool, month)]


def _made(pool: PostgresPool, month: Month) -> bool:
    with pool.connection() as connection:
        if _is_there(connection, month):
            return False
        with connection.transaction():
            connection.execute("SET LOCAL statement_timeout = 0")
            connection.execute(_LOCK)
            # Another service may have made it while this one waited for the lock.
            if _is_there(connection, month):
                return False
            names = {
                "table": sql.Identifier(month.table),
                "first": sql.Literal(month.first_id),
                "end": sql.Literal(month.end_id),
            }
            for text in (_MAKE, _MOVE, _ATTACH):
                connection.execute(text.format(**names))
    return True


def _is_there(connection: Connection, month: Month) -> bool:
    ((there,),) = connection.execute(_THERE, (month.table,)).fetchall()
    return bool(there)
