"""Personal tokens kept for the command line: a file for each login, in the keys folder."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from services.runtime.errors import SettingsError
from services.store.file_keys import KeyFolder

DIGEST_CHARACTERS: Final = 12


class SavedTokens:
    """The tokens kept on this machine for one data folder, readable by their owner alone.

    Whoever reads these files may act as the people they belong to: they are for people on their
    own machine, and for the sample town.
    """

    def __init__(self, keys: KeyFolder, data_folder: Path) -> None:
        self._keys = keys
        digest = sha256(str(data_folder.resolve()).encode()).hexdigest()
        self._prefix = f"token-{digest[:DIGEST_CHARACTERS]}-"

    def save(self, login: str, token: str) -> None:
        """Keep a login's token, in place of one kept before."""
        self._keys.write(f"{self._prefix}{login}", token)

    def find(self, login: str) -> str:
        """Return a login's token. Raises SettingsError where none is kept."""
        try:
            return self._keys.secret(f"{self._prefix}{login}")
        except SettingsError as error:
            raise SettingsError(
                f"no token is kept here for {login!r}; run `mercat people token {login} --save`, "
                "or set MERCAT_TOKEN"
            ) from error

    def logins(self) -> list[str]:
        """Return whose tokens are kept."""
        return [name.removeprefix(self._prefix) for name in self._keys.names(self._prefix)]
