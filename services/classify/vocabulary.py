"""Choose what texts are told by: words, pairs and subwords of a set of texts, and their values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.classify.features import UNKNOWN_WORD, pair_keys
from services.classify.lexing import SEPARATOR, spelling, tokens_of
from services.classify.model import MARKS, Vocabulary
from services.classify.subwords import subwords_of

_BATCH_SIZE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How often something must be seen to be known, and how much may be known at most.

    `words_seen_min` and `pairs_seen_min` are numbers of texts. Texts of our own count
    `own_factor` times: there are few of them, and they are what the others stand in for.
    """

    words_seen_min: int = 3
    pairs_seen_min: int = 5
    own_factor: int = 3
    words_count_max: int = 60_000
    pairs_count_max: int = 50_000
    bucket_count: int = 1 << 15


@dataclass(frozen=True, slots=True)
class Spelt:
    """Texts as word numbers: `words` with -1 after each text, `names` the word of each number."""

    words: NDArray[np.int32]
    texts: NDArray[np.int64]
    names: list[str]


def spelt(texts: Sequence[str]) -> Spelt:
    """Number the words of texts in order of first sight."""
    numbers: dict[str, int] = {SEPARATOR: UNKNOWN_WORD}
    words: list[int] = []
    for start in range(0, len(texts), _BATCH_SIZE):
        for token in tokens_of(texts[start : start + _BATCH_SIZE]):
            word = token if token == SEPARATOR else spelling(token)
            words.append(numbers.setdefault(word, len(numbers) - 1))
    array = np.array(words, np.int32)
    ends = array == UNKNOWN_WORD
    return Spelt(array, np.cumsum(ends) - ends, [word for word in numbers if word != SEPARATOR])


def choose_vocabulary(
    texts: Sequence[str], own: Sequence[bool], thresholds: Thresholds
) -> Vocabulary:
    """Return the vocabulary of texts; `own` says which of them are our own.

    Values are inverse document frequencies as in scikit-learn's TfidfTransformer (smoothed), to
    half precision, as the model's file will hold them.
    """
    found = spelt(texts)
    weights = np.where(np.asarray(own, bool), thresholds.own_factor, 1)
    counts = _texts_seen(found.words, found.texts, weights, len(found.names))
    enough = np.flatnonzero(counts >= thresholds.words_seen_min)
    kept = enough[np.argsort(-counts[enough], kind="stable")][: thresholds.words_count_max]
    kept = np.array([n for n in kept.tolist() if found.names[n]], np.int64)
    renumbered = np.full(len(found.names) + 1, UNKNOWN_WORD, np.int32)
    renumbered[kept] = np.arange(len(kept))
    names = tuple(found.names[n] for n in kept.tolist())
    places, keys = pair_keys(renumbered[found.words])
    pairs, pair_numbers = np.unique(keys, return_inverse=True)
    pair_counts = _texts_seen(pair_numbers, found.texts[places], weights, len(pairs))
    frequent = np.flatnonzero(pair_counts >= thresholds.pairs_seen_min)
    best = frequent[np.argsort(-pair_counts[frequent], kind="stable")]
    chosen = np.sort(best[: thresholds.pairs_count_max])
    buckets = _bucket_counts(found, weights, thresholds.bucket_count)
    counted = np.concatenate((counts[kept], pair_counts[chosen], buckets))
    total = weights.sum()
    values = np.concatenate((1 + np.log((1 + total) / (1 + counted)), np.ones(len(MARKS))))
    half = values.astype(np.float16).astype(np.float32)
    return Vocabulary(names, pairs[chosen], thresholds.bucket_count, half)


def _texts_seen(
    things: NDArray[np.integer],
    texts: NDArray[np.int64],
    weights: NDArray[np.int64],
    things_count: int,
) -> NDArray[np.int64]:
    present = things >= 0
    once = np.unique(np.stack((things[present], texts[present])), axis=1)
    counted = np.bincount(once[0], weights[once[1]], minlength=things_count)
    return counted.astype(np.int64)


def _bucket_counts(found: Spelt, weights: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    subwords = subwords_of(found.names, count)
    owners = np.repeat(np.arange(len(found.names)), subwords.counts)
    # A bucket is counted once per word and text, which is near enough to once per text.
    by_word = _texts_seen(found.words, found.texts, weights, len(found.names))
    counted = np.bincount(subwords.buckets, by_word[owners], minlength=count)
    most: NDArray[np.int64] = np.minimum(counted, weights.sum()).astype(np.int64)
    return most
