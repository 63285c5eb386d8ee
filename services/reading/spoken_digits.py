"""Digits spelt out as words, `oh seven seven double-oh`, turned into a shadow with digits."""

import re
from typing import Final, NamedTuple

RUN_DIGITS_MIN: Final = 6
"""A run of words for digits shorter than this is no number of a person's."""

_ENGLISH: Final = (
    "zero:0 nought:0 naught:0 nil:0 oh:0 o:0 one:1 two:2 three:3 four:4 five:5 six:6 seven:7 "
    "eight:8 nine:9 ten:10 eleven:11 twelve:12 thirteen:13 fourteen:14 fifteen:15 sixteen:16 "
    "seventeen:17 eighteen:18 nineteen:19 hundred:00 thousand:000"
)
_WELSH: Final = (
    "dim:0 sero:0 un:1 dau:2 dwy:2 tri:3 tair:3 pedwar:4 pedair:4 pump:5 pum:5 chwech:6 chwe:6 "
    "saith:7 wyth:8 naw:9"
)
_TENS: Final = "twenty:2 thirty:3 forty:4 fourty:4 fifty:5 sixty:6 seventy:7 eighty:8 ninety:9"
_TIMES: Final = {"double": 2, "dwbl": 2, "twice": 2, "triple": 3, "treble": 3}


def _table(text: str) -> dict[str, str]:
    return dict(pair.split(":") for pair in text.split())


_DIGITS: Final = _table(f"{_ENGLISH} {_WELSH}")
_TEN_DIGITS: Final = _table(_TENS)
_WORD: Final = "|".join(sorted({*_DIGITS, *_TEN_DIGITS, *_TIMES}, key=len, reverse=True))
_ANY: Final = re.compile(
    r"\b(?:zero|nought|oh|double|triple|treble|one|two|three|four|five|six|seven|eight|nine|dim"
    r"|ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|sero|dau|dwy|tri|tair|pedwar|pedair|pump|chwech|saith|wyth|naw)\b"
)
_TOKEN: Final = rf"(?:{_WORD}|\d+)"
_GAP: Final = r"[\s,\-.]{1,3}"
_RUN: Final = re.compile(rf"(?<![\w@#])(?:\+|plus )?{_TOKEN}(?:{_GAP}{_TOKEN})+(?!\w)")
_TOKENS: Final = re.compile(_TOKEN)
_WORDS_MIN: Final = 2


class SpokenRun(NamedTuple):
    """A run of words for digits: where it stands in the shadow, and what it says in digits."""

    start: int
    end: int
    digits: str


def spoken_runs(text: str) -> list[SpokenRun]:
    """Return the runs of spelt digits in a text in lower case, those of at least six digits."""
    if len(_ANY.findall(text)) < _WORDS_MIN:
        return []
    runs = []
    for match in _RUN.finditer(text):
        digits, words = _spoken(_TOKENS.findall(match[0]))
        if words >= _WORDS_MIN and len(digits) >= RUN_DIGITS_MIN:
            plus = "+" if match[0].startswith(("+", "plus ")) else ""
            runs.append(SpokenRun(match.start(), match.end(), plus + digits))
    return runs


def _spoken(tokens: list[str]) -> tuple[str, int]:
    """Return the digits that tokens say, and how many of the tokens were words."""
    digits: list[str] = []
    words = times = 0
    ten = ""
    for token in tokens:
        words += not token.isdigit()
        if token in _TIMES:
            times = _TIMES[token]
            continue
        if token in _TEN_DIGITS:
            digits.append(f"{ten}0" if ten else "")
            ten = _TEN_DIGITS[token]
            continue
        said = _DIGITS.get(token, token)
        if ten:
            said = ten + said if len(said) == 1 and said != "0" else f"{ten}0{said}"
            ten = ""
        digits.append(said[0] * times + said[1:] if times else said)
        times = 0
    if ten:
        digits.append(f"{ten}0")
    return "".join(digits), words
