"""State in SQLite, read through one read-only connection a thread."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import cast

import apsw

from services.runtime.effects import Key, Row, Value
from services.runtime.errors import CursorMovedError, StorageRefusedError
from services.runtime.ports import Cursor
from services.store.queries import QUERIES
from services.store.sqlite_connection import REFUSALS, answered, open_reader
from services.store.statements import (
    CURSOR_MOVE,
    CURSOR_READ,
    CURSOR_START,
    columns_of,
    cursor_id,
    fetch_plan,
)


class SqliteReaders:
    """A read-only connection for each thread that asks, all closed together."""

    def __init__(self, path: Path, *, vfs: str | None = None) -> None:
        self._path = path
        self._vfs = vfs
        self._local = threading.local()
        self._opened: list[apsw.Connection] = []
        self._lock = threading.Lock()

    def __call__(self) -> apsw.Connection:
        """Return this thread's connection."""
        connection: apsw.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = open_reader(self._path, vfs=self._vfs)
            self._local.connection = connection
            with self._lock:
                self._opened.append(connection)
        return connection

    def close(self) -> None:
        """Close every connection; no thread may read after."""
        with self._lock:
            for connection in self._opened:
                connection.close()
            self._opened.clear()


class SqliteStore:
    """The declared tables in one SQLite file."""

    def __init__(self, reader: SqliteReaders) -> None:
        self._reader = reader

    def fetch(self, keys: Iterable[Key]) -> dict[Key, Row | None]:
        """Return every key asked for with its row, or None where there is none."""
        asked = tuple(keys)
        rows: dict[Key, Row | None] = dict.fromkeys(asked)
        if not asked:
            return rows
        connection = self._reader()
        plan = list(fetch_plan(asked))
        with _one_moment(connection) if len(plan) > 1 else nullcontext():
            for table, statement, ids in plan:
                columns = columns_of(table)[1:]
                for row_id, *values in answered(connection, statement, ids):
                    rows[Key(table, row_id)] = dict(zip(columns, values, strict=True))
        return rows

    def select(self, query: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Return the rows of a declared query, column by column."""
        statement, connection = QUERIES[query], self._reader()
        rows: list[Row] = []
        try:
            cursor = connection.execute(statement, tuple(parameters))
            for values in cursor:
                names = [column[0] for column in cursor.get_description()]
                rows.append(dict(zip(names, values, strict=True)))
        except REFUSALS as error:
            raise StorageRefusedError(f"the store would not be read: {error}") from error
        return rows

    def cursor(self, consumer: str, topic: str, *, partition: int = 0) -> int:
        """Return the next offset a consumer has to handle: 0 where it never committed."""
        rows = answered(self._reader(), CURSOR_READ, (cursor_id(consumer, topic, partition),))
        return cast("int", rows[0][0]) if rows else 0

    @staticmethod
    def move_cursors(connection: apsw.Connection, cursors: Sequence[Cursor]) -> None:
        """Move consumers on, inside the writer's transaction.

        Raises CursorMovedError where a consumer is not where the commit says it is.
        """
        for cursor in cursors:
            name = cursor_id(cursor.consumer, cursor.topic, cursor.partition)
            if cursor.start == 0:
                connection.execute(CURSOR_START, (name, 0))
            connection.execute(CURSOR_MOVE, (cursor.end, name, cursor.start))
            if connection.changes() != 1:
                raise CursorMovedError(
                    f"{cursor.consumer} is not at offset {cursor.start} of {cursor.topic}"
                )


@contextmanager
def _one_moment(connection: apsw.Connection) -> Iterator[None]:
    """Have several statements read what one moment holds: a commit between them shows in none."""
    answered(connection, "BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            answered(connection, "END")
