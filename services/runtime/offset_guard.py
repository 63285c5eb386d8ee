"""How far a consumer may commit: over an unbroken run of handled events, and not an event more.

A client library keeps books of its own on what was handled. This keeps ours, from what the stage
really did, so that an error in theirs cannot lose an event: at most it ends the process.
"""

from collections.abc import Iterable

from services.runtime.errors import StateConflictError
from services.runtime.ports import Record


class OffsetGuard:
    """The run of offsets handled in each partition, in one thread.

    A run begins where the consumer was placed. Within it no offset may be left out, except that
    the first run of a partition may have gaps: a log may have them for reasons of its own, and a
    process that was just started has no older reading that could get in between.
    """

    def __init__(self) -> None:
        self._next: dict[int, int] = {}
        self._handled: dict[int, int] = {}
        self._begun: set[int] = set()

    def begin(self, partition: int, offset: int) -> None:
        """Begin a run where a consumer was placed: all before that place has been handled."""
        if partition in self._next:
            self._begun.add(partition)
        self._next[partition] = offset
        self._handled[partition] = max(offset, self._handled.get(partition, 0))

    def check(self, records: Iterable[Record]) -> None:
        """Look at records before they are handled. Raises StateConflictError where one is missing.

        Repeats are let through: what comes again is handled again.
        """
        for record in records:
            place = f"{record.topic}, partition {record.partition}"
            expected = self._next.get(record.partition)
            if expected is None:
                raise StateConflictError(f"{place} was read and never given to this worker")
            if record.offset > expected and record.partition in self._begun:
                raise StateConflictError(
                    f"{place}: the event at offset {expected} was left out, the one at "
                    f"{record.offset} came instead"
                )
            self._next[record.partition] = max(expected, record.offset + 1)

    def handled(self, records: Iterable[Record]) -> None:
        """Count records as handled, their effects being safe."""
        for record in records:
            at = self._handled[record.partition]
            self._handled[record.partition] = max(at, record.offset + 1)

    def end(self, partition: int) -> int:
        """Return the first offset of a partition that was not handled: as far as may be committed.

        0 for a partition that was never given to this worker.
        """
        return self._handled.get(partition, 0)
