"""The keys folder: secrets in files of their own, apart from the data folder and its backups."""

import secrets
from base64 import b64encode
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
