"""How large the database is, as PostgreSQL tells it."""

from collections.abc import Sequence

from services.runtime import machine_metrics as metrics
from services.runtime.gauges import Figure
from services.store.postgres_pool import PostgresPool


class DatabaseGauges:
    """Asks the database for its size."""

    def __init__(self, pool: PostgresPool) -> None:
        self._pool = pool

    def __call__(self) -> Sequence[Figure]:
        """Return the figure. Raises RetryLaterError where the database does not answer."""
        with self._pool.connection() as connection:
            rows = connection.execute("SELECT pg_database_size(current_database())").fetchall()
        return [Figure(metrics.STORE_BYTES, float(rows[0][0]), ("database",))]
