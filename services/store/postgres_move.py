"""The side of a move that is written: who may fill a database, how far that is, what it holds."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple, cast

import psycopg

from services.runtime.errors import FolderError, OverloadedError, StopError
from services.runtime.failpoints import reach
from services.store.moving import COPYING, MOVED, Claim, Found, Stored
from services.store.postgres_commit import execute
from services.store.postgres_pool import connect, refusals
from services.store.postgres_rows import statement
from services.store.statements import columns_of
from services.store.tables import TABLES

MOVE_LOCK: Final = 7_265_747
"""Any fixed number: two moves into one database wait for nothing, the second is refused."""
ENCODING: Final = "UTF8"
PAGE_ROWS: Final = 200
VERSIONS_NAME: Final = "schema_versions"
RELAY_NAMES: Final = ("relay_rows", "relay_keys")
_PLACED: Final = (
    "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
)
_CLAIM: Final = "SELECT installation, token, state FROM migration_claims WHERE id = 'this'"
_CLAIMED: Final = (
    "INSERT INTO migration_claims (id, installation, token, state, at_ms) "
    "VALUES ('this', ?, ?, ?, ?)"
)
_STATE: Final = "UPDATE migration_claims SET state = ?, at_ms = ? WHERE id = 'this'"
_FARTHER: Final = (
    "INSERT INTO migration_progress (id, last_id, copied) VALUES (?, ?, ?) "
    "ON CONFLICT (id) DO UPDATE SET last_id = excluded.last_id, "
    "copied = migration_progress.copied + excluded.copied"
)
_RELAYED: Final = "SELECT topic, key, value FROM relay_rows ORDER BY topic, key, sequence"


@contextmanager
def answers() -> Iterator[None]:
    """Raise what PostgreSQL says no with: what may pass, and what takes somebody to mend it."""
    try:
        with refusals():
            yield
    except psycopg.Error as error:
        raise StopError(
            f"PostgreSQL would not have it: {error}. Mercat's user needs to own the database"
        ) from error


class Progress(NamedTuple):
    """How far a table is: the last id that was copied, and how many rows were."""

    last_id: str
    copied: int


class PostgresTarget:
    """The database that a move fills, through one connection of its own.

    Raises StorageRefusedError where the server is away.
    """

    def __init__(self, address: str) -> None:
        """Connect. Raises FolderError where the database cannot hold what Mercat writes."""
        self._connection = connect(address, "mercat-migrate")
        try:
            with answers():
                # A table is sorted as a whole to be compared, however long that takes.
                self._connection.execute("SET statement_timeout = 0")
                self._connection.execute("SET idle_in_transaction_session_timeout = 0")
                self._check()
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Let go of the connection, and of the database with it."""
        self._connection.close()

    def hold(self) -> None:
        """Keep every other move out while this connection lasts. OverloadedError where one is."""
        with answers():
            rows = execute(self._connection, "SELECT pg_try_advisory_lock(?)", (MOVE_LOCK,))
            if not rows.fetchall()[0][0]:
                raise OverloadedError(
                    "another `mercat migrate` fills this database now; wait until it has ended"
                )

    def found(self) -> Found:
        """Return what the database holds; its schema is this program's."""
        with answers():
            claims = execute(self._connection, _CLAIM).fetchall()
            claim = Claim(*claims[0]) if claims else None
            rows = execute(self._connection, "SELECT installation FROM installations").fetchall()
            installation = rows[0][0] if rows else None
            filled = next((name for name in self._emptied() if self._holds_rows(name)), None)
        return Found(claim, installation, filled)

    def claim(self, installation: str, token: str, at_ms: int) -> None:
        """Write down whose the database is from now on; what a claim before this had copied goes.

        One transaction: the database is never seen half emptied.
        """
        with answers(), self._connection.transaction():
            names = ", ".join([*self._emptied(), "migration_progress", "migration_claims"])
            self._connection.execute(statement(f"TRUNCATE {names}"))
            execute(self._connection, _CLAIMED, (installation, token, COPYING, at_ms))

    def finish(self, at_ms: int) -> None:
        """Write down that everything was moved and compared: from now on it may be worked on."""
        with answers():
            execute(self._connection, _STATE, (MOVED, at_ms))

    def progress(self) -> Mapping[str, Progress]:
        """Return how far each table is, by its name; one that was not begun is not there."""
        with answers():
            rows = execute(self._connection, "SELECT id, last_id, copied FROM migration_progress")
            return {name: Progress(last_id, copied) for name, last_id, copied in rows}

    def copy(self, table: str, batch: Sequence[Stored]) -> None:
        """Add rows that follow what is there, and how far that is, in one transaction."""
        columns = ", ".join(columns_of(table))
        with answers(), self._connection.transaction():
            with (
                self._connection.cursor() as cursor,
                cursor.copy(statement(f"COPY {table} ({columns}) FROM STDIN")) as copy,
            ):
                for row in batch:
                    copy.write_row(row)
            reach("move.batch.before")
            last = str(batch[-1][0])
            execute(self._connection, _FARTHER, (table, last, len(batch)))
        reach("move.batch.after")

    def rows(self, table: str) -> Iterator[Stored]:
        """Yield a table's rows in the order of their ids' bytes, a page at a time."""
        columns = ", ".join(columns_of(table))
        query = f'SELECT {columns} FROM {table} ORDER BY id COLLATE "C"'  # noqa: S608 - names come from tables.py
        for row in self._streamed(query):
            yield cast("Stored", row)

    def relayed(self) -> Iterator[tuple[str, str, bytes]]:
        """Yield topic, key and value of what waits to be sent, each key's in order."""
        for topic, key, value in self._streamed(_RELAYED):
            yield topic, key, bytes(value)

    def _streamed(self, query: str) -> Iterator[tuple[Any, ...]]:
        with (
            answers(),
            self._connection.transaction(),
            self._connection.cursor(name="moved") as cursor,
        ):
            cursor.itersize = PAGE_ROWS
            cursor.execute(statement(query))
            yield from cursor

    def _emptied(self) -> list[str]:
        return [*TABLES, *RELAY_NAMES, "cursors"]

    def _holds_rows(self, table: str) -> bool:
        found = execute(self._connection, f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608 - names come from tables.py
        return bool(found.fetchall())

    def _check(self) -> None:
        encoding = execute(self._connection, "SHOW server_encoding").fetchall()[0][0]
        if encoding != ENCODING:
            raise FolderError(
                f"the database keeps texts as {encoding}, which cannot hold every text; make one "
                "with ENCODING 'UTF8' and name that"
            )
        placed = {row[0] for row in execute(self._connection, _PLACED)}
        taken = sorted(placed & TABLES.keys())
        if taken and VERSIONS_NAME not in placed:
            raise FolderError(
                f"the database holds a table {taken[0]} of another program; make a new database "
                "and name that one"
            )
