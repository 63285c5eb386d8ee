"""Tells how much a draft reads like drafts that officers stopped, by weights learnt from examples.

Constructions find what somebody thought of; this finds what merely resembles it. The features are
word beginnings, alone and in pairs with up to one word between; a text's score is the mean of its
weights, so that long texts weigh no more than short ones.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from math import sqrt
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from services.reading.shadow import Shadow
from services.reading.worded import Worded
from services.reading.words import words_in

RESEMBLANCE_FAMILIES: Final = ("resemblance",)
STEM_LENGTH: Final = 6
WORDS_MIN: Final = 4
WORDS_READ_MAX: Final = 400
WEIGHTS_LENGTH_MAX: Final = 600_000
WEIGHT_UNIT: Final = 100
"""Weights are written as whole hundredths."""


class ResemblanceLists(BaseModel):
    """What was learnt; a draft that scores over `threshold` is one to look at.

    `weights` has a line for each feature, with its weight in hundredths before it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: Annotated[float, Field(ge=-100, le=100)]
    start: Annotated[float, Field(ge=-100, le=100)]
    weights: Annotated[str, Field(max_length=WEIGHTS_LENGTH_MAX)]


NO_RESEMBLANCE: Final = ResemblanceLists(threshold=100, start=0, weights="")


class Resemblance:
    """Scores texts by what was learnt."""

    def __init__(self, lists: ResemblanceLists) -> None:
        self._threshold = lists.threshold
        self._start = lists.start
        self._weights = dict(map(_read_line, lists.weights.splitlines()))

    def find(self, shadow: Shadow) -> Sequence[Worded]:
        """Return one finding, of the whole text, where it resembles what was stopped."""
        if not self._weights:
            return ()
        words = words_in(shadow.latin)
        if len(words) < WORDS_MIN:
            return ()
        features = frozenset(features_of(words))
        if score(features, self._weights, self._start) <= self._threshold:
            return ()
        return (Worded(RESEMBLANCE_FAMILIES[0], 0, len(shadow.text), self._telling(features)),)

    def _telling(self, features: frozenset[str]) -> str:
        """Return what speaks most for it, which is of the list and not of the draft."""
        return max(features & self._weights.keys(), key=lambda each: (self._weights[each], each))


def features_of(words: Sequence[str]) -> Iterator[str]:
    """Yield the features of a text's words, some more than once."""
    stems = ["0" if word.isdecimal() else word[:STEM_LENGTH] for word in words[:WORDS_READ_MAX]]
    yield from stems
    yield from map(" ".join, zip(stems, islice(stems, 1, None), strict=False))
    yield from map("~".join, zip(stems, islice(stems, 2, None), strict=False))


def score(features: frozenset[str], weights: Mapping[str, float], start: float) -> float:
    """Return how much a text with these features resembles what was stopped; 0 is undecided."""
    known = features & weights.keys()
    return start + sum(map(weights.__getitem__, known)) / sqrt(max(1, len(known)))


def _read_line(line: str) -> tuple[str, float]:
    weight, _, feature = line.partition(" ")
    return feature, int(weight) / WEIGHT_UNIT
