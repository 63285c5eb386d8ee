"""What each token adds to each label, remembered from the first time the token is seen.

Words follow Zipf's law: a few thousand make up nearly all text, so the work of spelling and
subwords is done once per distinct token and not once per occurrence.
"""

from collections.abc import Sequence
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from services.classify.features import token_features
from services.classify.lexing import SEPARATOR, spelling
from services.classify.model import Model

UNSEEN = -1
SEPARATOR_SLOT = 0


class WordMemory:
    """A bounded memory of tokens. It changes speed, never an answer: forgetting all is harmless.

    Slot `SEPARATOR_SLOT` is the separator's. `rows` has one row per slot: what the token adds to
    each label, then the token's squared length. `words` is the slot's number in the vocabulary.
    """

    def __init__(self, model: Model, *, slots_count_max: int) -> None:
        self._model = model
        self._word_numbers = {word: n for n, word in enumerate(model.vocabulary.words)}
        self._slots: dict[str, int] = {}
        self.shown: list[str] = []
        self.rows = np.zeros((slots_count_max, model.label_count + 1), np.float32)
        self.words = np.full(slots_count_max, UNSEEN, np.int32)
        self._learn([SEPARATOR])

    def slots_of(self, tokens: Sequence[str]) -> NDArray[np.int32]:
        """Return the slot of every token, learning those not seen before.

        Asserts that the distinct tokens of one call fit: the caller bounds its batches.
        """
        slots = self._look_up(tokens)
        unseen = np.flatnonzero(slots == UNSEEN)
        if not len(unseen):
            return slots
        fresh = list(dict.fromkeys(tokens[place] for place in unseen.tolist()))
        if len(self._slots) + len(fresh) > len(self.rows):
            self._slots.clear()
            self.shown.clear()
            fresh = list(dict.fromkeys([SEPARATOR, *tokens]))
            assert len(fresh) <= len(self.rows), "a batch holds more distinct tokens than slots"
        self._learn(fresh)
        return self._look_up(tokens)

    def _look_up(self, tokens: Sequence[str]) -> NDArray[np.int32]:
        return np.fromiter(map(self._slots.get, tokens, repeat(UNSEEN)), np.int32, len(tokens))

    def _learn(self, tokens: Sequence[str]) -> None:
        first = len(self._slots)
        found = token_features(tokens, self._model.vocabulary, self._word_numbers)
        here = slice(first, first + len(tokens))
        weighted = self._model.weights[found.features] * found.values[:, None]
        self.rows[here, :-1] = np.add.reduceat(weighted, found.starts, axis=0)
        self.rows[here, -1] = found.squares
        self.words[here] = found.words
        self.shown.extend(map(spelling, tokens))
        self._slots.update(zip(tokens, range(first, first + len(tokens)), strict=True))
