"""The clock of the machine."""

import time
from datetime import UTC, datetime


class SystemClock:
    """Real time, by the operating system."""

    def now(self) -> datetime:
        """Return the present moment, in UTC."""
        return datetime.now(UTC)

    def elapsed_seconds(self) -> float:
        """Return seconds since an arbitrary start, never running backwards."""
        return time.monotonic()
