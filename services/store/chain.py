"""How an entry of the audit is linked into its chain, and what the chain's hashes are made of.

The form of the hash is a promise to whoever checks an export years from now (docs/audit.md); it is
never changed under the same name.
"""

from hashlib import sha256
from typing import Final, NamedTuple

from services.runtime.audit_entry import SealedEntry
from services.runtime.effects import Row

FORMAT: Final = b"mercat-audit-1"
GENESIS: Final = bytes(32)
"""What the first entry of every chain has for a previous hash."""
SEQUENCE_DIGITS: Final = 12


class Link(NamedTuple):
    """An entry in its place: the rows that the store's writer sets for it.

    `place` is the chain's head from then on, as `linked` takes it: sequence and hash.
    """

    entry_id: str
    entry: Row
    payload: Row
    head: Row
    place: tuple[int, bytes]


def entry_hash(chain: str, sequence: int, previous: bytes, body: bytes) -> bytes:
    """Return the hash that stands for an entry and for every entry before it.

    SHA-256 over the format's name, the chain's name, the sequence as decimal digits, the previous
    hash and the body, each behind its own length in 8 bytes, most significant first.
    """
    digest = sha256()
    for part in (FORMAT, chain.encode(), str(sequence).encode(), previous, body):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


def entry_id(chain: str, sequence: int) -> str:
    """Return an entry's id, in the order of its chain."""
    return f"{chain}:{sequence:0{SEQUENCE_DIGITS}d}"


def linked(head: tuple[int, bytes] | None, entry: SealedEntry) -> Link:
    """Return an entry linked behind a chain's head (sequence and hash), or as its first."""
    before, previous = head or (0, GENESIS)
    sequence = before + 1
    hashed = entry_hash(entry.chain, sequence, previous, entry.body)
    return Link(
        entry_id=entry_id(entry.chain, sequence),
        entry={
            "chain": entry.chain,
            "kind": entry.kind,
            "subject": entry.subject,
            "actor_id": entry.actor_id,
            "case_id": entry.case_id,
            "act_id": entry.act_id,
            "sequence": sequence,
            "at_ms": entry.at_ms,
            "previous_hash": previous,
            "body": entry.body,
            "hash": hashed,
        },
        payload={"salt": entry.salt, "ciphertext": entry.ciphertext},
        head={"sequence": sequence, "at_ms": entry.at_ms, "hash": hashed},
        place=(sequence, hashed),
    )
