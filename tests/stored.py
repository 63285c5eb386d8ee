"""What a body's database holds, counted: for tests that nothing was lost, repeated or changed."""

from collections.abc import Mapping
from pathlib import Path

from services.settings import DATABASE_NAME
from services.store.sqlite_connection import open_reader
from services.store.tables import TABLES


def counts(folder: Path) -> Mapping[str, int]:
    """Return how many rows each table of a folder holds, the log among them."""
    reader = open_reader(folder / DATABASE_NAME)
    try:
        return {
            name: int(next(reader.execute(f"SELECT count(*) FROM {name}"))[0])
            for name in ("log", *TABLES)
        }
    finally:
        reader.close()
