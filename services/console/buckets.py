"""Rate limits: a bucket of leave for each caller, refilled as time passes."""

import threading
from collections import OrderedDict
from typing import Final, NamedTuple

BUCKETS_MAX: Final = 10_000


class _Bucket(NamedTuple):
    left: float
    at_seconds: float


class Buckets:
    """Token buckets by name, at most so many: `burst` at once, then `rate` a second.

    Where there are too many, the one unused for longest goes; it has most likely filled up since.
    """

    def __init__(self, rate_per_second: float, burst: int, buckets_max: int = BUCKETS_MAX) -> None:
        self._rate = rate_per_second
        self._burst = burst
        self._buckets_max = buckets_max
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str, now_seconds: float) -> float:
        """Take one from a bucket; return 0, or the seconds until there is one where it is empty."""
        with self._lock:
            left = self._left(name, now_seconds)
            granted = left >= 1
            self._buckets[name] = _Bucket(left - 1 if granted else left, now_seconds)
            self._buckets.move_to_end(name)
            if len(self._buckets) > self._buckets_max:
                self._buckets.popitem(last=False)
        return 0.0 if granted else (1 - left) / self._rate

    def __len__(self) -> int:
        return len(self._buckets)

    def _left(self, name: str, now_seconds: float) -> float:
        bucket = self._buckets.get(name)
        if bucket is None:
            return float(self._burst)
        passed = max(0.0, now_seconds - bucket.at_seconds)
        return min(float(self._burst), bucket.left + passed * self._rate)
