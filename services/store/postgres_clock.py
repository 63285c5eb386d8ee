"""A clock that goes by PostgreSQL's, so that services on many machines go by one time."""

import threading
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
        self._lock = threading.Lock()
        self._server: datetime | None = None
        self._measured_seconds = 0.0

    def now(self) -> datetime:
        """Return the server's present moment, in UTC."""
        with self._lock:
            passed_seconds = self._elapsed_seconds() - self._measured_seconds
            if self._server is None or passed_seconds > MEASURED_SECONDS_MAX:
                self._server = self._measured()
                passed_seconds = self._elapsed_seconds() - self._measured_seconds
            return self._server + timedelta(seconds=passed_seconds)

    def elapsed_seconds(self) -> float:
        """Return seconds since an arbitrary start, never running backwards."""
        return self._elapsed_seconds()

    def _measured(self) -> datetime:
        with self._pool.connection() as connection:
            asked_seconds = self._elapsed_seconds()
            ((server,),) = connection.execute(_NOW).fetchall()
            answered_seconds = self._elapsed_seconds()
        self._measured_seconds = (asked_seconds + answered_seconds) / 2
        moment: datetime = server
        return moment.astimezone(UTC)
