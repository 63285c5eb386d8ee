"""Stretches of a text that read as something else once they are put straight.

Text turned round by an override, letters with gaps between them, words for digits and the words
with which letters are spelt on the telephone: each is given back as readers take it, with what
stands around it, so that the same finders can look once more.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from services.reading.datum import word_set
from services.reading.shadow import Shadow
from services.reading.spoken_digits import DIGIT_WORDS, spoken_digits

STRAIGHTENED_MAX: Final = 40
"""A text gets this many stretches looked at again."""

_AROUND_BEFORE: Final = 48
_AROUND_AFTER: Final = 24
_LETTERS_MIN: Final = 2
"""Fewer words of the telephone's alphabet than this are a golfer's hotel."""

_GAPPED: Final = re.compile(
    r"(?<![^\W_])([^\W_])([ _*~|\u00b7\u2022]|[.-](?=[^\s]))"
    r"([\w@.+'-](?:\2[\w@.+'-]){4,79})(?![^\W_])"
)
_ALPHABET: Final = word_set(
    "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike"
    " november oscar papa quebec romeo sierra tango uniform victor whiskey whisky xray yankee zulu"
)
_SPELT_WORD: Final = "|".join(sorted({*_ALPHABET, *DIGIT_WORDS}, key=len, reverse=True))
_SPELT: Final = re.compile(
    rf"\b(?:{_SPELT_WORD}|x-ray|\d{{1,4}})(?:[ ,.-]{{1,3}}(?:{_SPELT_WORD}|x-ray"
    rf"|\d{{1,4}})\b){{3,24}}"
)
_SPELT_PART: Final = re.compile(r"x-ray|\w+")
_FIGURE_WORD: Final = "|".join(sorted(DIGIT_WORDS, key=len, reverse=True))
_PLATE_IN_WORDS: Final = re.compile(
    rf"\b([A-Z]{{1,2}})[ -]((?i:{_FIGURE_WORD})(?:[ -](?i:{_FIGURE_WORD})){{0,2}})[ -]"
    r"([A-Z]{3})\b"
)
_BACKWARDS: Final = word_set("backwards backward reverse reversed mirrored")
_TURNED: Final = re.compile(r"[\w@.+-]*[@\d][\w@. +-]{4,40}[\w]")


class Straightened(NamedTuple):
    """A stretch put straight: where it stands, what it says, and the words before and after."""

    start: int
    end: int
    said: str
    before: str
    after: str


def straightened(shadow: Shadow) -> Iterator[Straightened]:
    """Yield the stretches of a text that are written in disguise, some of them more than once."""
    cased = shadow.cased
    for start, end in shadow.mirrored:
        yield _around(cased, start, end, cased[start:end][::-1])
    if not _BACKWARDS.isdisjoint(shadow.letters):
        for turned in _TURNED.finditer(cased):
            yield _around(cased, turned.start(), turned.end(), turned[0][::-1])
    for gapped in _GAPPED.finditer(cased):
        gap = gapped[2]
        said = gapped[1] + gapped[3].replace(gap, "")
        if any(map(str.isalpha, said)):
            yield _around(cased, gapped.start(), gapped.end(), said)
    if len(_ALPHABET & shadow.letters) > 1:
        yield from _spelt(shadow)
    if not shadow.letters.isdisjoint(DIGIT_WORDS):
        for plate in _PLATE_IN_WORDS.finditer(cased):
            figures = spoken_digits(_SPELT_PART.findall(plate[2].lower()))
            said = f"{plate[1]}{figures} {plate[3]}"
            yield _around(cased, plate.start(), plate.end(), said)


def _spelt(shadow: Shadow) -> Iterator[Straightened]:
    for run in _SPELT.finditer(shadow.latin):
        parts = _SPELT_PART.findall(run[0])
        letters = sum(part in _ALPHABET or part == "x-ray" for part in parts)
        if letters < _LETTERS_MIN:
            continue
        said = "".join(
            part if part.isdigit() else spoken_digits([part]) or part[0].upper() for part in parts
        )
        yield _around(shadow.cased, run.start(), run.end(), said)


def _around(text: str, start: int, end: int, said: str) -> Straightened:
    before = text[max(0, start - _AROUND_BEFORE) : start]
    return Straightened(start, end, said, before, text[end : end + _AROUND_AFTER])
