"""Checkpoints: signed, numbered statements of where every chain ends, each naming the one before.

A chain shows that nothing inside it was changed; only a statement kept elsewhere shows that its end
was not cut off, and that it was not written anew from the start (docs/audit.md).
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.policy.audit_entries import Head
from services.policy.sealing import canonical, read_body
from services.runtime.effects import Key, Row
from services.runtime.errors import InputInvalidError

FORMAT: Final = "mercat-checkpoint-1"
EXPORT_FORMAT: Final = "mercat-checkpoints-1"
FIRST_PREVIOUS: Final = "0" * 64
LINE_LENGTH_MAX: Final = 1 << 20
NUMBER_DIGITS: Final = 12


class Checkpoint(NamedTuple):
    """A statement as it was signed: `body` byte for byte, and what it says."""

    number: int
    at_ms: int
    body: bytes
    signature: bytes
    key_id: str

    @property
    def digest(self) -> str:
        """What the next checkpoint names this one by."""
        return sha256(self.body).hexdigest()

    @property
    def heads(self) -> dict[str, Head]:
        """Where it says that each chain ended."""
        heads: Mapping[str, Any] = read_body(self.body).get("heads", {})
        return {
            chain: Head(int(head["sequence"]), bytes.fromhex(str(head["hash"])))
            for chain, head in heads.items()
        }


class Exported(NamedTuple):
    """What an exported file holds: whose key signs, what is said of the place, the checkpoints."""

    installation: str
    key_id: str
    public_key: bytes
    note: str
    checkpoints: tuple[Checkpoint, ...]


def signed_checkpoint(
    installation: str,
    before: Checkpoint | None,
    heads: Mapping[str, Head],
    at_ms: int,
    key_id: str,
    key: Ed25519PrivateKey,
) -> Checkpoint:
    """Return the checkpoint that follows another, over these heads."""
    number = before.number + 1 if before else 1
    body = canonical(
        {
            "at_ms": at_ms,
            "format": FORMAT,
            "heads": {
                chain: {"hash": head.hash.hex(), "sequence": head.sequence}
                for chain, head in heads.items()
            },
            "installation": installation,
            "key_id": key_id,
            "number": number,
            "previous": before.digest if before else FIRST_PREVIOUS,
        }
    )
    return Checkpoint(number, at_ms, body, key.sign(_signed(body)), key_id)


def sound_run(
    checkpoints: Iterable[Checkpoint], public_key: bytes, place: str
) -> tuple[list[Checkpoint], str | None]:
    """Return the checkpoints up to the first that is not as it was signed or not in its place.

    With them a sentence that says what is wrong with that one, or None where all are sound.
    """
    verifier = Ed25519PublicKey.from_public_bytes(public_key)
    sound: list[Checkpoint] = []
    for checkpoint in checkpoints:
        before = sound[-1] if sound else None
        name = f"Checkpoint {checkpoint.number} {place}"
        try:
            verifier.verify(checkpoint.signature, _signed(checkpoint.body))
        except (InvalidSignature, TypeError):
            return sound, f"{name} is not signed by this installation's key: changed or forged."
        said = read_body(checkpoint.body)
        if (said["number"], said["at_ms"]) != (checkpoint.number, checkpoint.at_ms):
            return sound, f"{name} stands in another place than the one it was signed for."
        if before and checkpoint.number != before.number + 1:
            return sound, f"Checkpoint {before.number + 1} {place} is missing."
        if before and said["previous"] != before.digest:
            return sound, f"{name} does not follow the one before it: one of them was exchanged."
        sound.append(checkpoint)
    return sound, None


def checkpoint_key(number: int) -> Key:
    """Return where a checkpoint's row stands."""
    return Key("audit_checkpoints", f"{number:0{NUMBER_DIGITS}d}")


def checkpoint_row(checkpoint: Checkpoint) -> Row:
    """Return a checkpoint's row."""
    return checkpoint._asdict()


def checkpoint_of(row: Row) -> Checkpoint:
    """Return the checkpoint that a row holds."""
    return Checkpoint(*(cast("Any", row[name]) for name in Checkpoint._fields))


def export_header(installation: str, key_id: str, public_key: bytes, note: str) -> str:
    """Return the first line of an exported file: who signs, and what the place is worth."""
    return json.dumps(
        {
            "format": EXPORT_FORMAT,
            "installation": installation,
            "key_id": key_id,
            "note": note,
            "public_key": public_key.hex(),
        }
    )


def export_line(checkpoint: Checkpoint) -> str:
    """Return a checkpoint's line of an exported file."""
    return json.dumps(
        {
            "body": checkpoint.body.decode("ascii"),
            "key_id": checkpoint.key_id,
            "signature": checkpoint.signature.hex(),
        }
    )


def read_export(lines: Iterable[str]) -> Exported:
    """Return what an exported file holds. Raises InputInvalidError naming the line that is wrong.

    A last line without an end was being written when the power went; it is passed over.
    """
    header: Mapping[str, Any] | None = None
    checkpoints: list[Checkpoint] = []
    for number, line in enumerate(lines, 1):
        if not line.endswith("\n"):
            break
        try:
            value = json.loads(line[:LINE_LENGTH_MAX])
            if "public_key" in value:
                header = header or {**value, "public_key": bytes.fromhex(value["public_key"])}
            else:
                checkpoints.append(_read_line(value))
        except (ValueError, KeyError, TypeError) as error:
            raise InputInvalidError(
                f"line {number} of the exported checkpoints cannot be read ({error}); "
                "take the file from the place it was exported to"
            ) from error
    if header is None or header.get("format") != EXPORT_FORMAT:
        raise InputInvalidError("this is no file of exported checkpoints: its first line is not")
    return Exported(
        str(header.get("installation")),
        str(header.get("key_id")),
        header["public_key"],
        str(header.get("note", "")),
        tuple(checkpoints),
    )


def _read_line(value: Mapping[str, Any]) -> Checkpoint:
    body = str(value["body"]).encode("ascii")
    said = json.loads(body)
    return Checkpoint(
        int(said["number"]),
        int(said["at_ms"]),
        body,
        bytes.fromhex(value["signature"]),
        str(value["key_id"]),
    )


def _signed(body: bytes) -> bytes:
    return FORMAT.encode() + b"\n" + body
