"""Writes a checkpoint when the audit has grown, and copies it to where others keep it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.policy.audit_checkpoints import (
    Checkpoint,
    Exported,
    checkpoint_key,
    checkpoint_of,
    checkpoint_row,
    export_header,
    export_line,
    read_export,
    signed_checkpoint,
)
from services.policy.audit_entries import heads_of
from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.errors import InputInvalidError, RetryLaterError
from services.runtime.ports import Commit, Guard, Journal, Lane, Store
from services.runtime.repeated_work import RepeatedWork
from services.store.file_installation import INSTALLATION, Installation

log = structlog.get_logger(__name__)
FILE_BYTES_MAX: Final = 16 * 1024 * 1024
BEHIND_MAX: Final = 1_000
PROVES_NOTHING: Final = (
    "This folder lies on the machine whose records it is to vouch for, so it proves nothing: "
    "who can change the one can change the other. For a real body, set "
    "speaking.checkpoint_folder to a place that somebody else keeps."
)
KEPT_ELSEWHERE: Final = (
    "Each line says where every chain of the audit ended, signed. `mercat audit verify` compares "
    "them with the database. It is worth what the place is worth where this file is kept."
)


class CheckpointFolder:
    """The exported checkpoints: a file of lines, synced one by one, and the public key beside it.

    A file that has grown past its bound is put aside under the number of its last checkpoint.
    """

    def __init__(
        self, folder: Path, installation: Installation, note: str, bytes_max: int = FILE_BYTES_MAX
    ) -> None:
        self._folder = folder
        self._name = f"checkpoints-{installation.id}"
        self._installation = installation
        self._bytes_max = bytes_max
        self._header = export_header(
            installation.id,
            installation.checkpoint_key_id,
            public_bytes(installation.checkpoint_key),
            note,
        )

    @property
    def path(self) -> Path:
        """The file that grows."""
        return self._folder / f"{self._name}.jsonl"

    def last_number(self) -> int:
        """Return the number of the newest checkpoint exported: 0 for none.

        Raises InputInvalidError where the file is not ours or damaged.
        """
        if self.path.exists():
            checkpoints = read_exported(self.path).checkpoints
            if checkpoints:
                return checkpoints[-1].number
        aside = sorted(self._folder.glob(f"{self._name}-*.jsonl"))
        return int(aside[-1].stem.rsplit("-", 1)[1]) if aside else 0

    def append(self, checkpoint: Checkpoint) -> None:
        """Write a checkpoint's line and wait until it is on disk. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        key = self._folder / f"checkpoint-key-{self._installation.checkpoint_key_id}.json"
        if not key.exists():
            self._write(key, self._header + "\n", "w")
        self.path.touch()
        _drop_torn_end(self.path)
        if not self.path.stat().st_size:
            self._write(self.path, self._header + "\n", "a")
        self._write(self.path, export_line(checkpoint) + "\n", "a")
        if self.path.stat().st_size > self._bytes_max:
            self.path.rename(self._folder / f"{self._name}-{checkpoint.number:012d}.jsonl")

    @staticmethod
    def _write(path: Path, text: str, mode: str) -> None:
        with path.open(mode, encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())


class Checkpoints:
    """Writes checkpoints into the database and their copies into a folder, if there is one.

    `write` is called every `speaking.checkpoint_seconds`; where the folder cannot be written now,
    what it lacks follows with the next.
    """

    def __init__(
        self,
        installation: Installation,
        store: Store,
        journal: Journal,
        clock: Clock,
        folder: CheckpointFolder | None = None,
    ) -> None:
        self._installation = installation
        self._store = store
        self._journal = journal
        self._clock = clock
        self._folder = folder
        self._exported: int | None = None
        self._reached: int | None = None

    @property
    def exported(self) -> int | None:
        """The number of the checkpoint exported last, 0 for none yet.

        None where nothing is exported from here. While the folder cannot be written it stays.
        """
        return self._reached

    def write(self) -> Checkpoint | None:
        """Write a checkpoint if any chain has grown; return it, or None where none has.

        Raises RetryLaterError where the store would not take it.
        """
        rows = self._store.select("audit_checkpoint_last")
        last = checkpoint_of(rows[0]) if rows else None
        heads = heads_of(self._store)
        if not heads or (last and last.heads == heads):
            self.export()
            return None
        checkpoint = signed_checkpoint(
            self._installation.id,
            last,
            heads,
            to_epoch_ms(self._clock.now()),
            self._installation.checkpoint_key_id,
            self._installation.checkpoint_key,
        )
        writes: dict[Key, Row | None] = {
            checkpoint_key(checkpoint.number): checkpoint_row(checkpoint)
        }
        # Of two processes that would write one number, the second must write none: the first may
        # be exported already.
        place = self._store.fetch([INSTALLATION])[INSTALLATION]
        assert place is not None, "an installation has its row"
        version = int(str(place["version"]))
        writes[INSTALLATION] = {**place, "version": version + 1}
        guards = (Guard(INSTALLATION, version),)
        self._journal.commit(Commit(writes=writes, lane=Lane.DECISION, guards=guards)).result()
        self.export()
        return checkpoint

    def leave_to_others(self) -> None:
        """Take for unknown what the folder holds: another process may write there now."""
        self._exported = self._reached = None

    def export(self) -> int:
        """Copy what the folder lacks; return how many lines that were."""
        if self._folder is None:
            return 0
        count = 0
        try:
            if self._exported is None:
                self._exported = self._folder.last_number()
            rows = self._store.select("audit_checkpoints_after", (self._exported, BEHIND_MAX))
            for checkpoint in map(checkpoint_of, rows):
                self._folder.append(checkpoint)
                self._exported = checkpoint.number
                count += 1
            self._reached = self._exported
        except (OSError, InputInvalidError) as error:
            # How far it came is still told, so that somebody sees it grow old.
            self._reached = self._reached or 0
            self._exported = None
            log.warning(
                "checkpoints were not exported", folder=str(self._folder.path), reason=str(error)
            )
        return count


class CheckpointThread:
    """Writes checkpoints at an interval until it is stopped, and a last one then.

    Where several processes have such a thread, `may_write` says whether this is the one that writes
    now; it is asked each time.
    """

    def __init__(
        self,
        checkpoints: Checkpoints,
        every_seconds: float,
        may_write: Callable[[], bool] = lambda: True,
    ) -> None:
        self._checkpoints = checkpoints
        self._may_write = may_write
        self._repeated = RepeatedWork("checkpoints", self._write, every_seconds, at_last=True)

    @property
    def exported(self) -> int | None:
        """The number of the checkpoint exported last; None where none is from here."""
        return self._checkpoints.exported

    @property
    def crashed_with(self) -> BaseException | None:
        """The bug that ended it, if one did."""
        return self._repeated.crashed_with

    def start(self) -> None:
        """Begin."""
        self._repeated.start()

    def stop(self) -> None:
        """Write a last checkpoint and end."""
        self._repeated.stop()

    def _write(self) -> None:
        try:
            if self._may_write():
                self._checkpoints.write()
            else:
                self._checkpoints.leave_to_others()
        except RetryLaterError as error:
            log.warning("a checkpoint waits", reason=str(error))


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """Return the 32 bytes of a signing key's public half."""
    return key.public_key().public_bytes_raw()


def read_exported(*paths: Path) -> Exported:
    """Return what exported files hold, oldest first. Raises InputInvalidError, OSError."""
    lines: list[str] = []
    for path in paths:
        with path.open(encoding="ascii", errors="replace") as file:
            lines.extend(file)
    return read_export(lines)


def exported_files(folder: Path, installation: str) -> list[Path]:
    """Return the files of an installation's checkpoints in a folder, oldest first."""
    aside = sorted(folder.glob(f"checkpoints-{installation}-*.jsonl"))
    growing = folder / f"checkpoints-{installation}.jsonl"
    return [*aside, *([growing] if growing.exists() else [])]


def _drop_torn_end(path: Path) -> None:
    """Cut off a line that was being written when the power went."""
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - FILE_BYTES_MAX))
        content = file.read()
        if content and not content.endswith(b"\n"):
            file.truncate(size - len(content) + content.rfind(b"\n") + 1)
