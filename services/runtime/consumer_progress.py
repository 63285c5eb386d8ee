"""Whether a consumer gets on: its committed offsets move, or nothing waits for it.

A consumer that died slowly still has a process, threads and open connections.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock


@dataclass(slots=True)
class _Partition:
    """Where a consumer stands in a partition; `waiting_since` is None where it is at the end."""

    committed: int
    end: int
    waiting_since: float | None = None


class ConsumerProgress:
    """What is known of a consumer's partitions; safe to ask from any thread.

    Moments are a clock's elapsed seconds.
    """

    def __init__(self, started_seconds: float) -> None:
        self._lock = Lock()
        self._partitions: dict[int, _Partition] = {}
        self._seen_seconds = started_seconds

    def placed(self, committed: Mapping[int, int], now_seconds: float) -> None:
        """Take over the partitions a consumer was given, with the offset each begins at."""
        with self._lock:
            self._partitions = {
                number: self._partitions.get(number, _Partition(offset, offset))
                for number, offset in committed.items()
            }
            for number, offset in committed.items():
                self._partitions[number].committed = offset
        self.moved({}, now_seconds)

    def moved(self, committed: Mapping[int, int], now_seconds: float) -> None:
        """Take over offsets that were committed."""
        with self._lock:
            for number, offset in committed.items():
                partition = self._partitions.get(number)
                if partition is not None and offset > partition.committed:
                    partition.committed = offset
                    partition.waiting_since = now_seconds if partition.end > offset else None

    def seen(self, ends: Mapping[int, int], now_seconds: float) -> None:
        """Take over where the log ends, as the log itself says."""
        with self._lock:
            self._seen_seconds = now_seconds
            for number, end in ends.items():
                partition = self._partitions.get(number)
                if partition is not None:
                    partition.end = end
                    if end <= partition.committed:
                        partition.waiting_since = None
                    elif partition.waiting_since is None:
                        partition.waiting_since = now_seconds

    def partitions(self) -> int:
        """Return how many partitions this consumer has."""
        with self._lock:
            return len(self._partitions)

    def waiting(self) -> list[int]:
        """Return the partitions of this consumer in which anything waits."""
        with self._lock:
            return [n for n, each in self._partitions.items() if each.end > each.committed]

    def lag(self) -> int:
        """Return how many events wait, in all partitions of this consumer."""
        with self._lock:
            return sum(max(0, each.end - each.committed) for each in self._partitions.values())

    def alive(self, stuck_seconds_max: float, now_seconds: float) -> bool:
        """Return whether every partition moved, or had nothing waiting, within some seconds.

        A log that could not be asked for so long counts as stuck.
        """
        with self._lock:
            since = [
                each.waiting_since
                for each in self._partitions.values()
                if each.waiting_since is not None
            ]
            oldest = min((self._seen_seconds, *since))
        return now_seconds - oldest <= stuck_seconds_max
