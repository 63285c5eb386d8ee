"""Verifies one package that `mercat audit export` wrote; it needs Python 3.11 and nothing else.

Run it as `python verify.py` in the package's folder, or with the folder's path behind it. It reads
the files beside it and changes nothing. What it checks, and what that proves, is explained in
docs/audit.md of Mercat.
"""

import hashlib
import hmac
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

CHAIN_FORMAT: Final = b"mercat-audit-1"
CHECKPOINT_PREFIX: Final = b"mercat-checkpoint-1\n"
EXPORT_PREFIX: Final = b"mercat-export-1\n"
CHUNK_BYTES: Final = 1 << 20

# Curve25519 in Edwards form (RFC 8032, section 5.1).
PRIME: Final = 2**255 - 19
ORDER: Final = 2**252 + 27742317777372353535851937790883648493
CURVE: Final = -121665 * pow(121666, -1, PRIME) % PRIME
ROOT_OF_MINUS_ONE: Final = pow(2, (PRIME - 1) // 4, PRIME)
POINT_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64

Point = tuple[int, int, int, int]
NEUTRAL: Final[Point] = (0, 1, 1, 0)


class WrongError(Exception):
    """Something is not as it was written; the text says what."""


def added(one: Point, two: Point) -> Point:
    """Return the sum of two points, in extended coordinates (RFC 8032, section 5.1.4)."""
    a = (one[1] - one[0]) * (two[1] - two[0]) % PRIME
    b = (one[1] + one[0]) * (two[1] + two[0]) % PRIME
    c = 2 * one[3] * two[3] * CURVE % PRIME
    d = 2 * one[2] * two[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def multiplied(count: int, point: Point) -> Point:
    """Return a point added to itself so many times."""
    total = NEUTRAL
    while count:
        if count & 1:
            total = added(total, point)
        point = added(point, point)
        count >>= 1
    return total


def is_same(one: Point, two: Point) -> bool:
    """Return whether two points are one."""
    return (one[0] * two[2] - two[0] * one[2]) % PRIME == 0 and (
        one[1] * two[2] - two[1] * one[2]
    ) % PRIME == 0


def recovered_x(y: int, sign: int) -> int | None:
    """Return the x that goes with a y on the curve, or None where there is none."""
    if y >= PRIME:
        return None
    square = (y * y - 1) * pow(CURVE * y * y + 1, -1, PRIME) % PRIME
    if square == 0:
        return None if sign else 0
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    if (x * x - square) % PRIME:
        return None
    return PRIME - x if x & 1 != sign else x


def decoded_point(encoded: bytes) -> Point | None:
    """Return the point that 32 bytes stand for, or None where they stand for none."""
    number = int.from_bytes(encoded, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    x = recovered_x(y, sign)
    return None if x is None else (x, y, 1, x * y % PRIME)


def is_signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether an Ed25519 signature is that of this key for this message."""
    if len(public_key) != POINT_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    owner, commitment = decoded_point(public_key), decoded_point(signature[:POINT_BYTES])
    scalar = int.from_bytes(signature[POINT_BYTES:], "little")
    if owner is None or commitment is None or scalar >= ORDER:
        return False
    hashed = hashlib.sha512(signature[:POINT_BYTES] + public_key + message).digest()
    challenge = int.from_bytes(hashed, "little") % ORDER
    base_y = 4 * pow(5, -1, PRIME) % PRIME
    base_x = recovered_x(base_y, 0) or 0
    base = (base_x, base_y, 1, base_x * base_y % PRIME)
    return is_same(multiplied(scalar, base), added(commitment, multiplied(challenge, owner)))


def chained_hash(chain: str, sequence: int, previous: bytes, body: bytes) -> bytes:
    """Return an entry's hash: over the format, the chain, its place, the hash before, its body."""
    digest = hashlib.sha256()
    for part in (CHAIN_FORMAT, chain.encode(), str(sequence).encode(), previous, body):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


def lines_of(path: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a file of JSON lines."""
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                value = json.loads(line)
            except ValueError as error:
                raise WrongError(f"{path.name} line {number} cannot be read: {error}") from error
            yield value


def file_digest(path: Path) -> str:
    """Return a file's SHA-256."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def checked_proof(folder: Path, public_key: bytes | None) -> Mapping[str, Any]:
    """Return the proof once its signature and the digest of every file are as they were."""
    content = (folder / "proof.json").read_bytes()
    proof: Mapping[str, Any] = json.loads(content)
    key = bytes.fromhex(proof["public_key"])
    if public_key is not None and key != public_key:
        raise WrongError("the package is signed by another key than the one you gave")
    signature = bytes.fromhex((folder / "proof.sig").read_text("ascii").strip())
    if not is_signed(key, EXPORT_PREFIX + content, signature):
        raise WrongError("proof.json is not signed by the key it names: it was changed")
    for name, digest in proof["files"].items():
        if not (folder / name).is_file():
            raise WrongError(f"{name} is missing from the package")
        if file_digest(folder / name) != digest:
            raise WrongError(f"{name} is not the file that was exported")
    return proof


def checked_chains(folder: Path, proof: Mapping[str, Any]) -> dict[str, str]:
    """Recompute every chain from its first entry to its head; return each entry's hash by its id.

    Where the proof has a checkpoint, each chain must pass through what it was signed over.
    """
    signed = checked_checkpoint(proof)
    last: dict[str, tuple[int, bytes]] = {}
    hashes: dict[str, str] = {}
    for line in lines_of(folder / "proof.jsonl"):
        chain, sequence, body = line["chain"], line["sequence"], line["body"].encode("ascii")
        before, previous = last.get(chain, (0, bytes(32)))
        if sequence != before + 1:
            raise WrongError(f"entry {before + 1} of chain {chain} is missing")
        hashed = chained_hash(chain, sequence, previous, body)
        if hashed.hex() != line["hash"]:
            raise WrongError(f"entry {sequence} of chain {chain} was changed")
        wanted = signed.get(chain, {})
        if wanted.get("sequence") == sequence and wanted["hash"] != hashed.hex():
            raise WrongError(f"entry {sequence} of chain {chain} is not what was signed for")
        last[chain] = sequence, hashed
        hashes[f"{chain}:{sequence:012d}"] = hashed.hex()
    for chain, head in proof["heads"].items():
        sequence, hashed = last.get(chain, (0, b""))
        if (sequence, hashed.hex()) != (head["sequence"], head["hash"]):
            raise WrongError(f"chain {chain} ends early: entry {head['sequence']} is missing")
        if signed.get(chain, {}).get("sequence", 0) > sequence:
            raise WrongError(f"chain {chain} is shorter than the checkpoint says")
    return hashes


def checked_checkpoint(proof: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return where the checkpoint says each chain ended, once its signature holds."""
    checkpoint = proof.get("checkpoint")
    if checkpoint is None:
        return {}
    body = checkpoint["body"].encode("ascii")
    key, signature = bytes.fromhex(proof["public_key"]), bytes.fromhex(checkpoint["signature"])
    if not is_signed(key, CHECKPOINT_PREFIX + body, signature):
        raise WrongError("the checkpoint is not signed by the key the package names")
    heads: Mapping[str, Any] = json.loads(body)["heads"]
    return heads


def checked_entries(folder: Path, hashes: Mapping[str, str]) -> tuple[int, int]:
    """Compare every exported entry with its chain; return how many, and how many with words.

    Words that were left out or redacted cannot be compared, and say so themselves.
    """
    entries = words = 0
    for line in lines_of(folder / "entries.jsonl"):
        name = line["id"]
        if hashes.get(name) != line["hash"]:
            raise WrongError(f"entry {name} is not in its chain")
        chain, sequence, body = line["chain"], line["sequence"], line["body"].encode("ascii")
        previous = hashes.get(f"{chain}:{sequence - 1:012d}", "00" * 32)
        if chained_hash(chain, sequence, bytes.fromhex(previous), body).hex() != line["hash"]:
            raise WrongError(f"entry {name} does not say what its chain says")
        entries += 1
        if line.get("salt") is None:
            continue
        committed = json.loads(body)["commitment"]
        mac = hmac.new(bytes.fromhex(line["salt"]), line["payload_json"].encode(), hashlib.sha256)
        if not hmac.compare_digest(mac.hexdigest(), committed):
            raise WrongError(f"the words of entry {name} are not those that were written then")
        words += 1
    return entries, words


def main(arguments: list[str]) -> int:
    """Verify the package in a folder, and say what was found in one line."""
    folder = Path(arguments[0]) if arguments else Path(__file__).parent
    key = bytes.fromhex(arguments[1]) if len(arguments) > 1 else None
    try:
        proof = checked_proof(folder, key)
        hashes = checked_chains(folder, proof)
        entries, words = checked_entries(folder, hashes)
    except (WrongError, OSError, ValueError, KeyError, TypeError) as error:
        sys.stdout.write(f"NOT AS IT WAS WRITTEN: {error}\n")
        return 1
    covered = "with" if proof.get("checkpoint") else "without"
    sys.stdout.write(
        f"Sound: {entries} entries, {words} with their words, out of {len(hashes)} in "
        f"{len(proof['heads'])} chains, {covered} a signed checkpoint. "
        f"Signed by key {proof['public_key']}.\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
