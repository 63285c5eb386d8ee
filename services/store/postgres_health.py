"""What a person wants to know of the database: its connections, and the parts it lacks."""

from datetime import UTC, datetime
from typing import Final, NamedTuple

from services.store.months import months_around
from services.store.postgres_pool import PostgresPool

MONTHS_AHEAD_MIN: Final = 1
"""A part for the month after this one: the relay makes it, and has weeks to do so."""

_CONNECTIONS: Final = (
    "SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'), "
    "current_setting('max_connections')::bigint"
)
_MISSING: Final = "SELECT name FROM unnest(%s::text[]) AS name WHERE to_regclass(name) IS NULL"


class Connections(NamedTuple):
    """How many connections the server has, of all databases, and how many it may have."""

    used: int
    allowed: int


def connections(pool: PostgresPool) -> Connections:
    """Return how full the server is. Raises StorageRefusedError where it is away."""
    with pool.connection() as connection:
        ((used, allowed),) = connection.execute(_CONNECTIONS).fetchall()
    return Connections(int(used), int(allowed))


def parts_missing(pool: PostgresPool, now: datetime) -> list[str]:
    """Return which parts of the posts' table should be there by a moment and are not."""
    wanted = [month.table for month in months_around(now.astimezone(UTC), 0, MONTHS_AHEAD_MIN)]
    with pool.connection() as connection:
        return [str(name) for (name,) in connection.execute(_MISSING, (wanted,))]
