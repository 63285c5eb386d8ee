"""The keys folder: secrets in files of their own, apart from the data folder and its backups."""

import binascii
import os
import secrets
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Final

from services.runtime.errors import SettingsError

SECRET_BYTES: Final = 32
SECRET_LENGTH_MAX: Final = 1_024
OTHERS: Final = 0o077


class KeyFolder:
    """Secrets by name, readable by their owner alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def secret(self, name: str) -> str:
        """Return a secret. Raises SettingsError where it is missing or others may read it."""
        path = self.folder / name
        if not path.is_file():
            raise SettingsError(
                f"there is no secret {name!r} in {self.folder}; write it to {path} "
                "and give that file mode 0600"
            )
        if path.stat().st_mode & OTHERS or self.folder.stat().st_mode & OTHERS:
            raise SettingsError(
                f"others on this machine may read {path}; run "
                f"`chmod 700 {self.folder}` and `chmod 600 {path}`"
            )
        return path.read_text(encoding="ascii").strip()[:SECRET_LENGTH_MAX]

    def webhook_secret_made(self, name: str) -> str:
        """Return a secret for signing webhooks, made now if there is none of that name."""
        path = self.folder / name
        if not path.exists():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)
            secret = b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
            path.write_text(f"whsec_{secret}\n", encoding="ascii")
        return self.secret(name)

    def key(self, name: str) -> bytes:
        """Return a key of 32 bytes. Raises SettingsError where it is missing, open or damaged."""
        try:
            key = b64decode(self.secret(name), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != SECRET_BYTES:
            raise SettingsError(
                f"{self.folder / name} is not a key of {SECRET_BYTES} bytes in base64; "
                "bring that file back from a copy of the keys folder"
            )
        return key

    def make_key(self, name: str) -> bytes:
        """Write a new key under a name that is free; return it once it is safe on disk.

        Raises SettingsError where the name is taken: a key is never written over.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path, unfinished = self.folder / name, self.folder / f".{name}.{secrets.token_hex(8)}"
        key = secrets.token_bytes(SECRET_BYTES)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(b64encode(key) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            os.link(unfinished, path)
        except FileExistsError:
            raise SettingsError(f"{path} is there already; keys are never written over") from None
        finally:
            unfinished.unlink()
        self._sync()
        return key

    def write(self, name: str, secret: str) -> None:
        """Keep a secret under a name, in place of one that was there."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path, unfinished = self.folder / name, self.folder / f".{name}.{secrets.token_hex(8)}"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{secret}\n")
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        self._sync()

    def names(self, prefix: str) -> list[str]:
        """Return the names of the secrets that begin like this, in order."""
        return sorted(path.name for path in self.folder.glob(f"{prefix}*"))

    def remove(self, name: str) -> None:
        """Take a key away for good: what it alone opens can be opened by nobody any more."""
        path = self.folder / name
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        self._sync()

    def _sync(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
