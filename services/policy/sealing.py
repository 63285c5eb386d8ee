"""What an entry of the audit says for ever, and how its payload is committed to: pure parts.

The forms below are promises to whoever checks an export years from now (docs/audit.md).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as hmac_digest
from typing import Any, Final

from services.runtime.audit_entry import (
    PAYLOAD_BYTES_MAX,
    AuditNote,
    SealedEntry,
    Sealer,
)
from services.runtime.errors import ErasedSubjectError, InputInvalidError, PayloadForgedError
from services.store.wrapping import NONCE_BYTES, opened, place_of, sealed

SALT_BYTES: Final = 32
FACTS_COUNT_MAX: Final = 64
FACT_LENGTH_MAX: Final = 512
BODY_BYTES_MAX: Final = 32_768
SUBJECT_LENGTH_MAX: Final = 128

SEALED: Final = "sealed"
NONE: Final = "none"
WITHHELD: Final = "withheld"
"""What an entry says of its payload: it lies beside the chain; there is none; or there would be
one, but its subject had been erased by then, so that nothing of it was kept."""


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return the one JSON text that stands for an object: sorted keys, ASCII, no spaces.

    Raises InputInvalidError for what JSON cannot hold.
    """
    try:
        text = json.dumps(
            value, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False
        )
    except (TypeError, ValueError) as error:
        raise InputInvalidError(f"an audit note holds what JSON cannot: {error}") from error
    return text.encode("ascii")


def commitment(salt: bytes, payload: bytes) -> bytes:
    """Return what the chain keeps of a payload: HMAC-SHA256 under a salt drawn for it alone.

    Without the salt, nobody can try guesses at a short text against it.
    """
    return hmac_digest(salt, payload, sha256)


def payload_of(note: AuditNote) -> bytes | None:
    """Return a note's payload as canonical JSON, the person's reason in it, or None for none.

    Raises InputInvalidError where it is too long.
    """
    payload = dict(note.payload)
    if note.actor.why:
        payload.setdefault("why", note.actor.why)
    if not payload:
        return None
    encoded = canonical(payload)
    if len(encoded) > PAYLOAD_BYTES_MAX:
        raise InputInvalidError(
            f"a payload of {len(encoded):,} bytes is over the {PAYLOAD_BYTES_MAX:,} "
            "an entry of the audit may have; say less, or name a digest"
        )
    return encoded


def body_of(note: AuditNote, at_ms: int, payload: str, committed: bytes | None) -> bytes:
    """Return everything that stands in the chain for ever, as canonical JSON.

    Raises InputInvalidError where it is too long for something that is never erased.
    """
    if len(note.facts) > FACTS_COUNT_MAX or any(
        isinstance(value, str) and len(value) > FACT_LENGTH_MAX for value in note.facts.values()
    ):
        raise InputInvalidError(
            f"the facts of {note.kind} are over {FACTS_COUNT_MAX} or one is over "
            f"{FACT_LENGTH_MAX} characters; words belong in the payload"
        )
    if not 0 < len(note.subject) <= SUBJECT_LENGTH_MAX:
        raise InputInvalidError(f"a subject has 1 to {SUBJECT_LENGTH_MAX} characters")
    body = canonical(
        {
            "act_id": note.act_id,
            "actor": {
                "credential_id": note.actor.credential_id,
                "person_id": note.actor.person_id,
                "roles": sorted(note.actor.roles),
                "signed_in_by": note.actor.signed_in_by,
            },
            "at_ms": at_ms,
            "case_id": note.case_id,
            "chain": note.chain,
            "commitment": None if committed is None else committed.hex(),
            "facts": dict(note.facts),
            "kind": note.kind,
            "one_officer": note.one_officer,
            "payload": payload,
            "subject": note.subject,
        }
    )
    if len(body) > BODY_BYTES_MAX:
        raise InputInvalidError(f"an entry's body is over {BODY_BYTES_MAX:,} bytes")
    return body


def entry_of(note: AuditNote, at_ms: int, body: bytes, salt: bytes, closed: bytes) -> SealedEntry:
    """Return the entry that the store's writer links into its chain."""
    return SealedEntry(
        chain=note.chain,
        at_ms=at_ms,
        kind=note.kind,
        subject=note.subject,
        actor_id=note.actor.person_id,
        case_id=note.case_id,
        act_id=note.act_id,
        body=body,
        salt=salt,
        ciphertext=closed,
    )


def entry_sealed(
    note: AuditNote, at_ms: int, payload: bytes, key: bytes, salt: bytes, nonce: bytes
) -> SealedEntry:
    """Return a note whose payload is sealed under a subject's key and bound to the entry's body."""
    if (len(salt), len(nonce)) != (SALT_BYTES, NONCE_BYTES):
        raise ValueError("a salt has 32 bytes and a nonce 12")
    body = body_of(note, at_ms, SEALED, commitment(salt, payload))
    closed = sealed(key, nonce, payload, place_of(note.subject, body.decode("ascii")))
    return entry_of(note, at_ms, body, salt, closed)


def entry_without_payload(note: AuditNote, at_ms: int, payload: str = NONE) -> SealedEntry:
    """Return a note of facts alone: nothing lies beside the chain that could be erased."""
    return entry_of(note, at_ms, body_of(note, at_ms, payload, None), b"", b"")


def payload_opened(key: bytes, subject: str, body: bytes, salt: bytes, closed: bytes) -> bytes:
    """Return a payload's JSON.

    Raises PayloadForgedError where it is not what the chain has a commitment to.
    """
    payload = opened(key, closed, place_of(subject, body.decode("ascii")))
    check_commitment(body, salt, payload)
    return payload


def check_commitment(body: bytes, salt: bytes, payload: bytes) -> None:
    """Raise PayloadForgedError where a payload is not what an entry is committed to."""
    committed = str(read_body(body).get("commitment"))
    if not compare_digest(committed.encode(), commitment(salt, payload).hex().encode()):
        raise PayloadForgedError("a payload or its salt is not what the entry is committed to")


def read_body(body: bytes) -> Mapping[str, Any]:
    """Return an entry's body as an object; empty where it is none (verification says so)."""
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def citizen_subject(key: bytes, source: str, author: str) -> str:
    """Return the name under which someone who is not of the body stands in the audit.

    The same author of the same source gives the same name; without the key nobody can tell, or
    guess, who it is.
    """
    return f"citizen:{hmac_digest(key, place_of(source, author), sha256).hex()[:32]}"


def person_subject(person_id: str) -> str:
    """Return the name under which one of the body's own people stands in the audit."""
    return f"person:{person_id}"


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Names citizens without their names. Its key never shows."""

    key: bytes

    def citizen(self, source: str, author: str) -> str:
        """Return an author's subject."""
        return citizen_subject(self.key, source, author)

    def __repr__(self) -> str:
        return "Pseudonyms()"


def sealed_or_facts(sealer: Sealer, note: AuditNote, at_ms: int) -> SealedEntry:
    """Return a note sealed, or its facts alone where its subject has been erased.

    What has to go on record whoever it concerns is noted this way: the entry then says that its
    payload was withheld.
    """
    try:
        return sealer.seal(note, at_ms)
    except ErasedSubjectError:
        silent = replace(note, payload={}, actor=replace(note.actor, why=""))
        return entry_without_payload(silent, at_ms, WITHHELD)
