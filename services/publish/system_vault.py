"""The vault in the database: each secret under a data key of its own, that under a master key."""

import os
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from services.publish.vault import ID_LENGTH_MAX, Secret
from services.runtime.audit_entry import SealedEntry
from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.errors import InputInvalidError, NotFoundError, StaleStateError
from services.runtime.ports import Commit, Guard, Journal, Lane, StateReader
from services.store.file_installation import MasterKeys
from services.store.wrapping import (
    KEY_BYTES,
    NONCE_BYTES,
    opened,
    place_of,
    sealed,
    unwrapped,
    wrapped,
)

TABLE: Final = "vault_secrets"
TRIES_MAX: Final = 5


class StoredVault:
    """The vault of one database. Nothing it raises or logs holds a secret."""

    def __init__(
        self, masters: MasterKeys, store: StateReader, journal: Journal, clock: Clock
    ) -> None:
        self._masters = masters
        self._store = store
        self._journal = journal
        self._clock = clock

    def put(
        self, secret_id: str, purpose: str, secret: Secret, entries: Sequence[SealedEntry] = ()
    ) -> None:
        """Set a secret under a new data key, in place of one that was there."""
        if not 0 < len(secret_id) <= ID_LENGTH_MAX or not 0 < len(purpose) <= ID_LENGTH_MAX:
            raise InputInvalidError(
                f"a secret's id and purpose have 1 to {ID_LENGTH_MAX} characters"
            )
        data_key, key_id = os.urandom(KEY_BYTES), self._masters.active
        row: Row = {
            "purpose": purpose,
            "key_id": key_id,
            "wrapped_key": wrapped(
                self._masters.key(key_id), os.urandom(NONCE_BYTES), data_key, TABLE, secret_id
            ),
            "ciphertext": sealed(
                data_key,
                os.urandom(NONCE_BYTES),
                secret.reveal().encode(),
                _place(secret_id, purpose),
            ),
            "stored_at_ms": to_epoch_ms(self._clock.now()),
        }
        self._change(secret_id, row, entries, needed=False)

    def open(self, secret_id: str, purpose: str) -> Secret:
        """Return a secret that was put under this id for this purpose."""
        row = self._row(secret_id)
        if row is None:
            raise _unknown(secret_id)
        closed_key, closed = row["wrapped_key"], row["ciphertext"]
        assert isinstance(closed_key, bytes), "a secret has its key"
        assert isinstance(closed, bytes), "a secret has its ciphertext"
        data_key = unwrapped(self._masters.key(str(row["key_id"])), closed_key, TABLE, secret_id)
        return Secret(opened(data_key, closed, _place(secret_id, purpose)).decode())

    def remove(self, secret_id: str, entries: Sequence[SealedEntry] = ()) -> None:
        """Take a secret away, its data key with it."""
        self._change(secret_id, None, entries, needed=True)

    def _change(
        self, secret_id: str, row: Row | None, entries: Sequence[SealedEntry], *, needed: bool
    ) -> None:
        """Write or remove a row at the version it is at. Rotation may come between: read again."""
        place = Key(TABLE, secret_id)
        for _ in range(TRIES_MAX):
            before = self._row(secret_id)
            if before is None and needed:
                raise _unknown(secret_id)
            version = 0 if before is None else before["version"]
            assert isinstance(version, int), "versions are whole numbers"
            commit = Commit(
                writes={place: row and {**row, "version": version + 1}},
                lane=Lane.DECISION,
                guards=(Guard(place, version or None),),
                entries=entries,
            )
            with suppress(StaleStateError):
                self._journal.commit(commit).result()
                return
        raise StaleStateError(f"the secret {secret_id} keeps changing; try again")

    def _row(self, secret_id: str) -> Row | None:
        place = Key(TABLE, secret_id)
        return self._store.fetch([place])[place]


def _place(secret_id: str, purpose: str) -> bytes:
    return place_of(TABLE, secret_id, purpose)


def _unknown(secret_id: str) -> NotFoundError:
    return NotFoundError(
        f"the vault has no secret {secret_id!r}; put it there with `mercat vault put {secret_id}`"
    )
