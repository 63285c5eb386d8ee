"""Learns from drafts, stopped ones and sound ones, by which words the stopped ones are known.

A logistic regression with a penalty on large weights, by plain descent on the whole set: the same
examples give the same weights on any machine of one kind. The threshold is set by tenths: each
is scored by what was learnt of the others, and so few sound drafts as told may lie above it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.reading.resemblance import WEIGHT_UNIT, ResemblanceLists, features_of
from services.reading.shadow import Shadow
from services.reading.words import words_in

PARTS: Final = 5
SEEN_MIN: Final = 2
PENALTY: Final = 0.3
STEPS: Final = 200
RATE: Final = 4.0

Floats = NDArray[np.float64]


class Example(NamedTuple):
    """A draft's text, and whether it is one to be stopped."""

    text: str
    is_stopped: bool


@dataclass(frozen=True, slots=True)
class Learnt:
    """What came of learning: the lists, and how much of what was not learnt from is found."""

    lists: ResemblanceLists
    examples: int
    stopped_share: float
    sound_share: float


def learnt_from(examples: Sequence[Example], sound_share_max: float) -> Learnt:
    """Return what is learnt from examples; `sound_share_max` of sound drafts may be stopped.

    Raises ValueError where there are not enough of both kinds.
    """
    stopped = np.array([each.is_stopped for each in examples], dtype=np.float64)
    if min(stopped.sum(), (1 - stopped).sum()) < PARTS:
        raise ValueError(f"at least {PARTS} drafts to be stopped and as many sound ones are needed")
    texts = [frozenset(features_of(words_in(Shadow(each.text).latin))) for each in examples]
    scores = np.zeros(len(examples))
    for part in range(PARTS):
        # By number, so that each tenth has its share of every run of like examples.
        aside = np.arange(len(examples)) % PARTS == part
        names = _names([text for text, is_out in zip(texts, aside, strict=True) if not is_out])
        table = _table(texts, names)
        weights, start = _descended(table[~aside], stopped[~aside])
        scores[aside] = table[aside] @ weights + start
    # Never where a sound draft would be expected: below nought more speaks against than for it.
    threshold = max(0.0, float(np.quantile(scores[stopped == 0], 1 - sound_share_max)))
    names = _names(texts)
    weights, start = _descended(_table(texts, names), stopped)
    return Learnt(
        lists=_lists(names, weights, start, threshold),
        examples=len(examples),
        stopped_share=float((scores[stopped == 1] > threshold).mean()),
        sound_share=float((scores[stopped == 0] > threshold).mean()),
    )


def _names(texts: Sequence[frozenset[str]]) -> list[str]:
    seen = Counter(name for text in texts for name in text)
    return sorted(name for name, times in seen.items() if times >= SEEN_MIN)


def _table(texts: Sequence[frozenset[str]], names: Sequence[str]) -> Floats:
    """Return a row for each text: the features it has, each by the root of how many they are."""
    places = {name: place for place, name in enumerate(names)}
    table = np.zeros((len(texts), len(names)))
    for row, text in enumerate(texts):
        known = [places[name] for name in text if name in places]
        table[row, known] = 1 / np.sqrt(max(1, len(known)))
    return table


def _descended(table: Floats, stopped: Floats) -> tuple[Floats, float]:
    """Return weights and start by accelerated descent; both kinds weigh the same."""
    share = stopped.mean()
    each = np.where(stopped == 1, 0.5 / share, 0.5 / (1 - share)) / len(stopped)
    weights = ahead = np.zeros(table.shape[1])
    start = ahead_start = 0.0
    for step in range(1, STEPS + 1):
        off = each * (1 / (1 + np.exp(-(table @ ahead + ahead_start))) - stopped)
        following: Any = ahead - RATE * (table.T @ off + PENALTY / len(stopped) * ahead)
        following_start = ahead_start - RATE * float(off.sum())
        push = (step - 1) / (step + 2)
        ahead = following + push * (following - weights)
        ahead_start = following_start + push * (following_start - start)
        weights, start = following, following_start
    return weights, start


def _lists(
    names: Sequence[str], weights: Floats, start: float, threshold: float
) -> ResemblanceLists:
    hundredths = np.rint(weights * WEIGHT_UNIT).astype(int)
    lines = [f"{weight} {name}" for name, weight in zip(names, hundredths, strict=True) if weight]
    return ResemblanceLists(
        threshold=round(threshold, 3), start=round(start, 3), weights="\n".join(lines)
    )
