"""The marks of a folder on its way into PostgreSQL: `moving.json`, then `moved.json`.

The first holds a token that the database knows, too. Whoever opens the folder for work takes it
away, so that a move that was broken off is not gone on with over what changed since.
"""

import json
import os
import secrets
from pathlib import Path
from typing import Any, Final, NamedTuple

from services.runtime.errors import FolderError

MOVED_NAME: Final = "moved.json"
MOVING_NAME: Final = "moving.json"
TOKEN_BYTES: Final = 8


class MovedMark(NamedTuple):
    """Where a folder's data went, without a password, and when (ISO 8601)."""

    to: str
    moved_at: str
    installation: str


def read_moved(folder: Path) -> MovedMark | None:
    """Return a folder's mark, or None where it was not moved. FolderError where it is no mark."""
    path = folder / MOVED_NAME
    if not path.is_file():
        return None
    try:
        value: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return MovedMark(**{name: str(value[name]) for name in MovedMark._fields})
    except (ValueError, KeyError, TypeError) as error:
        raise FolderError(
            f"{path} does not say where the data of this folder went ({error}); "
            "bring that file back from a copy of the folder"
        ) from error


def write_moved(folder: Path, mark: MovedMark) -> None:
    """Mark a folder as moved, on disk once this returns."""
    _write(folder / MOVED_NAME, mark._asdict())
    (folder / MOVING_NAME).unlink(missing_ok=True)


def refuse_moved(folder: Path) -> None:
    """Raise FolderError where a folder's data are in PostgreSQL by now: what is here is old."""
    mark = read_moved(folder)
    if mark is not None:
        raise FolderError(
            f"the data of {folder} were moved to {mark.to} at {mark.moved_at}, and what is left "
            "here is from before: work with the services (`mercat serve`) and back up that "
            f"database. To go back to what was then, remove {folder / MOVED_NAME}"
        )


def moving_token(folder: Path) -> str | None:
    """Return the token of a move that was begun, where nobody worked on the folder since."""
    try:
        value = json.loads((folder / MOVING_NAME).read_text("utf-8"))
        return str(value["token"])
    except (OSError, ValueError, KeyError, TypeError):
        # A mark that cannot be read is none: the move then begins anew, which is always right.
        return None


def begin_moving(folder: Path) -> str:
    """Mark a folder as on its way, on disk once this returns; return the new token."""
    token = secrets.token_hex(TOKEN_BYTES)
    _write(folder / MOVING_NAME, {"token": token})
    return token


def open_for_work(folder: Path) -> None:
    """Note that a folder is worked on from now on: a move that was broken off begins anew.

    The folder's lock is held. Raises FolderError where the folder was moved.
    """
    refuse_moved(folder)
    if (folder / MOVING_NAME).is_file():
        (folder / MOVING_NAME).unlink()
        _sync(folder)


def _write(path: Path, value: object) -> None:
    unfinished = path.with_name(f".{path.name}")
    with unfinished.open("w", encoding="utf-8") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
