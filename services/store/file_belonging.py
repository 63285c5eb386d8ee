"""Compares whose body a folder is with whose a PostgreSQL database holds, before work begins there.

A folder says it by the mark that it was moved, else by its own data. One of settings alone says
nothing: that it belongs there shows by its keys.
"""

from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

import apsw

from services.runtime.errors import FolderError
from services.runtime.ports import StateReader
from services.store.file_installation import INSTALLATION
from services.store.file_moved import MOVED_NAME, read_moved
from services.store.sqlite_connection import answered, open_reader

_TABLE: Final = "SELECT count(*) FROM sqlite_schema WHERE name = 'installations'"
_INSTALLATION: Final = "SELECT installation FROM installations"


class Belonging(NamedTuple):
    """Whose a folder is: an installation's id, and in words where that stands.

    `moved` says that its data are in PostgreSQL by now.
    """

    installation: str
    said: str
    moved: bool


def belonging(folder: Path, database_name: str) -> Belonging | None:
    """Return whose a folder is, or None where it says nothing.

    `database_name` is what its own data's file is called. Raises FolderError where its mark is
    none or that file no database, StorageRefusedError where it cannot be read.
    """
    mark = read_moved(folder)
    if mark is not None:
        said = f"{folder / MOVED_NAME} says that its data were moved to {mark.to}"
        said = f"{said} (installation {mark.installation})"
        return Belonging(mark.installation, said, moved=True)
    own = folder / database_name
    installation = _own_installation(own) if own.is_file() else None
    if installation is None:
        return None
    said = f"{own} holds the data of installation {installation}"
    return Belonging(installation, said, moved=False)


def refuse_another(folder: Path, database_name: str, store: StateReader, address: str) -> None:
    """Raise FolderError where the database at `address` holds another body than the folder.

    Or where it holds none and the folder has data, which would be left behind. Nothing but the
    database's installation is read. Raises what `belonging` raises.
    """
    ours = belonging(folder, database_name)
    if ours is None:
        return
    row = store.fetch([INSTALLATION])[INSTALLATION]
    theirs = None if row is None else str(row["installation"])
    if theirs == ours.installation:
        return
    if theirs is None and not ours.moved:
        cure = f"bring them there with `mercat migrate {folder} --to {address}`"
    else:
        cure = (
            "set scaled.postgres.address or MERCAT_POSTGRES_ADDRESS to where this body's data are, "
            "or name the folder of the body that is there"
        )
    holds = "no body yet" if theirs is None else f"another body (installation {theirs})"
    raise FolderError(
        f"the database at {address} holds {holds}, but {ours.said}: nothing was done there, "
        f"since no body may work as another; {cure}"
    )


def _own_installation(path: Path) -> str | None:
    try:
        with closing(open_reader(path)) as reader:
            if not answered(reader, _TABLE)[0][0]:
                return None
            rows = answered(reader, _INSTALLATION)
    except apsw.NotADBError as error:
        raise FolderError(f"{path} is not a Mercat database; restore it from a backup") from error
    return str(rows[0][0]) if rows else None
