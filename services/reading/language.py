"""Which language a text is in.

The finding is that of Compact Language Detector 2 (Dick Sites, 2013) by pycld2; what is ours is to
give it only what it can read, and to lean on the body's own languages where a text is too short.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import pycld2

from services.reading.words import words_in

LETTERS_READ_MAX: Final = 2_000
"""A text is read up to here: no post needs more to show its language."""

_SHORT_BYTES_MAX: Final = 40

SURE: Final = 0.99
LIKELY: Final = 0.9
UNSURE: Final = 0.6
UNKNOWN: Final = 0.3

# Control characters, lone surrogates and non-characters make the detector raise.
_UNREADABLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
# Nobody's language: links, handles and what stands for either in masked texts.
_ASIDE: Final = re.compile(r"https?://\S+|@[\w.@-]+")

# Scots has no two letters, and its speakers are answered in English; two codes are of before 1989.
_CODES: Final = {"sco": "en", "iw": "he", "jw": "jv"}
_NO_LANGUAGE: Final = ("un", "xx")
# Those that are told apart by single words, so that a short text may pass for another.
_ALIKE: Final = tuple(
    frozenset(codes.split())
    for codes in (
        "no nb nn da sv",
        "hr bs sr sl",
        "cs sk",
        "id ms",
        "es gl pt ca",
        "uk be ru",
        "bg mk",
        "ga gd",
        "nl af",
        "hi mr ne bh",
        "zu xh",
        "fa ps ur",
        "zh ja",
    )
)
_TAGS: Final = re.compile(r"[#@]\w+|\b[\w.+-]+@[\w.-]+|\b[\w-]+(?:\.[\w-]+)+(?:/\S*)?|\d+")
_LETTERS_MIN: Final = 16
_LETTERS_OF_OTHER_SCRIPTS_MIN: Final = 10
_PART_MIN: Final = 15
_CODE: Final = re.compile(r"[a-z]{2}")


class LanguageGuess(NamedTuple):
    """A language by its two letters (ISO 639-1), and how likely the guess is to be right.

    The probability is one of four steps, `SURE` to `UNKNOWN`, set from the sample town's texts.
    """

    code: str
    probability: float


def language_of(text: str, expected: Sequence[str]) -> LanguageGuess:
    """Return the language of any text; `expected` are the body's own languages, first one first.

    A text too short to tell is taken for an expected language, and for the first of them where
    nothing speaks for another. Never raises for what a text holds.
    """
    read = _readable(text)
    # Cutting off may not split a character in Python, so the bytes are whole.
    is_reliable, size_bytes, found = pycld2.detect(read.encode(), isPlainText=True)
    code = _two_letters(found[0][1])
    if code is not None and is_reliable:
        is_sure = code in expected or size_bytes > _SHORT_BYTES_MAX
        return LanguageGuess(code, SURE if is_sure else LIKELY)
    return _weighed_up(read, expected)


def is_answered_otherwise(text: str, answered: str, names: Mapping[str, Sequence[str]]) -> bool:
    """Return whether a text is in another language than what it answers; never raises.

    Only where either is long enough to be sure of, neither has a part in the other's language, and
    what is answered does not name the language of the text: `names` are those of languages, folded.
    """
    here, there = _shares(text), _shares(answered)
    if not here or not there:
        return False
    main_here, main_there = next(iter(here)), next(iter(there))
    if main_here in there or main_there in here or _are_alike(here, there):
        return False
    return set(names.get(main_here, ())).isdisjoint(words_in(answered))


def _shares(text: str) -> dict[str, int]:
    """Return what part of a text, in hundredths, each language has; nothing where it is not sure.

    The largest part comes first.
    """
    read = _TAGS.sub(" ", _readable(text))
    if not _is_long_enough(read):
        return {}
    is_reliable, _, found = pycld2.detect(read.encode(), isPlainText=True)
    if not is_reliable:
        return {}
    parts = [(_two_letters(row[1]), int(row[2])) for row in found]
    return {code: part for code, part in parts if code is not None and part >= _PART_MIN}


def _readable(text: str) -> str:
    """Return what there is to read of a text; a look is cheaper than a search of every post."""
    read = text[:LETTERS_READ_MAX]
    if not read.isprintable():
        read = _UNREADABLE.sub(" ", read)
    if "@" in read or "://" in read:
        read = _ASIDE.sub(" ", read)
    return read


def _is_long_enough(read: str) -> bool:
    if not _is_latin(read):
        return sum(map(str.isalpha, read)) >= _LETTERS_OF_OTHER_SCRIPTS_MIN
    # Names are of no language, and they are what has capitals.
    plain = [word for word in read.split() if word[0].islower()]
    return sum(map(len, plain)) >= _LETTERS_MIN


def _are_alike(here: Iterable[str], there: Iterable[str]) -> bool:
    return any(not group.isdisjoint(here) and not group.isdisjoint(there) for group in _ALIKE)


def _weighed_up(read: str, expected: Sequence[str]) -> LanguageGuess:
    _, _, found = pycld2.detect(read.encode(), isPlainText=True, bestEffort=True)
    codes = [code for code in (_two_letters(row[1]) for row in found) if code is not None]
    for code in codes:
        if code in expected:
            return LanguageGuess(code, LIKELY if code == codes[0] else UNSURE)
    if codes and not _is_latin(read):
        return LanguageGuess(codes[0], UNSURE)
    return LanguageGuess(expected[0], UNSURE if any(map(str.isalpha, read)) else UNKNOWN)


def _is_latin(read: str) -> bool:
    # Beyond Latin, a script is shared by few languages, so even a poor guess among them helps.
    return not any(letter >= "\u0370" and letter.isalpha() for letter in read)


def _two_letters(code: str) -> str | None:
    short = code.split("-", maxsplit=1)[0]
    short = _CODES.get(short, short)
    return short if _CODE.fullmatch(short) and short not in _NO_LANGUAGE else None
