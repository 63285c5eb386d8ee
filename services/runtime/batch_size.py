"""How many records a batch may hold: fewer after an eviction for slowness, slowly more again."""

from typing import Final

TOO_LONG_SECONDS_MIN: Final = 1.0
GROWTH_STEPS: Final = 64
"""From nothing back to the limit it takes this many full batches that were quick enough."""


class BatchSize:
    """The size now, never over the limit.

    It halves when the group took the partitions away because nobody asked for records in time. It
    grows only while batches take less than half of what was too long, so that it does not come
    back to where it failed.
    """

    def __init__(self, limit: int) -> None:
        self.now = limit
        self._limit = limit
        self._too_long_seconds: float | None = None

    def evicted(self, took_seconds: float) -> None:
        """Halve: the group did not hear of us for that long."""
        self.now = max(1, self.now // 2)
        self._too_long_seconds = max(took_seconds, TOO_LONG_SECONDS_MIN)

    def kept(self, took_seconds: float) -> None:
        """Grow a little after a full batch, kept this long after it was read."""
        if self._too_long_seconds is not None and 2 * took_seconds >= self._too_long_seconds:
            return
        self.now = min(self._limit, self.now + max(1, self._limit // GROWTH_STEPS))
