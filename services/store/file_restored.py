"""The mark that a folder came out of a backup: a file beside the database, until that knows it.

The backup may be of an older schema, so nothing is written into its database before Mercat opens
it; and what is not sent yet must wait from the first moment on.
"""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from services.runtime.clock import to_epoch_ms
from services.runtime.errors import FolderError

MARK_NAME: Final = "restored.json"


class RestoredMark(NamedTuple):
    """When the backup was made and when it was brought back, in milliseconds."""

    made_at_ms: int
    restored_at_ms: int


def write_mark(folder: Path, made_at: str, restored_at: datetime) -> None:
    """Mark a folder, on disk once this returns.

    A mark that came with the backup says how old the data are, and that stays. Raises FolderError
    where the backup does not say when it was made.
    """
    try:
        made_at_ms = to_epoch_ms(datetime.fromisoformat(made_at))
    except ValueError as error:
        raise FolderError(f"the backup does not say when it was made, but {made_at!r}") from error
    before = read_mark(folder)
    if before is not None:
        made_at_ms = min(made_at_ms, before.made_at_ms)
    mark = {"made_at_ms": made_at_ms, "restored_at_ms": to_epoch_ms(restored_at)}
    with (folder / MARK_NAME).open("w", encoding="ascii") as file:
        json.dump(mark, file)
        file.flush()
        os.fsync(file.fileno())


def read_mark(folder: Path) -> RestoredMark | None:
    """Return a folder's mark, or None where it has none. Raises FolderError where it is no mark."""
    path = folder / MARK_NAME
    if not path.is_file():
        return None
    try:
        value: dict[str, Any] = json.loads(path.read_text("ascii"))
        return RestoredMark(int(value["made_at_ms"]), int(value["restored_at_ms"]))
    except (ValueError, KeyError, TypeError) as error:
        raise FolderError(
            f"{path} does not say when the backup was made ({error}); restore the backup again"
        ) from error


def remove_mark(folder: Path) -> None:
    """Take the mark away: the database knows by now."""
    (folder / MARK_NAME).unlink(missing_ok=True)
