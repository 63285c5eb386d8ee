"""What a run left behind, in the form the checkers read, from memory and from a file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import apsw
from pydantic import ValidationError

from schemas.codec import decode_event
from schemas.envelope import Event
from services.log.sqlite_log import OFFSET_BITS
from services.runtime.effects import Row
from services.runtime.ports import Record
from services.runtime.step import place_of
from services.store.memory_journal import MemoryJournal
from services.store.sqlite_connection import quick_check
from services.store.tables import TABLES

CONSUMERS = {"classify": "posts.received.v1", "route": "posts.classified.v1"}
RECORDS_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class Placed:
    """A record's offset, its event where its bytes are one, and the partition it lies in."""

    offset: int
    key: str
    event: Event | None
    partition: int = 0

    @property
    def place(self) -> str:
        """Where it stands, as dead letters say it."""
        return place_of(Record("", self.offset, self.key, b"", None, self.partition))


@dataclass(frozen=True, slots=True)
class Remains:
    """Topics in their order, rows by table and id, and how far each consumer came."""

    topics: Mapping[str, Sequence[Placed]]
    rows: Mapping[str, Mapping[str, Row]]
    cursors: Mapping[str, int]

    def topic(self, name: str) -> Sequence[Placed]:
        """Return a topic's records, none where it was never written to."""
        return self.topics.get(name, ())

    def events(self, name: str) -> list[Event]:
        """Return what in a topic is an event."""
        return [placed.event for placed in self.topic(name) if placed.event is not None]


def remains_in_memory(journal: MemoryJournal) -> Remains:
    """Return what a journal in memory holds."""
    rows: dict[str, dict[str, Row]] = {table: {} for table in TABLES}
    for key, row in journal.rows.items():
        rows[key.table][key.id] = row
    log = journal.log
    names = sorted(log._topics)
    topics = {name: placed(log.read(name, 0, RECORDS_MAX)) for name in names}
    return Remains(topics, rows, _cursors(journal.cursor))


def remains_in_file(path: Path) -> Remains:
    """Return what a database file holds, closed or in use. Raises AssertionError if damaged."""
    connection = apsw.Connection(str(path))
    try:
        assert quick_check(connection) == "ok"
        topics = connection.execute("SELECT number, name FROM log_topics").fetchall()
        names = {int(str(number)): str(name) for number, name in topics}
        records: dict[str, list[Record]] = {name: [] for name in names.values()}
        for position, key, value in connection.execute(
            "SELECT position, key, value FROM log ORDER BY position"
        ):
            name = names[position >> OFFSET_BITS]
            records[name].append(Record(name, position % (1 << OFFSET_BITS), key, value))
        rows = {table: dict(_rows_in_file(connection, table)) for table in TABLES}
        cursors = connection.execute("SELECT id, next_offset FROM cursors").fetchall()
        moved = {str(name): int(str(offset)) for name, offset in cursors}
    finally:
        connection.close()
    placed_records = {name: placed(run) for name, run in records.items()}
    return Remains(placed_records, rows, _cursors(lambda c, topic: moved.get(f"{c}|{topic}", 0)))


def placed(records: Iterable[Record]) -> list[Placed]:
    """Return records with their bytes read anew, as one who comes later would."""
    return [Placed(each.offset, each.key, _event(each), each.partition) for each in records]


def _rows_in_file(connection: apsw.Connection, table: str) -> Iterable[tuple[str, Row]]:
    names = ["id", *(column.name for column in TABLES[table].columns)]
    for values in connection.execute(f"SELECT {', '.join(names)} FROM {table}"):
        yield str(values[0]), dict(zip(names[1:], values[1:], strict=True))


def _event(record: Record) -> Event | None:
    try:
        return decode_event(record.topic, record.value)
    except ValidationError:
        return None


def _cursors(cursor: Callable[[str, str], int]) -> dict[str, int]:
    return {consumer: cursor(consumer, topic) for consumer, topic in CONSUMERS.items()}
