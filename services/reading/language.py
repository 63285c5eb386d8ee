"""Which language a text is in.

The finding is that of Compact Language Detector 2 (Dick Sites, 2013) by pycld2; what is ours is to
give it only what it can read, and to lean on the body's own languages where a text is too short.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import pycld2

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
    read = _ASIDE.sub(" ", _UNREADABLE.sub(" ", text[:LETTERS_READ_MAX]))
    # Cutting off may not split a character in Python, so the bytes are whole.
    is_reliable, size_bytes, found = pycld2.detect(read.encode(), isPlainText=True)
    code = _two_letters(found[0][1])
    if code is not None and is_reliable:
        is_sure = code in expected or size_bytes > _SHORT_BYTES_MAX
        return LanguageGuess(code, SURE if is_sure else LIKELY)
    return _weighed_up(read, expected)


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
