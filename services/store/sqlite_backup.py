"""A consistent copy of the SQLite file, taken while its writer goes on working."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import apsw

from services.store.sqlite_connection import open_reader

PAGES_A_STEP: Final = 512


def copy_database(source: Path, destination: Path, step: Callable[[float], None]) -> None:
    """Copy the file as it stands at this moment; `step` is told the share done, from 0 to 1.

    One read transaction spans the copy, so that what is committed meanwhile is left out whole.
    """
    reader = open_reader(source)
    target = apsw.Connection(str(destination))
    try:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        with target.backup("main", reader, "main") as backup:
            while not backup.done:
                backup.step(PAGES_A_STEP)
                done = backup.page_count - backup.remaining
                step(done / backup.page_count if backup.page_count else 1.0)
        target.execute("PRAGMA journal_mode = DELETE").fetchall()
    finally:
        target.close()
        reader.close()
