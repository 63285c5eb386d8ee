"""The event log in memory, with the same promises but for durability: for tests and simulations."""

import threading
from collections.abc import Sequence

from schemas.topics import topic_declared
from services.runtime.ports import Append, Record


class MemoryLog:
    """Topics in lists, one ordered stream each."""

    def __init__(self) -> None:
        self._topics: dict[str, list[Record]] = {}
        self._starts: dict[str, int] = {}
        self._changed = threading.Condition()

    def append(self, appends: Sequence[Append]) -> list[Record]:
        """Add events, all or none. Raises UndeclaredTopicError for a topic none declares."""
        for append in appends:
            topic_declared(append.topic)
        with self._changed:
            records = []
            for append in appends:
                run = self._topics.setdefault(append.topic, [])
                offset = self._starts.get(append.topic, 0) + len(run)
                record = Record(append.topic, offset, append.key, append.value, append.event)
                run.append(record)
                records.append(record)
            self._changed.notify_all()
        return records

    @staticmethod
    def partitions(topic: str) -> int:
        """Return 1: a topic is one ordered stream."""
        del topic
        return 1

    def read(self, topic: str, offset: int, limit: int, *, partition: int = 0) -> Sequence[Record]:
        """Return up to `limit` records from `offset` on, or from the oldest left."""
        assert partition == 0, "this log has no partitions"
        with self._changed:
            first = max(0, offset - self._starts.get(topic, 0))
            return self._topics.get(topic, [])[first : first + limit]

    def end_offset(self, topic: str, *, partition: int = 0) -> int:
        """Return the offset the next record of this topic will get."""
        assert partition == 0, "this log has no partitions"
        with self._changed:
            return self._starts.get(topic, 0) + len(self._topics.get(topic, []))

    def start_offset(self, topic: str, *, partition: int = 0) -> int:
        """Return the offset of the oldest record left, or the end offset where none is."""
        assert partition == 0, "this log has no partitions"
        with self._changed:
            return self._starts.get(topic, 0)

    def wait(self, topic: str, offset: int, timeout_seconds: float, *, partition: int = 0) -> bool:
        """Wait until a record at `offset` exists; return whether it does now."""
        assert partition == 0, "this log has no partitions"
        with self._changed:
            return self._changed.wait_for(
                lambda: self._starts.get(topic, 0) + len(self._topics.get(topic, [])) > offset,
                timeout_seconds,
            )

    def prune(self, topic: str, offset_kept: int) -> int:
        """Drop the records below an offset; return how many went."""
        with self._changed:
            start = self._starts.get(topic, 0)
            run = self._topics.get(topic, [])
            gone = max(0, min(offset_kept - start, len(run)))
            self._topics[topic] = run[gone:]
            self._starts[topic] = start + gone
            return gone
