"""The terms behind an answer: which words and pairs of words spoke most for the label given."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

TERMS_SHOWN: Final = 3
GAIN_MIN: Final = 0.05
"""What a term must add to a score to be worth showing; a probability moves by a hundredth or so."""

_RANKS_MAX: Final = 2 * TERMS_SHOWN


def top_terms(
    names: list[str], texts: NDArray[np.int64], gains: NDArray[np.float32], texts_count: int
) -> list[tuple[str, ...]]:
    """Return for each text the names of what gained most, heaviest first, each once.

    The three arguments stand side by side: a candidate's name, its text, what it added.
    """
    order = np.lexsort((-gains, texts))
    owners = texts[order]
    firsts = np.searchsorted(owners, owners)
    near_top = np.arange(len(order)) - firsts < _RANKS_MAX
    terms: list[tuple[str, ...]] = [()] * texts_count
    for candidate, owner in zip(order[near_top].tolist(), owners[near_top].tolist(), strict=True):
        found = terms[owner]
        name = names[candidate]
        if len(found) < TERMS_SHOWN and name not in found:
            terms[owner] = (*found, name)
    return terms
