"""Labelled texts as training sees them, whatever file they came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from schemas.envelope import digest_id
from services.classify.lexing import tokens_of
from services.classify.model import HEADS

FOLD_COUNT: Final = 5
_SHINGLE_SIZE: Final = 8


OWN: Final = "own"
SEED: Final = "seed"
TWEET: Final = "tweet"
VALIDATION: Final = "validation"
"""Where examples come from: whole posts of ours, words of ours, posts by others, and such as are
held back to judge by.
"""


@dataclass(frozen=True, slots=True)
class Example:
    """A text and what is known of it: a label for some heads. `language` is empty where untold."""

    text: str
    labels: dict[str, str]
    source: str
    language: str = ""

    def __post_init__(self) -> None:
        assert set(self.labels) <= set(HEADS), f"labels for unknown heads: {self.labels}"


def folds_of(examples: Sequence[Example], seed: int = 0) -> list[int]:
    """Return a fold from 0 to `FOLD_COUNT` - 1 for each example; likenesses share one.

    Two texts with eight tokens in a row in common, or with the same tokens, are likenesses, so that
    no text is judged by a model that learned from its copy. The folds hang on the texts alone.
    """
    parents = list(range(len(examples)))

    def root(place: int) -> int:
        while parents[place] != place:
            parents[place] = parents[parents[place]]
            place = parents[place]
        return place

    first_seen: dict[tuple[str, ...], int] = {}
    for place, example in enumerate(examples):
        tokens = [token.lower() for token in tokens_of([example.text])]
        for start in range(max(1, len(tokens) - _SHINGLE_SIZE + 1)):
            shingle = tuple(tokens[start : start + _SHINGLE_SIZE])
            parents[root(place)] = root(first_seen.setdefault(shingle, place))
    digests = [digest_id(str(seed), examples[root(n)].text) for n in range(len(parents))]
    return [int(digest[:8], 16) % FOLD_COUNT for digest in digests]
