"""The trained model as a value: what it knows words by, and what each weighs for each label."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.runtime.errors import StopError

HEADS: Final = ("team", "sentiment", "urgency", "intent")
"""The questions answered, in the order in which their labels stand side by side."""

MARKS: Final = ("text", "shouted")
"""Features beside words: one for each text, whatever it says, and one for each word in capitals."""

WORD_NUMBER_BITS: Final = 20
WORDS_COUNT_MAX: Final = 1 << WORD_NUMBER_BITS
SUBWORD_SHARE: Final = 0.7
"""Length of a word's subwords taken together, where the word itself has length 1."""


class ModelInvalidError(StopError):
    """A model file is not one, was changed after it was written, or does not fit this program."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What texts are told by. Arrays are not to be written to.

    Features are numbered: words, then pairs, then subword buckets, then `MARKS`. `pairs` holds
    `left << WORD_NUMBER_BITS | right` of two word numbers, rising. `values` (one per feature) is
    what one occurrence counts: rare features count more.
    """

    words: tuple[str, ...]
    pairs: NDArray[np.int64]
    bucket_count: int
    values: NDArray[np.float32]

    @property
    def first_pair(self) -> int:
        """Return the number of the first pair feature."""
        return len(self.words)

    @property
    def first_bucket(self) -> int:
        """Return the number of the first subword bucket."""
        return len(self.words) + len(self.pairs)

    @property
    def first_mark(self) -> int:
        """Return the number of the first of `MARKS`."""
        return self.first_bucket + self.bucket_count

    @property
    def feature_count(self) -> int:
        """Return how many features there are in all."""
        return self.first_mark + len(MARKS)


@dataclass(frozen=True, slots=True)
class Head:
    """One question and its labels, in the order of their columns."""

    name: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """All that classifying needs. Arrays are not to be written to.

    `weights` (features x labels of all heads) is what a feature adds to a label, already divided
    by the temperature that makes probabilities honest; `bias` (labels) stands for an empty text.
    `digest` tells this model from every other.
    """

    heads: tuple[Head, ...]
    vocabulary: Vocabulary
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    digest: str

    @property
    def label_count(self) -> int:
        """Return the number of labels of all heads together."""
        return sum(len(head.labels) for head in self.heads)
