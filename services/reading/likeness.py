"""Tells how alike two texts are, by the runs of words they share."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from services.reading.words import words_in

RUN_WORDS: Final = 3
CHARACTERS_READ_MAX: Final = 2_000
PERCENT: Final = 100
KEPT_MAX: Final = 512
"""So many texts are kept as they are compared: those of the last hour meet every act anew."""

Run = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Likeness:
    """One text as it is compared: its words in runs of three, case, accents and marks folded away.

    A text is read up to `CHARACTERS_READ_MAX`; what lies behind that is not compared.
    """

    words: int
    runs: frozenset[Run]

    @staticmethod
    def of(text: str) -> "Likeness":
        """Return a text's likeness; of fewer than three words it is all of them as one run."""
        return _likeness(text[:CHARACTERS_READ_MAX])

    def percent(self, other: "Likeness") -> int:
        """Return how many of a hundred runs two texts share: 0 for nothing, 100 for the same."""
        shared = len(self.runs & other.runs)
        return PERCENT * shared // max(1, len(self.runs) + len(other.runs) - shared)


@lru_cache(maxsize=KEPT_MAX)
def _likeness(text: str) -> Likeness:
    words = words_in(text)
    width = min(RUN_WORDS, len(words))
    starts = range(len(words) - width + 1) if width else ()
    return Likeness(len(words), frozenset(tuple(words[at : at + width]) for at in starts))
