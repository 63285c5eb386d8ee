"""The newest records of a topic, kept at hand by a thread: for pages, which must never wait.

Where the log behind it is away, what was read stays to be shown, and `trouble` says what is wrong.
"""

import threading
from collections import deque
from collections.abc import Sequence
from itertools import islice
from typing import Final

from services.runtime.errors import MercatError
from services.runtime.ports import EventLog, Record

LOOK_SECONDS: Final = 0.5
STOP_SECONDS_MAX: Final = 1.0


class TailedLog:
    """A log of one topic that holds `kept` records of each partition; others it has none of.

    Reads are of memory. Its offsets are those of the log behind it, so that a place one process
    gave means the same to another. Before the first look it has one partition, and nothing in it.
    """

    def __init__(self, event_log: EventLog, topic: str, kept: int) -> None:
        self._log = event_log
        self._topic = topic
        self._kept = kept
        self._lock = threading.Lock()
        self._records: list[deque[Record]] = [deque(maxlen=kept)]
        self._ends: list[int] = [0]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"tail-{topic}", daemon=True)
        self.trouble: str | None = "it has not been read yet"
        self.crashed_with: BaseException | None = None

    def start(self) -> None:
        """Begin to look, twice a second."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking; a look that waits for a log that is away is left to end by itself."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS_MAX)

    def look(self) -> None:
        """Take in what came since; `trouble` says why, where that cannot be."""
        try:
            self._look()
        except MercatError as error:
            self.trouble = str(error)
        else:
            self.trouble = None

    def partitions(self, topic: str) -> int:
        """Return how many partitions the topic has, as far as is known."""
        return len(self._ends) if topic == self._topic else 1

    def read(self, topic: str, offset: int, limit: int, *, partition: int = 0) -> Sequence[Record]:
        """Return up to `limit` of the records at hand from `offset` on."""
        if topic != self._topic:
            return []
        with self._lock:
            held = self._records[partition] if partition < len(self._records) else ()
            return list(islice((each for each in held if each.offset >= offset), limit))

    def end_offset(self, topic: str, *, partition: int = 0) -> int:
        """Return the offset behind the newest record at hand."""
        with self._lock:
            known = topic == self._topic and partition < len(self._ends)
            return self._ends[partition] if known else 0

    def start_offset(self, topic: str, *, partition: int = 0) -> int:
        """Return the offset of the oldest record at hand, or the end where none is."""
        held = self.read(topic, 0, 1, partition=partition)
        return held[0].offset if held else self.end_offset(topic, partition=partition)

    def wait(self, topic: str, offset: int, timeout_seconds: float, *, partition: int = 0) -> bool:
        """Return whether a record at `offset` is at hand; nobody waits on a tail."""
        del timeout_seconds
        return self.end_offset(topic, partition=partition) > offset

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self.look()
                self._stopping.wait(LOOK_SECONDS)
        except BaseException as error:  # noqa: BLE001 - handed up: the process ends with it
            self.crashed_with = error

    def _look(self) -> None:
        count = self._log.partitions(self._topic)
        if count != len(self._ends):
            with self._lock:
                self._records = [deque(maxlen=self._kept) for _ in range(count)]
                self._ends = [0] * count
        for partition in range(count):
            end = self._log.end_offset(self._topic, partition=partition)
            self._take_in(partition, end)

    def _take_in(self, partition: int, end: int) -> None:
        known = self._ends[partition]
        if end < known:
            # The topic was made anew: what is at hand is of another.
            known = 0
        first = max(known, end - self._kept)
        if first == end and end == self._ends[partition]:
            return
        records = self._log.read(self._topic, first, end - first, partition=partition)
        with self._lock:
            if end < self._ends[partition]:
                self._records[partition].clear()
            self._records[partition].extend(records)
            self._ends[partition] = end
