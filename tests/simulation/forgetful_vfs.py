"""A disk that loses power: what SQLite has not had synced is gone, or half gone, afterwards.

Each file is the real one plus what was written since its last sync, kept in memory and shared by
all who have the file open. One object is one life of the machine: after `crash` nothing reaches
the real files through it any more, and the next life takes a new one.
"""

import threading
from collections.abc import Callable
from itertools import count
from typing import Any, Final

import apsw

SECTOR_BYTES: Final = 4_096
_NUMBERS: Final = count()


class Unsynced:
    """One file's content as programs see it, and which sectors of it the disk does not have yet."""

    def __init__(self, content: bytes) -> None:
        self.content = bytearray(content)
        self.size_on_disk = len(content)
        self.dirty: set[int] = set()

    def write(self, data: bytes, offset: int) -> None:
        """Change the content, and note which sectors are no longer what the disk holds."""
        end = offset + len(data)
        if end > len(self.content):
            self.content.extend(bytes(end - len(self.content)))
        self.content[offset:end] = data
        self.dirty.update(range(offset // SECTOR_BYTES, -(-end // SECTOR_BYTES)))

    def sectors(self) -> list[tuple[int, bytes]]:
        """Return the offset and the bytes of each sector that is not on disk."""
        starts = [number * SECTOR_BYTES for number in sorted(self.dirty)]
        return [(at, bytes(self.content[at : at + SECTOR_BYTES])) for at in starts]


class ForgetfulVfs(apsw.VFS):
    """A file system that forgets, fills up and dies to order.

    `steps_left` counts writes, syncs and truncations until the power goes; None for never.
    `room_bytes` is how much files may grow, all together; None for without end. `survives` says of
    each unsynced sector whether it reached the disk by chance when the power went.
    """

    def __init__(self, survives: Callable[[], bool] = lambda: False) -> None:
        self.name = f"forgetful-{next(_NUMBERS)}"
        self.steps_left: int | None = None
        self.room_bytes: int | None = None
        self.dead = False
        self.unreadable = False
        self.syncs = 0
        self._survives = survives
        self._files: dict[str, Unsynced] = {}
        self._openings: dict[str, ForgetfulFile] = {}
        self._lock = threading.RLock()
        super().__init__(self.name, base="")

    def xOpen(  # noqa: N802 - apsw's name
        self, name: "str | apsw.URIFilename | None", flags: list[int]
    ) -> "ForgetfulFile | apsw.VFSFile":
        """Open a file; all who open one path share what is not synced."""
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        if path is None:
            # What SQLite sorts in a nameless file is nobody's after a crash either way.
            return apsw.VFSFile("", name, flags)
        opening = ForgetfulFile(self, path, name, flags)
        self._openings[path] = opening
        return opening

    def xAccess(self, pathname: str, flags: int) -> bool:  # noqa: N802 - apsw's name
        """Return whether a file is there, as programs see it."""
        file = self._files.get(pathname)
        return bool(file and file.content) or super().xAccess(pathname, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: FBT001, N802 - apsw's name
        """Take a file away."""
        with self._lock:
            self.act()
            super().xDelete(filename, syncdir)
            self._files.pop(filename, None)

    def file(self, path: str, read: Callable[[], bytes]) -> Unsynced:
        """Return what stands under a path; `read` gives its real content at first sight."""
        with self._lock:
            if path not in self._files:
                self._files[path] = Unsynced(read())
            return self._files[path]

    def act(self) -> None:
        """Take one step towards the end of the power. Raises IOError where it is gone."""
        if self.steps_left is not None and not self.dead:
            self.steps_left -= 1
            if self.steps_left < 0:
                self.crash()
        if self.dead:
            raise apsw.IOError("the power is gone")

    def crash(self) -> None:
        """Cut the power: nothing is written from here on, but for what was on its way by chance."""
        with self._lock:
            if not self.dead:
                self.dead = True
                for opening in self._openings.values():
                    opening.spill(self._survives)

    def grow(self, size_bytes: int) -> None:
        """Take room on the disk. Raises FullError where there is not enough."""
        if self.room_bytes is not None:
            if size_bytes > self.room_bytes:
                raise apsw.FullError("no space left on device")
            self.room_bytes -= size_bytes


class ForgetfulFile(apsw.VFSFile):
    """One opening of a file."""

    def __init__(self, vfs: ForgetfulVfs, path: str, name: Any, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self._vfs = vfs
        self._file = vfs.file(path, self._on_disk)

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802 - apsw's name
        """Read what was written, synced or not. Raises IOError where the disk is unreadable."""
        if self._vfs.unreadable:
            raise apsw.IOError("the disk cannot be read")
        with self._vfs._lock:
            return bytes(self._file.content[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - apsw's name
        """Write to memory."""
        with self._vfs._lock:
            self._vfs.act()
            self._vfs.grow(max(0, offset + len(data) - len(self._file.content)))
            self._file.write(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802 - apsw's name
        """Cut the file off."""
        with self._vfs._lock:
            self._vfs.act()
            del self._file.content[newsize:]

    def xSync(self, flags: int) -> None:  # noqa: N802 - apsw's name
        """Bring to the real file what it has not got yet."""
        del flags
        with self._vfs._lock:
            self._vfs.act()
            self._vfs.syncs += 1
            file = self._file
            if file.size_on_disk > len(file.content):
                super().xTruncate(len(file.content))
            for offset, sector in file.sectors():
                if sector:
                    super().xWrite(sector, offset)
            file.size_on_disk = len(file.content)
            file.dirty.clear()

    def xFileSize(self) -> int:  # noqa: N802 - apsw's name
        """Return the size as programs see it."""
        with self._vfs._lock:
            return len(self._file.content)

    def spill(self, survives: Callable[[], bool]) -> None:
        """Let some unsynced sectors reach the real file, as a disk's own buffers may."""
        for offset, sector in self._file.sectors():
            if sector and survives():
                super().xWrite(sector, offset)

    def _on_disk(self) -> bytes:
        size = super().xFileSize()
        return bytes(super().xRead(size, 0)) if size else b""
