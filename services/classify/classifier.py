"""Answer for batches of texts: labels, probabilities and the terms behind them.

All heads are one matrix, and a text's score is a sum of its tokens' rows, so a batch is a handful
of numpy calls whatever its size.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from schemas.classification import TEAMS_COUNT
from schemas.post import TEXT_LENGTH_MAX
from services.classify.features import pairs_found
from services.classify.lexing import tokens_of
from services.classify.model import WORD_NUMBER_BITS, Model
from services.classify.terms import GAIN_MIN, leading, top_terms
from services.classify.word_memory import SEPARATOR_SLOT, WordMemory

LETTERS_COUNT_MAX: Final = 120_000
"""Letters weighed at once; it bounds memory, and the distinct tokens below the memory's slots."""

SLOTS_COUNT: Final = 1 << 17
PROBABILITY_DIGITS: Final = 4
_RIGHT_WORD: Final = (1 << WORD_NUMBER_BITS) - 1


@dataclass(frozen=True, slots=True)
class Weighed:
    """A batch of texts, weighed: `scores` (texts x labels), and what each token and pair added.

    `slots` and `texts` stand per token, `pair_places` (of the left word) and `pairs` per known
    pair, `lengths` per text.
    """

    scores: NDArray[np.float32]
    lengths: NDArray[np.float32]
    slots: NDArray[np.int32]
    texts: NDArray[np.int64]
    pair_places: NDArray[np.int64]
    pairs: NDArray[np.int64]


class Classifier:
    """Labels texts by a model. Holds no state but a memory of words; not for several threads."""

    def __init__(self, model: Model, *, slots_count: int = SLOTS_COUNT) -> None:
        assert slots_count > LETTERS_COUNT_MAX, "one batch must fit into the memory of words"
        self.model = model
        self.memory = WordMemory(model, slots_count_max=slots_count)
        vocabulary = model.vocabulary
        pair_values = vocabulary.values[vocabulary.first_pair : vocabulary.first_bucket, None]
        self.pair_rows = np.hstack(
            (
                model.weights[vocabulary.first_pair : vocabulary.first_bucket] * pair_values,
                pair_values * pair_values,
            )
        )
        ends = np.cumsum([len(head.labels) for head in model.heads]).tolist()
        starts = [0, *ends[:-1]]
        self.columns = {
            head.name: slice(start, end)
            for head, start, end in zip(model.heads, starts, ends, strict=True)
        }
        self.labels = {head.name: head.labels for head in model.heads}

    def classify(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """Return one answer per text, by the field names of a Classification without its language.

        A text is read up to 20,000 characters. The same text gives the same answer whatever texts
        stand beside it.
        """
        return [answer for part in _parts(texts) for answer in self._answers(part)]

    def scores(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the labels' scores, before they are made probabilities (texts x labels)."""
        return np.concatenate([self.weigh(part).scores for part in _parts(texts)])

    def weigh(self, texts: Sequence[str]) -> Weighed:
        """Return the scores of at least one text, and what they are made of."""
        slots = self.memory.slots_of(tokens_of(texts))
        ends = np.flatnonzero(slots == SEPARATOR_SLOT)
        starts = np.concatenate(([0], ends[:-1] + 1))
        text_of = np.repeat(np.arange(len(texts)), ends - starts + 1)
        sums = np.add.reduceat(self.memory.rows[slots], starts, axis=0)
        places, pairs = pairs_found(self.memory.words[slots], self.model.vocabulary)
        if len(places):
            pair_texts = text_of[places]
            firsts = np.flatnonzero(np.diff(pair_texts, prepend=-1))
            sums[pair_texts[firsts]] += np.add.reduceat(self.pair_rows[pairs], firsts, axis=0)
        lengths = np.sqrt(sums[:, -1])
        scores = np.asarray(sums[:, :-1] / lengths[:, None] + self.model.bias, np.float32)
        return Weighed(scores, lengths, slots, text_of, places, pairs)

    def _answers(self, texts: Sequence[str]) -> Iterator[dict[str, Any]]:
        weighed = self.weigh(texts)
        chosen: dict[str, Any] = {}
        for name, columns in self.columns.items():
            probabilities = _softmax(weighed.scores[:, columns])
            labels = self.labels[name]
            if name == "team":
                order = np.argsort(-probabilities, axis=1, kind="stable")[:, :TEAMS_COUNT]
                best = order[:, 0]
                ranked = np.round(np.take_along_axis(probabilities, order, 1), PROBABILITY_DIGITS)
                chosen["teams"] = [tuple(labels[n] for n in row) for row in order.tolist()]
                chosen["team_probabilities"] = [tuple(row) for row in ranked.tolist()]
            else:
                best = np.argmax(probabilities, axis=1)
            likely = np.round(probabilities[np.arange(len(best)), best], PROBABILITY_DIGITS)
            chosen[name] = [labels[n] for n in best.tolist()]
            chosen[f"{name}_probability"] = likely.tolist()
            chosen[f"{name}_terms"] = self._terms(weighed, best + columns.start)
        names = tuple(chosen)
        for row in zip(*chosen.values(), strict=True):
            yield dict(zip(names, row, strict=True), model=self.model.digest)

    def _terms(self, weighed: Weighed, columns: NDArray[np.int64]) -> list[tuple[str, ...]]:
        memory, words = self.memory, self.model.vocabulary.words
        gains_by_token = memory.rows[weighed.slots, columns[weighed.texts]]
        gains_by_token /= weighed.lengths[weighed.texts]
        tokens = np.flatnonzero((gains_by_token > GAIN_MIN) & (weighed.slots != SEPARATOR_SLOT))
        pair_texts = weighed.texts[weighed.pair_places]
        gains_by_pair = self.pair_rows[weighed.pairs, columns[pair_texts]]
        gains_by_pair /= weighed.lengths[pair_texts]
        pairs = np.flatnonzero(gains_by_pair > GAIN_MIN)
        texts = np.concatenate((weighed.texts[tokens], pair_texts[pairs]))
        top = leading(texts, np.concatenate((gains_by_token[tokens], gains_by_pair[pairs])))
        slots, keys = weighed.slots[tokens], self.model.vocabulary.pairs[weighed.pairs[pairs]]
        single = top < len(tokens)
        shown = iter(slots[top[single]].tolist())
        paired = iter(keys[top[~single] - len(tokens)].tolist())
        names = [
            memory.shown[next(shown)] if is_single else _spelt(words, next(paired))
            for is_single in single.tolist()
        ]
        return top_terms(names, texts[top].tolist(), len(columns))


def _spelt(words: Sequence[str], key: int) -> str:
    return f"{words[key >> WORD_NUMBER_BITS]} {words[key & _RIGHT_WORD]}"


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    powers = np.exp((scores - scores.max(axis=1, keepdims=True)).astype(np.float64))
    shares: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _parts(texts: Sequence[str]) -> Iterator[list[str]]:
    part: list[str] = []
    letters_count = 0
    for text in texts:
        read = text[:TEXT_LENGTH_MAX]
        # The separator is a token too, hence the one beside the letters.
        if part and letters_count + len(read) + 1 > LETTERS_COUNT_MAX:
            yield part
            part, letters_count = [], 0
        part.append(read)
        letters_count += len(read) + 1
    if part:
        yield part
