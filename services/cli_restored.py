"""Says of a restored folder what was on its way when the backup was made."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from services.settings import DATABASE_NAME

SPEAKING_SCHEMA: Final = 3


def unsent_lines(folder: Path) -> Iterator[str]:
    """Yield a warning where acts were unsent; they may have been sent since."""
    from services.store.sqlite_connection import open_reader
    from services.store.sqlite_schema import schema_version
    from services.store.sqlite_store import SqliteReaders, SqliteStore

    if not (folder / DATABASE_NAME).is_file():
        return
    reader = open_reader(folder / DATABASE_NAME)
    try:
        version = schema_version(reader)
    finally:
        reader.close()
    if version < SPEAKING_SCHEMA:
        return
    store = SqliteStore(SqliteReaders(folder / DATABASE_NAME))
    acts = {
        str(row["state"]): int(str(row["acts"])) for row in store.select("records_acts_by_state")
    }
    begun = int(str(store.select("records_sendings_open")[0]["sendings"]))
    waiting, held = acts.get("approved", 0), acts.get("held", 0)
    if waiting or held or begun:
        yield (
            f"WARNING: when it was backed up, {waiting} acts were approved and not begun, {begun} "
            f"were on their way, and {held} waited for consent. They may have been sent since."
        )
    yield (
        "Nothing is sent from here before each account was compared with what its platform shows; "
        "what is not found there is a person's to approve again."
    )
