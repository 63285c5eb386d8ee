"""Finds shouting: many words in capitals in a row, or a run of exclamation marks."""

import re
from collections.abc import Iterator
from typing import Final

from services.reading.claim_lists import ShoutingLimits
from services.reading.shadow import Shadow

_CAPITALS: Final = re.compile(r"\b[A-Z][A-Z']+\b(?:[ ,:;.!?-]+(?:[AI]\b[ ,]*)?\b[A-Z][A-Z']+\b)+")
_MARKS: Final = re.compile(r"!(?:[ ?]*!)+")
_WORD: Final = re.compile(r"[A-Z']{2,}")
_EVERYDAY: Final = re.compile(r"\b(?:THE|YOU|YOUR|WE|ARE|IS|NOT|OUR|TO|AND|IT|THIS|OF|ON)\b")


def shouted_in(shadow: Shadow, limits: ShoutingLimits) -> Iterator[tuple[int, int, str]]:
    """Yield where a text shouts, and by what it was known.

    Capitals without any everyday word among them are names and initials, not shouting.
    """
    for marks in _MARKS.finditer(shadow.cased):
        if marks[0].count("!") >= limits.exclamation_marks_in_a_row_min:
            yield marks.start(), marks.end(), "exclamation marks in a row"
    for run in _CAPITALS.finditer(shadow.cased):
        words = len(_WORD.findall(run[0]))
        if words >= limits.capital_words_min and _EVERYDAY.search(run[0]):
            yield run.start(), run.end(), "words in capitals"
