"""The newest records of a topic, in memory, so that the next stage need not read or decode them."""

from collections.abc import Sequence

from services.runtime.ports import Record


class Tail:
    """A bounded run of records without gaps, ending at the topic's end.

    Grows at the end, loses at the front; what it no longer has is read from the log.
    """

    __slots__ = ("_bytes", "_bytes_max", "_records", "_records_max")

    def __init__(self, records_max: int, bytes_max: int) -> None:
        self._records: list[Record] = []
        self._records_max = records_max
        self._bytes_max = bytes_max
        self._bytes = 0

    def extend(self, records: Sequence[Record]) -> None:
        """Add records that follow on the last one; drop the oldest past the bounds."""
        assert not self._records or records[0].offset == self._records[-1].offset + 1
        self._records.extend(records)
        self._bytes += sum(len(record.value) for record in records)
        excess = 0
        while self._records and (
            len(self._records) - excess > self._records_max or self._bytes > self._bytes_max
        ):
            self._bytes -= len(self._records[excess].value)
            excess += 1
            if excess == len(self._records):
                break
        if excess:
            self._records = self._records[excess:]

    def read(self, offset: int, limit: int) -> Sequence[Record] | None:
        """Return up to `limit` records from `offset` on, or None where the tail starts later."""
        if not self._records or offset < self._records[0].offset:
            return None
        start = offset - self._records[0].offset
        return self._records[start : start + limit]
