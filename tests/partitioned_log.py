"""A log in memory that splits a topic by key, as Kafka does, and can be away."""

from collections.abc import Sequence

from services.log.memory_log import MemoryLog
from services.runtime.errors import LogUnavailableError
from services.runtime.ports import Append, Record


class PartitionedLog:
    """Some logs of one partition each; `away` makes every question fail."""

    def __init__(self, count: int) -> None:
        self.parts = [MemoryLog() for _ in range(count)]
        self.away = False

    def append(self, partition: int, appends: Sequence[Append]) -> None:
        """Add events to a partition."""
        self.parts[partition].append(appends)

    def partitions(self, topic: str) -> int:
        """Return how many partitions there are."""
        del topic
        return len(self._here())

    def read(self, topic: str, offset: int, limit: int, *, partition: int = 0) -> Sequence[Record]:
        """Return up to `limit` records from `offset` on."""
        records = self._here()[partition].read(topic, offset, limit)
        return [record._replace(partition=partition, event=None) for record in records]

    def end_offset(self, topic: str, *, partition: int = 0) -> int:
        """Return the offset the next record will get."""
        return self._here()[partition].end_offset(topic)

    def start_offset(self, topic: str, *, partition: int = 0) -> int:
        """Return the offset of the oldest record left."""
        return self._here()[partition].start_offset(topic)

    def wait(self, topic: str, offset: int, timeout_seconds: float, *, partition: int = 0) -> bool:
        """Wait until a record at `offset` exists."""
        return self._here()[partition].wait(topic, offset, timeout_seconds)

    def _here(self) -> list[MemoryLog]:
        if self.away:
            raise LogUnavailableError("Kafka is away")
        return self.parts
