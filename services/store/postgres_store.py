"""State in PostgreSQL by psycopg 3: the same tables and statements, other placeholders."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Final, LiteralString, cast

import psycopg

from services.runtime.audit_entry import SealedEntry
from services.runtime.effects import Key, Row, Value
from services.runtime.errors import FolderError, StateConflictError, StorageRefusedError
from services.runtime.ports import Cursor, Guard
from services.store.migrations import MIGRATIONS, VERSION, VERSIONS_TABLE
from services.store.queries import QUERIES
from services.store.speaking_writes import Locks, check_guards, link_entries
from services.store.statements import (
    CURSOR_MOVE,
    CURSOR_READ,
    CURSOR_START,
    VERSION_READ,
    VERSION_WRITE,
    columns_of,
    cursor_id,
    fetch_plan,
    write_plan,
)

MIGRATION_LOCK: Final = 7_265_746
"""Any fixed number: two programs that start at once must not both apply a migration."""

LOCKS: Final = Locks(row=" FOR UPDATE", name="SELECT pg_advisory_xact_lock(hashtextextended(?, 0))")
"""Two names of one hash wait for each other now and then, and nothing worse."""


@cache
def _statement(text: str) -> LiteralString:
    """Return a portable statement with psycopg's placeholders."""
    return cast("LiteralString", text.replace("?", "%s"))  # type: ignore[redundant-cast] # LiteralString is str to mypy


class PostgresStore:
    """The declared tables in one PostgreSQL database, through one connection.

    One thread at a time may use it. Raises StorageRefusedError where the server is away, full or
    out of connections: the same call may be given again.
    """

    def __init__(self, address: str) -> None:
        """Connect; `address` is a libpq connection string or URL."""
        with _refusals():
            self._connection = psycopg.connect(address, autocommit=True)

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def migrate(self, applied_at_ms: int) -> list[str]:
        """Bring the database to this program's schema; return the names of what was applied.

        Raises FolderError where the database is newer than this program.
        """
        with _refusals(), self._connection.transaction():
            self._execute("SELECT pg_advisory_xact_lock(?)", (MIGRATION_LOCK,))
            self._execute(VERSIONS_TABLE)
            version = int(self._execute(VERSION_READ).fetchall()[0][0] or 0)
            if version > VERSION:
                raise FolderError(
                    f"the database was written by a newer Mercat (schema {version}, this program "
                    f"knows {VERSION}); install that version"
                )
            pending = [migration for migration in MIGRATIONS if migration.number > version]
            for migration in pending:
                for statement in migration.statements_for("postgres"):
                    self._execute(statement)
                self._execute(VERSION_WRITE, (migration.number, migration.name, applied_at_ms))
        return [migration.name for migration in pending]

    def fetch(self, keys: Iterable[Key]) -> dict[Key, Row | None]:
        """Return every key asked for with its row, or None where there is none."""
        asked = tuple(keys)
        rows: dict[Key, Row | None] = dict.fromkeys(asked)
        with _refusals():
            for table, statement, ids in fetch_plan(asked):
                columns = columns_of(table)[1:]
                for row_id, *values in self._execute(statement, ids):
                    rows[Key(table, row_id)] = dict(zip(columns, values, strict=True))
        return rows

    def select(self, query: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Return the rows of a declared query, column by column."""
        with _refusals():
            cursor = self._execute(QUERIES[query], parameters)
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, values, strict=True)) for values in cursor]

    def cursor(self, consumer: str, topic: str, *, partition: int = 0) -> int:
        """Return the next offset a consumer has to handle: 0 where it never committed."""
        with _refusals():
            rows = self._execute(CURSOR_READ, (cursor_id(consumer, topic, partition),)).fetchall()
        return int(rows[0][0]) if rows else 0

    def apply(
        self,
        writes: Mapping[Key, Row | None],
        cursors: Sequence[Cursor] = (),
        guards: Sequence[Guard] = (),
        entries: Sequence[SealedEntry] = (),
    ) -> None:
        """Carry out guards, cursor moves, writes and entries in one transaction.

        Raises StaleStateError where a guard does not hold, StateConflictError where a consumer is
        not where its move starts or a rule of the database is broken; nothing is kept then.
        """
        with _refusals(), self._connection.transaction():
            check_guards(self._rows, guards, LOCKS)
            for cursor in cursors:
                name = cursor_id(cursor.consumer, cursor.topic, cursor.partition)
                if cursor.start == 0:
                    self._execute(CURSOR_START, (name, 0))
                if self._execute(CURSOR_MOVE, (cursor.end, name, cursor.start)).rowcount != 1:
                    raise StateConflictError(
                        f"{cursor.consumer} is not at offset {cursor.start} of {cursor.topic}"
                    )
            for statement, rows in write_plan(writes):
                with self._connection.cursor() as many:
                    many.executemany(_statement(statement), rows)
            link_entries(self._rows, entries, LOCKS)

    def _rows(self, text: str, parameters: Sequence[Value]) -> Sequence[tuple[Any, ...]]:
        cursor = self._execute(text, parameters)
        return cursor.fetchall() if cursor.description else ()

    def _execute(self, text: str, parameters: Sequence[Value] = ()) -> psycopg.Cursor[Any]:
        return self._connection.execute(_statement(text), tuple(parameters))


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except psycopg.IntegrityError as error:
        raise StateConflictError(f"the database's own rules forbid it: {error}") from error
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise StorageRefusedError(f"PostgreSQL would not answer: {error}") from error
