"""The event log in SQLite: one table, the position made of the topic's number and the offset.

The position is the integer primary key, since a table without row ids spills rows over one
kilobyte to overflow pages and takes twice the room and time (docs/adr/0002).
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, cast

import apsw

from schemas.topics import TEAM_POSTS, topic_declared
from services.log.tail import Tail
from services.runtime.failpoints import reach
from services.runtime.ports import Append, Record
from services.store.sqlite_connection import answered

OFFSET_BITS: Final = 40
TEAM_NUMBER_FIRST: Final = 16
TAIL_RECORDS: Final = 4_000
TAIL_BYTES: Final = 16 * 1024 * 1024
PRUNE_RECORDS_MAX: Final = 5_000
SCAN_RECORDS: Final = 2_000

_INSERT: Final = "INSERT INTO log (position, at_ms, key, value) VALUES (?, ?, ?, ?)"
_READ: Final = (
    "SELECT position, key, value FROM log WHERE position >= ? AND position < ? "
    "ORDER BY position LIMIT ?"
)
_FIRST: Final = "SELECT min(position) FROM log WHERE position >= ? AND position < ?"
_LAST: Final = "SELECT max(position) FROM log WHERE position >= ? AND position < ?"
_OLD: Final = (
    "SELECT max(position) FROM (SELECT position, at_ms FROM log "
    "WHERE position >= ? AND position < ? ORDER BY position LIMIT ?) WHERE at_ms < ?"
)
_SCAN: Final = "SELECT position, key, value FROM log WHERE position > ? ORDER BY position LIMIT ?"
_REWRITE: Final = "UPDATE log SET value = ? WHERE position = ?"
_PRUNE: Final = "DELETE FROM log WHERE position >= ? AND position <= ?"


class SqliteLog:
    """Topics in one file. Appends happen inside the writer's transactions; reads take any reader.

    A topic is one ordered stream, so records of all keys are in the order of their commits.
    """

    def __init__(self, reader: Callable[[], apsw.Connection], writer: apsw.Connection) -> None:
        self._reader = reader
        numbers = writer.execute("SELECT name, number FROM log_topics").fetchall()
        self._numbers = cast("dict[str, int]", dict(numbers))  # type: ignore[arg-type] # pairs
        self._ends: dict[str, int] = {
            name: self._end_on_disk(writer, number) for name, number in self._numbers.items()
        }
        self._ends_open: dict[str, int] = {}
        self._numbers_open: dict[str, int] = {}
        self._tails: dict[str, Tail] = {}
        self._changed = threading.Condition()

    @staticmethod
    def partitions(topic: str) -> int:
        """Return 1: a topic is one ordered stream."""
        del topic
        return 1

    def read(self, topic: str, offset: int, limit: int, *, partition: int = 0) -> Sequence[Record]:
        """Return up to `limit` records from `offset` on, from memory where they are still there."""
        assert partition == 0, "this log has no partitions"
        with self._changed:
            # Kept from the first reading on: a topic nobody reads here takes no memory.
            if topic not in self._tails:
                self._tails[topic] = Tail(TAIL_RECORDS, TAIL_BYTES)
            recent = self._tails[topic].read(offset, limit)
        if recent is not None:
            return recent
        number = self._numbers.get(topic)
        if number is None:
            return ()
        start = number << OFFSET_BITS
        bounds = (start + offset, start + (1 << OFFSET_BITS), limit)
        rows = answered(self._reader(), _READ, bounds)
        return [Record(topic, position - start, key, value) for position, key, value in rows]

    def end_offset(self, topic: str, *, partition: int = 0) -> int:
        """Return the offset the next record of this topic will get."""
        assert partition == 0, "this log has no partitions"
        with self._changed:
            return self._ends.get(topic, 0)

    def start_offset(self, topic: str, *, partition: int = 0) -> int:
        """Return the offset of the oldest record left, or the end offset where none is."""
        assert partition == 0, "this log has no partitions"
        number = self._numbers.get(topic)
        if number is None:
            return 0
        start = number << OFFSET_BITS
        ((first,),) = answered(self._reader(), _FIRST, (start, start + (1 << OFFSET_BITS)))
        return self.end_offset(topic) if first is None else cast("int", first) - start

    def wait(self, topic: str, offset: int, timeout_seconds: float, *, partition: int = 0) -> bool:
        """Wait until a record at `offset` exists; return whether it does now."""
        assert partition == 0, "this log has no partitions"
        with self._changed:
            return self._changed.wait_for(
                lambda: self._ends.get(topic, 0) > offset, timeout_seconds
            )

    def insert(
        self, connection: apsw.Connection, appends: Sequence[Append], at_ms: int
    ) -> list[Record]:
        """Write appended events inside the writer's transaction; return them with their offsets.

        Raises UndeclaredTopicError for a topic no declaration covers.
        """
        records = []
        rows = []
        for append in appends:
            number = self._numbers.get(append.topic) or self._numbers_open.get(append.topic)
            if number is None:
                number = self._number_new(connection, append.topic)
            offset = self._ends_open.get(append.topic)
            if offset is None:
                offset = self._ends.get(append.topic, 0)
            self._ends_open[append.topic] = offset + 1
            rows.append(((number << OFFSET_BITS) + offset, at_ms, append.key, append.value))
            records.append(Record(append.topic, offset, append.key, append.value, append.event))
        connection.executemany(_INSERT, rows)
        return records

    def publish(self, records: Sequence[Record]) -> None:
        """Show durable records to readers: called by the writer after its commit, in order."""
        by_topic: dict[str, list[Record]] = {}
        for record in records:
            by_topic.setdefault(record.topic, []).append(record)
        with self._changed:
            for topic, run in by_topic.items():
                if topic in self._tails:
                    self._tails[topic].extend(run)
                self._ends[topic] = run[-1].offset + 1
            self._numbers.update(self._numbers_open)
            self._numbers_open.clear()
            self._changed.notify_all()

    def forget_uncommitted(self) -> None:
        """Give back offsets and topic numbers handed out in a transaction that was rolled back."""
        self._ends_open.clear()
        self._numbers_open.clear()

    def prune(
        self, connection: apsw.Connection, topic: str, before_ms: int, offset_kept: int
    ) -> int:
        """Delete a bounded run of records older than `before_ms` and below `offset_kept`.

        Returns how many went, 5,000 at most.
        The newest record always stays: it is what tells the next offset after a restart.
        """
        number = self._numbers.get(topic)
        if number is None:
            return 0
        start = number << OFFSET_BITS
        end = start + min(offset_kept, self._ends.get(topic, 0) - 1)
        last = _single(connection, _OLD, (start, end, PRUNE_RECORDS_MAX, before_ms))
        if last is None:
            return 0
        reach("log.prune.before")
        connection.execute(_PRUNE, (start, last))
        reach("log.prune.after")
        return connection.changes()

    def records_of(self, keys: AbstractSet[str]) -> Iterator[tuple[int, bytes]]:
        """Yield position and value of every record under these keys, in all topics.

        It goes through the whole log, in runs, without holding up the writer.
        """
        after = -1
        while rows := answered(self._reader(), _SCAN, (after, SCAN_RECORDS)):
            yield from ((position, value) for position, key, value in rows if key in keys)
            after = rows[-1][0]

    @staticmethod
    def rewrite(connection: apsw.Connection, values: Mapping[int, bytes]) -> int:
        """Give records other values inside the writer's transaction; return how many were there.

        Only an erasure does so. What readers hold in memory passes out of it by itself.
        """
        changed = 0
        for position, value in values.items():
            connection.execute(_REWRITE, (value, position))
            changed += connection.changes()
        return changed

    def topics(self) -> list[str]:
        """Return the names of all topics that hold, or held, a record."""
        return sorted(self._numbers)

    def _number_new(self, connection: apsw.Connection, topic: str) -> int:
        declared = topic_declared(topic)
        number = declared.number
        if declared is TEAM_POSTS:
            taken = (*self._numbers.values(), *self._numbers_open.values())
            number = max((TEAM_NUMBER_FIRST - 1, *taken)) + 1
        connection.execute("INSERT INTO log_topics (number, name) VALUES (?, ?)", (number, topic))
        self._numbers_open[topic] = number
        return number

    @staticmethod
    def _end_on_disk(connection: apsw.Connection, number: int) -> int:
        start = number << OFFSET_BITS
        last = _single(connection, _LAST, (start, start + (1 << OFFSET_BITS)))
        return 0 if last is None else last - start + 1


def _single(connection: apsw.Connection, statement: str, parameters: tuple[int, ...]) -> int | None:
    rows = connection.execute(statement, parameters).fetchall()
    return cast("int | None", rows[0][0])
