"""The journal of the embedded way: log and state in one file, a commit never half in it."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

import apsw

from services.log.sqlite_log import SqliteLog
from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.effects import Value
from services.runtime.errors import FolderError
from services.runtime.failpoints import reach
from services.runtime.ports import Commit, Lane, Record
from services.store.speaking_writes import check_guards, link_entries
from services.store.sqlite_connection import open_writer, quick_check
from services.store.sqlite_schema import migrate
from services.store.sqlite_store import SqliteReaders, SqliteStore
from services.store.sqlite_writer import Job, SqliteWriter
from services.store.statements import fetch_value, write_plan
from services.store.sweeps import SWEEPS


class SqliteJournal:
    """One SQLite file opened for work: its log, its store, and the writer behind both.

    Raises FolderError on opening a file that is damaged or newer than this program.
    """

    def __init__(
        self, path: Path, clock: Clock, *, synchronous: str = "FULL", vfs: str | None = None
    ) -> None:
        self.path = path
        self._clock = clock
        connection = open_writer(path, synchronous=synchronous, vfs=vfs)
        self.migrations = migrate(connection, path, to_epoch_ms(clock.now()))
        fault = quick_check(connection)
        if fault != "ok":
            connection.close()
            raise FolderError(f"{path} is damaged ({fault}); restore it from a backup")
        self._readers = SqliteReaders(path, vfs=vfs)
        self.log = SqliteLog(self._readers, connection)
        self.store = SqliteStore(self._readers)
        self._writer = SqliteWriter(connection, rolled_back=self.log.forget_uncommitted)

    def commit(self, commit: Commit) -> "Future[Sequence[Record]]":
        """Queue a commit; its future resolves once it is on disk. OverloadedError where full."""
        at_ms = to_epoch_ms(self._clock.now())
        plan = tuple(write_plan(commit.writes))
        for guard in commit.guards:
            fetch_value(guard.key.table, guard.column)

        def run(connection: apsw.Connection) -> Sequence[Record]:
            commit.check_followed()
            execute = partial(_execute, connection)
            check_guards(execute, commit.guards)
            reach("cursor.move.before")
            self.store.move_cursors(connection, commit.cursors)
            reach("cursor.move.after")
            for statement, rows in plan:
                connection.executemany(statement, rows)
            link_entries(execute, commit.entries)
            return self.log.insert(connection, commit.appends, at_ms)

        return self._writer.submit(Job(run, self.log.publish), commit.lane)

    def prune(self, topic: str, before_ms: int, offset_kept: int) -> "Future[int]":
        """Queue the deletion of a bounded run of old records; resolves to how many went."""
        return self._writer.submit(
            Job(lambda connection: self.log.prune(connection, topic, before_ms, offset_kept)),
            Lane.BULK,
        )

    def forget(self, sweep: str, parameters: Sequence[Value]) -> "Future[int]":
        """Queue a declared deletion of a bounded run of rows; resolves to how many went."""
        statement = SWEEPS[sweep]

        def run(connection: apsw.Connection) -> int:
            connection.execute(statement, tuple(parameters))
            return connection.changes()

        return self._writer.submit(Job(run), Lane.BULK)

    def rewrite(self, values: Mapping[int, bytes]) -> "Future[int]":
        """Queue other values for records of the log, by position, where they are still there."""
        return self._writer.submit(
            Job(lambda connection: self.log.rewrite(connection, values)), Lane.BULK
        )

    def settle(self) -> "Future[bool]":
        """Queue the move of the write-ahead log into the database; resolves to whether all went.

        Afterwards what was erased is in neither file. It cannot while somebody still reads.
        """

        def run(connection: apsw.Connection) -> bool:
            rows = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            return not rows[0][0]

        return self._writer.submit(Job(run, alone=True), Lane.BULK)

    def close(self) -> None:
        """Finish what is queued and close every connection, the writer last.

        Whoever is last moves the write-ahead log into the database, and a reader could not.
        """
        try:
            self._readers.close()
        finally:
            self._writer.close()


def _execute(
    connection: apsw.Connection, statement: str, parameters: Sequence[Value]
) -> Sequence[tuple[Any, ...]]:
    return connection.execute(statement, tuple(parameters)).fetchall()
