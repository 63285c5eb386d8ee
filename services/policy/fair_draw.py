"""Draws numbers in an order that nobody chose and anybody can work out again.

The method is that of RFC 3797 (Publicly Verifiable Nominations Committee Random Selection, section
4), with SHA-256 in place of MD5: each number drawn is a hash of what was fixed before the draw,
taken modulo how many are left. What is hashed is a value that the public sees come about after the
list was fixed, and a secret of which the hash was published with the list. Whoever knows the secret
cannot choose the public value, and whoever could cannot know the secret.
"""

from hashlib import sha256
from typing import Final

NUMBERS_MAX: Final = 2_000
PLACE_BYTES: Final = 2


def commitment_of(seed: str) -> str:
    """Return what is published of a seed before the draw, in hexadecimal."""
    return sha256(seed.encode()).hexdigest()


def list_digest_of(entries: list[tuple[int, str]]) -> str:
    """Return the digest of a list: a line for each number, with the digest of its receipt."""
    text = "".join(f"{number} {receipt_digest}\n" for number, receipt_digest in entries)
    return sha256(text.encode()).hexdigest()


def drawn_order(count: int, public_value: str, seed: str, list_digest: str) -> list[int]:
    """Return the numbers from 1 to `count` in the order in which they are drawn.

    Raises ValueError where there are none, or more than a place in two bytes can tell.
    """
    if not 1 <= count <= NUMBERS_MAX:
        raise ValueError(f"a draw is of 1 to {NUMBERS_MAX} numbers, not {count}")
    key = f"{public_value}/{seed}/{list_digest}".encode()
    left = list(range(1, count + 1))
    drawn = []
    for place in range(count):
        around = place.to_bytes(PLACE_BYTES, "big")
        chance = int.from_bytes(sha256(around + key + around).digest(), "big")
        drawn.append(left.pop(chance % len(left)))
    return drawn
