"""Which features a token has and what they count: one rule for training and for serving.

A text's features are the sum over its tokens, plus its pairs of neighbouring words, divided by its
length: the root of the sum of squares over tokens and pairs, so that a word said again weighs more.
Whatever is a sum over tokens can be remembered by token, which is what makes serving fast: subwords
cost nothing the second time a word is seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.classify.lexing import SEPARATOR, is_shouted, spelling
from services.classify.model import SUBWORD_SHARE, WORD_NUMBER_BITS, Vocabulary
from services.classify.subwords import subwords_of

UNKNOWN_WORD = -1


@dataclass(frozen=True, slots=True)
class TokenFeatures:
    """Features of distinct tokens: token t has `features[starts[t]:]` up to the next start.

    `words` is each token's number in the vocabulary, or `UNKNOWN_WORD`. No token is without
    features, though their value may be 0.
    """

    words: NDArray[np.int32]
    features: NDArray[np.int64]
    values: NDArray[np.float32]
    starts: NDArray[np.int64]

    @property
    def squares(self) -> NDArray[np.float32]:
        """Return the squared length of each token."""
        return np.add.reduceat(self.values * self.values, self.starts)


def token_features(
    tokens: Sequence[str], vocabulary: Vocabulary, word_numbers: Mapping[str, int]
) -> TokenFeatures:
    """Return the features of distinct tokens; `word_numbers` maps a word to its number."""
    spellings = [spelling(token) for token in tokens]
    words = np.fromiter(
        (word_numbers.get(word, UNKNOWN_WORD) for word in spellings), np.int32, len(tokens)
    )
    subwords = subwords_of(spellings, vocabulary.bucket_count)
    buckets = subwords.buckets + vocabulary.first_bucket
    share = np.float32(SUBWORD_SHARE) / np.sqrt(subwords.counts).astype(np.float32)
    empty = np.fromiter((not word for word in spellings), bool, len(tokens))
    separators = np.fromiter((token == SEPARATOR for token in tokens), bool, len(tokens))
    share[empty | separators] = 0.0
    known = np.flatnonzero(words != UNKNOWN_WORD)
    shouted = np.flatnonzero(np.fromiter(map(is_shouted, tokens), bool, len(tokens)))
    texts = np.flatnonzero(separators)
    owners = np.concatenate(
        (np.repeat(np.arange(len(tokens)), subwords.counts), known, shouted, texts)
    )
    features = np.concatenate(
        (
            buckets,
            words[known].astype(np.int64),
            np.full(len(shouted), vocabulary.first_mark + 1),
            np.full(len(texts), vocabulary.first_mark),
        )
    )
    values = vocabulary.values[features].astype(np.float32)
    values[: len(buckets)] *= np.repeat(share, subwords.counts)
    order = np.argsort(owners, kind="stable")
    counts = np.bincount(owners, minlength=len(tokens))
    return TokenFeatures(words, features[order], values[order], np.cumsum(counts) - counts)


def pair_keys(words: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where two known words stand side by side (the place of the left one) and their key."""
    wide = words.astype(np.int64)
    places = np.flatnonzero((wide[:-1] >= 0) & (wide[1:] >= 0))
    return places, wide[places] << WORD_NUMBER_BITS | wide[places + 1]


def pairs_found(
    words: NDArray[np.int32], vocabulary: Vocabulary
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places of pairs that the vocabulary knows, and their numbers among its pairs."""
    places, keys = pair_keys(words)
    if not len(vocabulary.pairs) or not len(keys):
        return places[:0], places[:0]
    numbers = np.searchsorted(vocabulary.pairs, keys)
    numbers[numbers == len(vocabulary.pairs)] = 0
    hit = vocabulary.pairs[numbers] == keys
    return places[hit], numbers[hit]
