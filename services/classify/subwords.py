"""Letters in a row as features, so that misspelt, inflected and unknown words still tell something.

The idea of words as bags of their character n-grams, hashed into buckets, is that of P. Bojanowski,
E. Grave, A. Joulin and T. Mikolov, "Enriching Word Vectors with Subword Information", 2017.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

LENGTHS: Final = (3, 4, 5)
_START: Final = "\x02"
_END: Final = "\x03"
_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)
_MIXER: Final = np.uint64(0xBF58476D1CE4E5B9)
_HIGH_BITS: Final = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Subwords:
    """Which buckets each word falls into: `buckets` of all words in turn, `starts` one per word."""

    buckets: NDArray[np.int64]
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]


def subwords_of(words: Sequence[str], bucket_count: int) -> Subwords:
    """Return the buckets of every word's character n-grams, start and end of the word included.

    Every word has at least one: the shortest, of one letter, has it with both its ends. The same
    word gives the same buckets on every machine and whatever words stand beside it.
    """
    text = "".join(f"{_START}{word or ' '}{_END}" for word in words)
    letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    lengths = np.fromiter((len(word or " ") + 2 for word in words), np.int64, len(words))
    ends = np.repeat(np.cumsum(lengths), lengths)
    owner = np.repeat(np.arange(len(words)), lengths)
    place = np.arange(len(letters))
    found = [_grams(letters, place[place + size <= ends], size, bucket_count) for size in LENGTHS]
    owners = np.concatenate([owner[place + size <= ends] for size in LENGTHS])
    order = np.argsort(owners, kind="stable")
    counts = np.bincount(owners, minlength=len(words)).astype(np.int64)
    return Subwords(np.concatenate(found)[order], np.cumsum(counts) - counts, counts)


def _grams(
    letters: NDArray[np.uint64], starts: NDArray[np.int64], size: int, bucket_count: int
) -> NDArray[np.int64]:
    hashed = np.full(len(starts), size, np.uint64)
    for step in range(size):
        hashed = (hashed + letters[starts + step]) * _MULTIPLIER
    hashed = (hashed ^ (hashed >> _HIGH_BITS)) * _MIXER
    return ((hashed >> _HIGH_BITS) % np.uint64(bucket_count)).astype(np.int64)
