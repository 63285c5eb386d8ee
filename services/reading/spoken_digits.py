"""Digits spelt out as words, `oh seven seven double-oh`, in several languages, as runs of digits.

Figures with words between them, `07700, then 900 and after that 123`, are runs too.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from services.reading.datum import word_set
from services.reading.shadow import Shadow

RUN_DIGITS_MIN: Final = 6
"""A run of words for digits shorter than this is no number of a person's."""

# The digits in English, Scots, Welsh, French, German, Spanish, Italian, Polish, Dutch and
# Portuguese, and what English says beyond them.
_WORDS: Final = (
    "zero:0 nought:0 naught:0 nil:0 oh:0 o:0 one:1 two:2 three:3 four:4 five:5 six:6 seven:7 "
    "eight:8 nine:9 ten:10 eleven:11 twelve:12 thirteen:13 fourteen:14 fifteen:15 sixteen:16 "
    "seventeen:17 eighteen:18 nineteen:19 hundred:00 thousand:000 "
    "nocht:0 ane:1 yin:1 twa:2 fower:4 sax:6 seeven:7 aicht:8 "
    "dim:0 sero:0 un:1 dau:2 dwy:2 tri:3 tair:3 pedwar:4 pedair:4 pump:5 pum:5 chwech:6 chwe:6 "
    "saith:7 wyth:8 naw:9 "
    "zéro:0 deux:2 trois:3 quatre:4 cinq:5 sept:7 huit:8 neuf:9 dix:10 onze:11 douze:12 "
    "null:0 eins:1 zwei:2 zwo:2 drei:3 vier:4 fünf:5 sechs:6 sieben:7 acht:8 neun:9 "
    "cero:0 uno:1 dos:2 tres:3 cuatro:4 cinco:5 seis:6 siete:7 ocho:8 nueve:9 "
    "due:2 tre:3 quattro:4 cinque:5 sei:6 sette:7 otto:8 nove:9 "
    "jeden:1 dwa:2 trzy:3 cztery:4 pięć:5 sześć:6 siedem:7 osiem:8 dziewięć:9 "
    "nul:0 een:1 twee:2 drie:3 vijf:5 zes:6 zeven:7 negen:9 um:1 dois:2 quatro:4 sete:7 oito:8"
)
_TENS: Final = (
    "twenty:2 thirty:3 forty:4 fourty:4 fifty:5 sixty:6 seventy:7 eighty:8 ninety:9 "
    "vingt:2 trente:3 quarante:4 cinquante:5 soixante:6"
)
_TIMES: Final = {"double": 2, "dwbl": 2, "twice": 2, "triple": 3, "treble": 3, "doppel": 2}


def _table(text: str) -> dict[str, str]:
    return dict(pair.split(":") for pair in text.split())


_DIGITS: Final = _table(_WORDS)
_TEN_DIGITS: Final = _table(_TENS)
DIGIT_WORDS: Final = frozenset(_DIGITS) - {"hundred", "thousand"}
_ALL: Final = frozenset({*_DIGITS, *_TEN_DIGITS, *_TIMES})
_WORD: Final = "|".join(sorted(_ALL, key=len, reverse=True))
_TOKEN: Final = rf"(?:{_WORD}|\d+)"
# Words and figures may touch, zero7seven; two words may not, since someone is none of them.
_GAP: Final = r"(?:[\s,\-./_*]{1,3}|(?<=\d)(?=[^\W\d])|(?<=[^\W\d])(?=\d))"
_RUN: Final = re.compile(rf"(?<![\w@#])(?:\+|plus )?{_TOKEN}(?:{_GAP}{_TOKEN})+(?!\w)")
_TOKENS: Final = re.compile(_TOKEN)
_WORDS_MIN: Final = 2
_KINDS_MIN: Final = 2
"""A number in words is made of at least so many different ones."""

_LINK: Final = (
    r"(?:then|and|followed|by|next|comes?|goes|the|last|first|bit|part|is|was|are|were|it|its|it's"
    r"|ends?|ending|with|finally|after|that|plus|rest|middle|space|dash|hyphen|stroke|slash|point"
    r"|gap|pause|dot|three|four|five|six|two|digits?|figures?|numbers?|dann|und|puis|et|luego|y)"
)
_PAUSE: Final = r"[\s,.;:()\[\]-]{1,3}"
_LINKED: Final = re.compile(
    rf"(?<![\w@#£$€.,/:-])(?:0|\+)\d{{1,10}}"
    rf"(?:{_PAUSE}(?:{_LINK}{_PAUSE}){{0,6}}\d{{1,7}}){{1,5}}(?![\w%])"
)
_LINKING: Final = word_set(
    "then and followed next after plus dash hyphen space stroke slash last rest finally ending ends"
    " dann und puis et luego"
)
_NUMBER: Final = re.compile(r"\d+")


class SpokenRun(NamedTuple):
    """A run of words for digits: where it stands in the shadow, and what it says in digits.

    `words` says how many of them were words; none where figures are merely linked by words.
    """

    start: int
    end: int
    digits: str
    words: int


def spoken_runs(shadow: Shadow) -> list[SpokenRun]:
    """Return the runs of spelt or linked digits in a text, those of at least six digits."""
    text = shadow.latin
    runs = []
    if len(_ALL & shadow.letters) >= _KINDS_MIN:
        for match in _RUN.finditer(text):
            digits, words = _spoken(_TOKENS.findall(match[0]))
            if words >= _WORDS_MIN and len(digits) >= RUN_DIGITS_MIN:
                plus = "+" if match[0].startswith(("+", "plus ")) else ""
                runs.append(SpokenRun(match.start(), match.end(), plus + digits, words))
    if not _LINKING.isdisjoint(shadow.letters):
        for match in _LINKED.finditer(text):
            if any(map(str.isalpha, match[0])):
                digits = "".join(_NUMBER.findall(match[0]))
                plus = "+" if match[0].startswith("+") else ""
                runs.append(SpokenRun(match.start(), match.end(), plus + digits, 0))
    return runs


def spoken_digits(words: Iterable[str]) -> str:
    """Return the digits that words say; words that say none are passed over."""
    return _spoken([word for word in words if word in _ALL])[0]


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
