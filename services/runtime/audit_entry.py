"""One entry of the audit, before and after its payload was sealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol

from services.runtime.actor import Actor

HOUSE_CHAIN: Final = "house"
"""The chain of what concerns the body as a whole; each account has one of its own beside it."""

BODY_SUBJECT: Final = "body"
"""Payloads about nobody in particular stand under this key, which is never erased."""

PAYLOAD_BYTES_MAX: Final = 65_536


def account_chain(account: str) -> str:
    """Return the name of an account's chain."""
    return f"account:{account}"


@dataclass(frozen=True, slots=True)
class AuditNote:
    """What is to be written down: a fact in the past tense, who did it, and about whom it tells.

    `facts` stand in the chain for ever: ids, digests, roles, revisions, never words or names.
    `payload` is what may have to be erased one day: it is sealed under `subject`'s key.
    """

    chain: str
    kind: str
    actor: Actor
    subject: str
    payload: Mapping[str, Any]
    facts: Mapping[str, str | int | bool | None]
    case_id: str | None = None
    act_id: str | None = None
    one_officer: bool = False


class SealedEntry(NamedTuple):
    """A note with its payload sealed, ready to be linked into its chain by the store's writer.

    `body` is canonical JSON of everything that stands in the chain for ever, the commitment to the
    payload among it; `salt` and `ciphertext` lie beside the chain and can be erased.
    """

    chain: str
    at_ms: int
    kind: str
    subject: str
    actor_id: str
    case_id: str | None
    act_id: str | None
    body: bytes
    salt: bytes
    ciphertext: bytes


class Sealer(Protocol):
    """Seals payloads under the keys of those they tell of, making a key at first need."""

    def seal(self, note: AuditNote, at_ms: int) -> SealedEntry:
        """Return the note sealed. Raises ErasedSubjectError where the subject's key was erased."""
        ...

    def open(self, subject: str, body: bytes, salt: bytes, ciphertext: bytes) -> bytes | None:
        """Return a payload's JSON, or None where it was erased.

        Raises PayloadForgedError where it is not what the chain has a commitment to.
        """
        ...
