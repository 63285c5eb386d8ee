"""The keys of one database: masters, the pseudonyms' key and the checkpoints' key, by their names.

Several databases may share a keys folder, so each has an id, drawn once and kept in its one row of
`installations`; every file carries it. A backup brings the id with it, never the keys.
"""

import secrets
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.runtime.effects import Key
from services.runtime.errors import FolderError, SettingsError, StaleStateError
from services.runtime.ports import Commit, Guard, Journal, Lane, StateReader
from services.store.file_keys import KeyFolder

INSTALLATION: Final = Key("installations", "this")
ID_BYTES: Final = 8
MASTERS_MAX: Final = 10_000


class MasterKeys:
    """The master keys of one installation, numbered from 1; the highest number is in use.

    Names are read from the folder at every call, so that a key made by another process counts.
    """

    def __init__(self, folder: KeyFolder, installation: str) -> None:
        self._folder = folder
        self._prefix = f"master-{installation}-"
        self._installation = installation

    @property
    def active(self) -> str:
        """The id of the key in use. Raises SettingsError where there is none."""
        ids = self.ids()
        if not ids:
            raise SettingsError(
                f"the keys of this data ({self._prefix}…) are not in {self._folder.folder}; "
                "bring that folder back, or set MERCAT_KEYS to where it is"
            )
        return ids[-1]

    def key(self, key_id: str) -> bytes:
        """Return a master key. Raises SettingsError where it is not in the folder."""
        return self._folder.key(f"master-{key_id}")

    def ids(self) -> list[str]:
        """Return the ids of all keys there are, oldest first."""
        names = self._folder.names(self._prefix)
        numbers = sorted(int(name.removeprefix(self._prefix)) for name in names)
        return [f"{self._installation}-{number}" for number in numbers]

    def make_next(self) -> str:
        """Make a new key and put it to use; return its id."""
        ids = self.ids()
        number = int(ids[-1].rsplit("-", 1)[1]) + 1 if ids else 1
        if number > MASTERS_MAX:
            raise SettingsError(f"there are {MASTERS_MAX:,} master keys already; retire old ones")
        key_id = f"{self._installation}-{number}"
        self._folder.make_key(f"master-{key_id}")
        return key_id

    def retire(self, key_id: str) -> None:
        """Destroy a key that is no longer in use; older backups then cannot be opened by it."""
        if key_id == self.active:
            raise SettingsError(f"{key_id} is in use; rotate the keys first")
        self._folder.remove(f"master-{key_id}")


@dataclass(frozen=True, slots=True)
class Installation:
    """One database and its keys. `pseudonym_key` names people without their names."""

    id: str
    masters: MasterKeys
    pseudonym_key: bytes
    checkpoint_key_id: str
    checkpoint_key: Ed25519PrivateKey

    def __repr__(self) -> str:
        return f"Installation({self.id})"


def open_installation(
    store: StateReader, journal: Journal, folder: KeyFolder, now_ms: int
) -> Installation:
    """Return a database's keys, made now where it never had any.

    Raises SettingsError where the database had keys and the folder does not have them: new ones
    would open nothing that was sealed before.
    """
    row = store.fetch([INSTALLATION])[INSTALLATION]
    if row is None:
        installation = _make_files(folder)
        try:
            journal.commit(
                Commit(
                    writes={
                        INSTALLATION: {
                            "installation": installation,
                            "made_at_ms": now_ms,
                            "version": 1,
                        }
                    },
                    lane=Lane.DECISION,
                    guards=(Guard(INSTALLATION, None),),
                )
            ).result()
        except StaleStateError:
            row = store.fetch([INSTALLATION])[INSTALLATION]
    if row is not None:
        installation = str(row["installation"])
    return _opened(folder, installation)


def read_installation(store: StateReader, folder: KeyFolder) -> Installation:
    """Return a database's keys and make none.

    Raises FolderError where the database never had any, SettingsError where the folder does not
    have them.
    """
    row = store.fetch([INSTALLATION])[INSTALLATION]
    if row is None:
        raise FolderError("there is no audit yet: it comes with the first `mercat run`")
    return _opened(folder, str(row["installation"]))


def _opened(folder: KeyFolder, installation: str) -> Installation:
    masters = MasterKeys(folder, installation)
    assert masters.active
    checkpoint_key_id = f"{installation}-1"
    return Installation(
        id=installation,
        masters=masters,
        pseudonym_key=folder.key(f"pseudonyms-{installation}"),
        checkpoint_key_id=checkpoint_key_id,
        checkpoint_key=Ed25519PrivateKey.from_private_bytes(
            folder.key(f"checkpoint-{checkpoint_key_id}")
        ),
    )


def _make_files(folder: KeyFolder) -> str:
    """Make an installation's key files, before any row names them; return its new id."""
    installation = secrets.token_hex(ID_BYTES)
    MasterKeys(folder, installation).make_next()
    folder.make_key(f"pseudonyms-{installation}")
    folder.make_key(f"checkpoint-{installation}-1")
    return installation
