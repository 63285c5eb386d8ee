"""Connections to the one SQLite file: a single writer, and readers that can do nothing else.

Settings follow what was measured and what is known to corrupt (docs/adr/0002): WAL with one
connection that commits and checkpoints, `synchronous=FULL`, no memory mapping.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import apsw

from services.runtime.errors import FolderError, StorageRefusedError

PAGE_BYTES: Final = 16_384
CHECKPOINT_PAGES: Final = 1_000
BUSY_TIMEOUT_MS: Final = 5_000
CACHE_KIB: Final = 32_768
SQLITE_VERSION_SAFE: Final = (3, 51, 3)
"""From this version on the WAL-reset race is fixed (https://sqlite.org/wal.html)."""

REFUSALS: Final = (
    apsw.FullError,
    apsw.IOError,
    apsw.CantOpenError,
    apsw.ReadOnlyError,
    apsw.BusyError,
    apsw.NoMemError,
)
"""What SQLite says where the machine would not let it read or write: it may pass."""


def open_writer(
    path: Path, *, synchronous: str = "FULL", vfs: str | None = None
) -> apsw.Connection:
    """Open the connection that alone writes and checkpoints, creating the file if need be.

    Raises FolderError where the file is not a database, StorageRefusedError where it cannot be
    opened.
    """
    try:
        connection = apsw.Connection(str(path), vfs=vfs)
        connection.set_busy_timeout(BUSY_TIMEOUT_MS)
        # Waits its turn at the beginning: whoever reads first and writes later, behind another
        # process that wrote meanwhile, is refused at once and not after the timeout.
        connection.transaction_mode = "IMMEDIATE"
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute("PRAGMA mmap_size = 0").fetchall()
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}").fetchall()
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        # What is deleted is overwritten: an erasure must leave nothing in the file (docs/audit.md).
        connection.execute("PRAGMA secure_delete = ON").fetchall()
    except apsw.NotADBError as error:
        raise FolderError(f"{path} is not a Mercat database; restore it from a backup") from error
    except (apsw.CantOpenError, apsw.IOError, apsw.FullError, apsw.ReadOnlyError) as error:
        raise StorageRefusedError(f"{path} cannot be opened for writing: {error}") from error
    return connection


def open_reader(path: Path, *, vfs: str | None = None) -> apsw.Connection:
    """Open a connection that can read and nothing else. Raises StorageRefusedError."""
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY, vfs=vfs)
        connection.set_busy_timeout(BUSY_TIMEOUT_MS)
        connection.execute("PRAGMA query_only = 1")
        connection.execute("PRAGMA mmap_size = 0").fetchall()
    except REFUSALS as error:
        raise StorageRefusedError(f"{path} cannot be opened for reading: {error}") from error
    return connection


def answered(
    connection: apsw.Connection, statement: str, parameters: Sequence[Any] = ()
) -> list[tuple[Any, ...]]:
    """Return all rows a statement gives. Raises StorageRefusedError where the disk refuses."""
    try:
        return connection.execute(statement, parameters).fetchall()
    except REFUSALS as error:
        raise StorageRefusedError(f"the store would not be read: {error}") from error


def quick_check(connection: apsw.Connection) -> str:
    """Return `ok`, or what SQLite found wrong with the file.

    Where even the tables' own description is damaged, SQLite raises instead of telling.
    """
    try:
        return "; ".join(str(row[0]) for row in connection.execute("PRAGMA quick_check(5)"))
    except apsw.CorruptError as error:
        return str(error)
