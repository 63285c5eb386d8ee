"""Since when the oldest event waits for a worker of many: read when asked, so it goes on growing.

A worker that stands still handles nothing that could tell how late it is.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from threading import Lock

from services.runtime.ports import Record


class WaitingHeads:
    """The moment of the oldest event not handled, by partition; safe to ask from any thread.

    Events bear their own time, which is looked at for one or two of each batch and partition.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._since: dict[int, datetime] = {}
        self._lock = Lock()

    def began(self, records: Iterable[Record]) -> None:
        """Take over records that are being worked out: of a partition, the first waits longest."""
        firsts: dict[int, Record] = {}
        for record in records:
            firsts.setdefault(record.partition, record)
        with self._lock:
            now = self._now()
            for partition, record in firsts.items():
                # Of what waited unread, it was only known since when somebody noticed.
                known = self._since.get(partition, now)
                self._since[partition] = min(known, made_at(record) or now)

    def handled(self, records: Iterable[Record]) -> None:
        """Take over that records were handled: what waits behind them is no older than the last."""
        lasts = {record.partition: record for record in records}
        with self._lock:
            for partition, record in lasts.items():
                self._since[partition] = made_at(record) or self._now()

    def waits(self, partitions: Sequence[int]) -> None:
        """Take over where anything waits at all: elsewhere all is handled, or somebody else's."""
        with self._lock:
            now = self._now()
            self._since = {each: self._since.get(each, now) for each in partitions}

    def age_seconds(self) -> float:
        """Return for how long the oldest event waits; 0 where none does."""
        with self._lock:
            oldest = min(self._since.values(), default=None)
        return 0.0 if oldest is None else max(0.0, (self._now() - oldest).total_seconds())


def made_at(record: Record) -> datetime | None:
    """Return when an event was made by its own word; None where it cannot be read."""
    try:
        if record.event is not None:
            return record.event.time
        told = datetime.fromisoformat(json.loads(record.value)["time"])
    except (ValueError, KeyError, TypeError, RecursionError):
        # Whatever is in a topic becomes a dead letter in its turn, and ends no worker here.
        return None
    # A time without a zone cannot be compared with one that has it.
    return told if told.tzinfo is not None else None
