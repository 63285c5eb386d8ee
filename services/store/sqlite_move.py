"""The side of a move that is read: a folder's tables, row by row in the order of their ids."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

from services.runtime.errors import FolderError, StorageRefusedError
from services.store.moving import Stored
from services.store.sqlite_connection import REFUSALS, answered, open_reader
from services.store.statements import columns_of


class SqliteSource:
    """The tables of one SQLite file, whose lock the caller holds so that nobody writes meanwhile.

    Raises FolderError for a text that is not Unicode: no Mercat wrote it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader = open_reader(path)

    def close(self) -> None:
        """Let go of the file."""
        self._reader.close()

    def count(self, table: str) -> int:
        """Return how many rows a table holds."""
        columns_of(table)
        return int(answered(self._reader, f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 - names come from tables.py

    def rows(self, table: str, after: str | None = None) -> Iterator[Stored]:
        """Yield a table's rows behind an id, in the order of the ids' bytes, a page at a time."""
        columns = ", ".join(columns_of(table))
        where = "" if after is None else "WHERE id > ? "
        cursor = self._reader.execute(
            f"SELECT {columns} FROM {table} {where}ORDER BY id",  # noqa: S608 - names come from tables.py
            () if after is None else (after,),
        )
        last = after
        while True:
            try:
                row = next(cursor, None)
            except UnicodeDecodeError as error:
                raise FolderError(
                    f"{self._path} holds a text that is not Unicode, in {table} behind the row "
                    f"{last}: the file is damaged; restore the folder from a backup"
                ) from error
            except REFUSALS as error:
                raise StorageRefusedError(f"the folder would not be read: {error}") from error
            if row is None:
                return
            last = str(row[0])
            yield cast("Stored", row)
