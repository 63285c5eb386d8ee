"""Seeded draws by name: the draws for post ten million need none of those before it.

Each draw hashes the seed and its labels (BLAKE2b, RFC 7693), so that a label's outcome is the same
in every run, on every machine, in whatever order things are asked for.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import accumulate
from typing import Final, TypeVar

T = TypeVar("T")

_BITS: Final = 32
_MASK: Final = (1 << _BITS) - 1
_DIGEST_BYTES: Final = 64
_PULLS_PER_DIGEST: Final = _DIGEST_BYTES * 8 // _BITS


class Weights:
    """How likely each of some places is; made once, drawn from in logarithmic time."""

    __slots__ = ("_bounds", "_total")

    def __init__(self, weights: Iterable[float]) -> None:
        self._bounds = list(accumulate(weights))
        assert self._bounds, "there is nothing to draw from"
        assert self._bounds[-1] > 0, "at least one weight is above zero"
        self._total = self._bounds[-1]

    def place(self, fraction: float) -> int:
        """Return the place that a fraction from 0 up to 1 falls on."""
        return min(bisect_right(self._bounds, fraction * self._total), len(self._bounds) - 1)


class Draw:
    """A sequence of draws that hangs on one set of labels alone."""

    __slots__ = ("_digest", "_left", "_value")

    def __init__(self, digest: bytes) -> None:
        self._digest = digest
        self._value = int.from_bytes(digest, "big")
        self._left = _PULLS_PER_DIGEST

    def _pull(self) -> int:
        if self._left == 0:
            self._digest = blake2b(self._digest, digest_size=_DIGEST_BYTES).digest()
            self._value = int.from_bytes(self._digest, "big")
            self._left = _PULLS_PER_DIGEST
        pulled = self._value & _MASK
        self._value >>= _BITS
        self._left -= 1
        return pulled

    def fraction(self) -> float:
        """Return a number from 0 up to, not including, 1."""
        return self._pull() / (1 << _BITS)

    def chance(self, probability: float) -> bool:
        """Return true with the given probability."""
        return self._pull() < probability * (1 << _BITS)

    def integer(self, limit: int) -> int:
        """Return a whole number from 0 up to, not including, `limit` (at most 2**32)."""
        return self._pull() * limit >> _BITS

    def choice(self, things: Sequence[T]) -> T:
        """Return one of the things, all equally likely."""
        return things[self.integer(len(things))]

    def weighted(self, weights: Weights) -> int:
        """Return a place drawn by its weight."""
        return weights.place(self.fraction())

    def normal(self) -> float:
        """Return a number from the standard normal distribution.

        By the transformation of Box and Muller (1958), of which one of the two results is used.
        """
        radius = math.sqrt(-2.0 * math.log(1.0 - self.fraction()))
        return radius * math.cos(2.0 * math.pi * self.fraction())


class Draws:
    """All draws of one seed."""

    __slots__ = ("_seeded",)

    def __init__(self, seed: int) -> None:
        self._seeded = blake2b(str(seed).encode(), digest_size=_DIGEST_BYTES, person=b"mercat.town")

    def at(self, *labels: str | int) -> Draw:
        """Return the draws for these labels, from their first."""
        hasher = self._seeded.copy()
        for label in labels:
            hasher.update(b"\x1f%b" % str(label).encode())
        return Draw(hasher.digest())
