"""Seals the audit's payloads under the keys of those they tell of, and keeps those keys at hand."""

import os
import threading
from collections import OrderedDict
from contextlib import suppress
from typing import Final

from services.policy.sealing import (
    SALT_BYTES,
    Pseudonyms,
    entry_sealed,
    entry_without_payload,
    payload_of,
    payload_opened,
)
from services.runtime.audit_entry import BODY_SUBJECT, AuditNote, SealedEntry
from services.runtime.effects import Key, Row
from services.runtime.errors import ErasedSubjectError, PayloadForgedError, StaleStateError
from services.runtime.ports import Commit, Guard, Journal, Lane, StateReader
from services.store.file_installation import Installation, MasterKeys
from services.store.wrapping import KEY_BYTES, NONCE_BYTES, unwrapped, wrapped

KEYS_AT_HAND_MAX: Final = 4_096
TRIES_MAX: Final = 5
TABLE: Final = "subject_keys"
LIVE: Final = "live"
ERASED: Final = "erased"


class SubjectSealer:
    """The sealer of one database; any number of threads may use it, but not the store's writer.

    A subject's key is made at its first payload and is on disk before `seal` returns, so that no
    entry stands under a key that a crash could take away. Where the database is `shared` with
    other processes, no key is kept at hand but the body's own, which nobody erases: each is read
    anew, so that an erasure holds for every process at once.
    """

    def __init__(
        self,
        installation: Installation,
        store: StateReader,
        journal: Journal,
        *,
        shared: bool = False,
    ) -> None:
        self._masters: MasterKeys = installation.masters
        self._pseudonyms = Pseudonyms(installation.pseudonym_key)
        self._store = store
        self._journal = journal
        self._shared = shared
        self._at_hand: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def citizen_subject(self, source: str, author: str) -> str:
        """Return the name under which an author of a source stands in the audit."""
        return self._pseudonyms.citizen(source, author)

    def seal(self, note: AuditNote, at_ms: int) -> SealedEntry:
        """Return the note sealed. A note without payload or reason needs no key.

        Raises ErasedSubjectError where there is a payload and its subject was erased.
        """
        payload = payload_of(note)
        if payload is None:
            return entry_without_payload(note, at_ms)
        key = self._key(note.subject, at_ms)
        return entry_sealed(
            note, at_ms, payload, key, os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
        )

    def open(self, subject: str, body: bytes, salt: bytes, ciphertext: bytes) -> bytes | None:
        """Return a payload's JSON, or None where it was erased or never was.

        Raises PayloadForgedError where it is not what the chain has a commitment to.
        """
        if not ciphertext:
            return None
        key = self._known(subject)
        if key is None:
            row = self._row(subject)
            if row is None:
                raise PayloadForgedError(f"there is no key for {subject}, but a payload under it")
            if row["state"] == ERASED:
                return None
            key = self._keep(subject, self._unwrapped(subject, row))
        return payload_opened(key, subject, body, salt, ciphertext)

    def forget(self, subject: str) -> None:
        """Let go of a key at hand: its subject was erased."""
        with self._lock:
            self._at_hand.pop(subject, None)

    def _key(self, subject: str, at_ms: int) -> bytes:
        known = self._known(subject)
        if known is not None:
            return known
        for _ in range(TRIES_MAX):
            row = self._row(subject)
            if row is not None:
                if row["state"] == ERASED:
                    raise ErasedSubjectError(
                        f"{subject} was erased; nothing more is kept of them but bare facts"
                    )
                return self._keep(subject, self._unwrapped(subject, row))
            self._make(subject, at_ms)
        raise StaleStateError(f"the key of {subject} keeps changing; try again")

    def _make(self, subject: str, at_ms: int) -> None:
        """Make a subject's key durable, unless somebody else does so first."""
        key_id = self._masters.active
        closed = wrapped(
            self._masters.key(key_id),
            os.urandom(NONCE_BYTES),
            os.urandom(KEY_BYTES),
            TABLE,
            subject,
        )
        row: Row = {
            "wrapped_key": closed,
            "key_id": key_id,
            "state": LIVE,
            "made_at_ms": at_ms,
            "version": 1,
        }
        place = Key(TABLE, subject)
        commit = Commit(writes={place: row}, lane=Lane.DECISION, guards=(Guard(place, None),))
        # Stale: somebody else was first, and theirs is read next.
        with suppress(StaleStateError):
            self._journal.commit(commit).result()

    def _row(self, subject: str) -> Row | None:
        place = Key(TABLE, subject)
        return self._store.fetch([place])[place]

    def _unwrapped(self, subject: str, row: Row) -> bytes:
        closed = row["wrapped_key"]
        assert isinstance(closed, bytes), "a live subject has its key"
        return unwrapped(self._masters.key(str(row["key_id"])), closed, TABLE, subject)

    def _known(self, subject: str) -> bytes | None:
        with self._lock:
            key = self._at_hand.get(subject)
            if key is not None:
                self._at_hand.move_to_end(subject)
            return key

    def _keep(self, subject: str, key: bytes) -> bytes:
        if self._shared and subject != BODY_SUBJECT:
            return key
        with self._lock:
            self._at_hand[subject] = key
            if len(self._at_hand) > KEYS_AT_HAND_MAX:
                self._at_hand.popitem(last=False)
        return key
