"""One process at a time in a data folder: a lock the kernel frees when its holder ends."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from services.runtime.errors import FolderError

LOCK_NAME: Final = "mercat.lock"


class FolderLock:
    """Holds a data folder while the process lives; the file names the holder for people to read."""

    def __init__(self, folder: Path) -> None:
        """Take the lock. Raises FolderError where another process has it."""
        self._file = (folder / LOCK_NAME).open("a+", encoding="ascii")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            holder = self._file.read(20).strip() or "unknown"
            self._file.close()
            raise FolderError(
                f"{folder} is in use by another Mercat (process {holder}); stop that one first"
            ) from None
        self._file.truncate(0)
        self._file.write(f"{os.getpid()}\n")
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    def release(self) -> None:
        """Let another process in."""
        self._file.close()
