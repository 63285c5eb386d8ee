"""The terms behind an answer: which words and pairs of words spoke most for the label given."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

TERMS_SHOWN: Final = 3
GAIN_MIN: Final = 0.05
"""What a term must add to a score to be worth showing; a probability moves by a hundredth or so."""

_RANKS_MAX: Final = 2 * TERMS_SHOWN
_KEY_BITS: Final = 63
_WEIGHT_BITS: Final = 31
_WEIGHT_MAX: Final = (1 << _WEIGHT_BITS) - 1


def leading(texts: NDArray[np.int64], gains: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return which candidates may be among the top terms of their text, text by text.

    The arguments stand side by side: a candidate's text, and what it added, more than nothing.
    Within a text they come heaviest first; those of one weight in the order given.
    """
    order = _by_text_and_weight(texts, gains)
    owners = texts[order]
    firsts = np.searchsorted(owners, owners)
    return order[np.arange(len(order)) - firsts < _RANKS_MAX]


def top_terms(
    names: Sequence[str], texts: Sequence[int], texts_count: int
) -> list[tuple[str, ...]]:
    """Return for each text the first names of its candidates, each once; () where it has none.

    The first two arguments stand side by side: a leading candidate's name and its text.
    """
    terms: list[tuple[str, ...]] = [()] * texts_count
    for name, owner in zip(names, texts, strict=True):
        found = terms[owner]
        if len(found) < TERMS_SHOWN and name not in found:
            terms[owner] = (*found, name)
    return terms


def _by_text_and_weight(texts: NDArray[np.int64], gains: NDArray[np.float32]) -> NDArray[np.int64]:
    place_bits = len(texts).bit_length()
    if not len(texts) or int(texts.max()).bit_length() + _WEIGHT_BITS + place_bits > _KEY_BITS:
        return np.lexsort((-gains, texts))
    # One number for all three is sorted several times as fast. The bits of what is above nothing
    # grow with it.
    lightness = np.int64(_WEIGHT_MAX) - gains.astype(np.float32).view(np.int32)
    keys = (texts << _WEIGHT_BITS | lightness) << place_bits | np.arange(len(texts))
    keys.sort()
    return keys & ((1 << place_bits) - 1)
