"""State in PostgreSQL by psycopg 3: the same tables and statements, other placeholders."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from services.runtime.audit_entry import SealedEntry
from services.runtime.effects import Key, Row, Value
from services.runtime.errors import FolderError
from services.runtime.ports import Cursor, Guard
from services.store.migrations import MIGRATIONS, VERSION, VERSIONS_TABLE
from services.store.postgres_commit import carry_out, execute
from services.store.postgres_pool import Connection, PostgresPool
from services.store.postgres_rows import planned, statement
from services.store.queries import QUERIES
from services.store.statements import (
    CURSOR_READ,
    VERSION_READ,
    VERSION_WRITE,
    columns_of,
    cursor_id,
)

MIGRATION_LOCK: Final = 7_265_746
"""Any fixed number: two programs that start at once must not both apply a migration."""
_VERSIONS_THERE: Final = "SELECT to_regclass('schema_versions') IS NOT NULL"
_MOVE_BEGUN: Final = "SELECT installation FROM migration_claims WHERE state <> 'moved'"
_ONE_MOMENT: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class PostgresStore:
    """The declared tables in one PostgreSQL database, for any number of threads.

    Raises StorageRefusedError where the server is away, full or out of connections, OverloadedError
    where all of ours are in use: the same call may be given again.
    """

    def __init__(self, pool: PostgresPool) -> None:
        self._pool = pool

    def migrate(self, applied_at_ms: int) -> list[str]:
        """Bring the database to this program's schema; return the names of what was applied.

        Raises FolderError where the database is newer than this program.
        """
        with self._pool.connection() as connection, connection.transaction():
            # Moving rows takes as long as it takes, and whoever comes second waits for it.
            connection.execute("SET LOCAL statement_timeout = 0")
            connection.execute("SET LOCAL lock_timeout = 0")
            execute(connection, "SELECT pg_advisory_xact_lock(?)", (MIGRATION_LOCK,))
            execute(connection, VERSIONS_TABLE)
            version = _version(connection)
            if version > VERSION:
                raise FolderError(_newer(version))
            pending = [migration for migration in MIGRATIONS if migration.number > version]
            for migration in pending:
                for text in migration.statements_for("postgres"):
                    execute(connection, text)
                done = (migration.number, migration.name, applied_at_ms)
                execute(connection, VERSION_WRITE, done)
        return [migration.name for migration in pending]

    def check(self) -> None:
        """Raise FolderError where the database is older or newer than this program.

        And where `mercat migrate` has not come to its end in it: nothing works on a part of a body.
        """
        with self._pool.connection() as connection:
            ((there,),) = execute(connection, _VERSIONS_THERE).fetchall()
            version = _version(connection) if there else 0
            begun = execute(connection, _MOVE_BEGUN).fetchall() if version == VERSION else ()
        if version > VERSION:
            raise FolderError(_newer(version))
        if version < VERSION:
            raise FolderError(
                f"the database has schema {version} and this program needs {VERSION}; "
                "bring it up to date with `mercat migrate` before the services start"
            )
        if begun:
            raise FolderError(
                "a body's data are on their way into this database and not all there; give the "
                "same `mercat migrate` again, and start the services when it is through"
            )

    def fetch(self, keys: Iterable[Key]) -> dict[Key, Row | None]:
        """Return every key asked for with its row, or None where there is none."""
        asked = tuple(keys)
        rows: dict[Key, Row | None] = dict.fromkeys(asked)
        ids_by_table: dict[str, list[str]] = {}
        for key in rows:
            ids_by_table.setdefault(key.table, []).append(key.id)
        plan = [(_fetch(table), ids) for table, ids in ids_by_table.items()]
        if not plan:
            return rows
        with self._pool.connection() as connection:
            for table, found in zip(ids_by_table, _fetched(connection, plan), strict=True):
                columns = columns_of(table)[1:]
                for row_id, *values in found:
                    rows[Key(table, row_id)] = dict(zip(columns, values, strict=True))
        return rows

    def select(self, query: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Return the rows of a declared query, column by column."""
        text = QUERIES[query]
        with self._pool.connection() as connection:
            cursor = execute(connection, text, parameters)
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, values, strict=True)) for values in cursor]

    def cursor(self, consumer: str, topic: str, *, partition: int = 0) -> int:
        """Return the next offset a consumer has to handle: 0 where it never committed."""
        name = cursor_id(consumer, topic, partition)
        with self._pool.connection() as connection:
            rows = execute(connection, CURSOR_READ, (name,)).fetchall()
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
        plan = planned(writes)
        with self._pool.connection() as connection, connection.transaction():
            carry_out(connection, plan, cursors, guards, entries)


@cache
def _fetch(table: str) -> str:
    """Return the statement that finds rows by their ids: one array costs less than many values."""
    columns = ", ".join(columns_of(table))
    return f"SELECT {columns} FROM {table} WHERE id = ANY(?::text[])"  # noqa: S608 - names come from tables.py


def _fetched(
    connection: Connection, plan: Sequence[tuple[str, list[str]]]
) -> list[list[tuple[Any, ...]]]:
    """Return what each fetch found, all as of one moment and in one exchange with the server."""
    if len(plan) == 1:
        ((text, ids),) = plan
        return [connection.execute(statement(text), (ids,)).fetchall()]
    with connection.pipeline():
        connection.execute(_ONE_MOMENT)
        cursors = [connection.execute(statement(text), (ids,)) for text, ids in plan]
        connection.execute("COMMIT")
    return [cursor.fetchall() for cursor in cursors]


def _version(connection: Connection) -> int:
    return int(execute(connection, VERSION_READ).fetchall()[0][0] or 0)


def _newer(version: int) -> str:
    return (
        f"the database was written by a newer Mercat (schema {version}, this program "
        f"knows {VERSION}); install that version"
    )
