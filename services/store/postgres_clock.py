"""A clock that goes by PostgreSQL's, so that services on many machines go by one time."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from services.store.postgres_pool import PostgresPool

MEASURED_SECONDS_MAX: Final = 1.0

_NOW: Final = "SELECT clock_timestamp()"


class PostgresClock:
    """Tells the server's time: measured a second ago at most, plus what passed here since.

    Half of the time that the question took is added, so that it is off by less than the other half.
    Raises StorageRefusedError where the server does not answer: a time that may be wrong is none.
    """

    def __init__(
        self, pool: PostgresPool, *, elapsed_seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._pool = pool
        self._elapsed_seconds = elapsed_seconds
        self._measured: tuple[datetime, float] | None = None

    def now(self) -> datetime:
        """Return the server's present moment, in UTC."""
        known = self._measured
        if known is None or self._elapsed_seconds() - known[1] > MEASURED_SECONDS_MAX:
            # Nobody waits for another's question: where the server hangs, each is refused in time.
            known = self._measured = self._measure()
        server, at_seconds = known
        return server + timedelta(seconds=self._elapsed_seconds() - at_seconds)

    def elapsed_seconds(self) -> float:
        """Return seconds since an arbitrary start, never running backwards."""
        return self._elapsed_seconds()

    def _measure(self) -> tuple[datetime, float]:
        """Return what the server's clock said, and when that was on ours."""
        with self._pool.connection() as connection:
            asked_seconds = self._elapsed_seconds()
            ((server,),) = connection.execute(_NOW).fetchall()
            answered_seconds = self._elapsed_seconds()
        moment: datetime = server
        return moment.astimezone(UTC), (asked_seconds + answered_seconds) / 2
