"""A draft's shadow: its text with disguises folded away, and the way back to what was written.

Full-width and other compatibility forms become plain (Unicode NFKC), digits of every script become
0 to 9, and what cannot be seen is left out. Patterns run on the shadow; findings name places in
the original.
"""

import re
import unicodedata
from functools import cached_property
from typing import Final

from services.reading.sayings import Sayings

_DROPPED_KINDS: Final = ("Cf", "Me")
_DROPPED: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164\uffa0"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
)
_PLAIN: Final = {
    **dict.fromkeys("\u2018\u2019\u02bc", "'"),
    **dict.fromkeys("\n\r\u2028\u2029\x0b\x0c\x85", "\n"),
    "\u3002": ".",
    "\u2800": " ",
    "\u2212": "-",
}

# Letters of other scripts that look Latin. Only patterns see them folded, never hosts, since a
# host in look-alike letters is another host.
_LOOKALIKES: Final = str.maketrans(
    "аеорсухіјѕԁһӏ" + "αορνικτυ" + "ᴏɑɡı",
    "aeopcyxijsdhl" + "aopvikty" + "oagi",
)
_DIGIT_LOOKALIKES: Final = str.maketrans("oil|зб", "011136")
_DIGIT_TOKEN: Final = re.compile(r"(?<![\w|])[0-9oil|зб]+(?![\w|])")
_DISGUISED_DIGIT: Final = re.compile(r"\d[oil|зб]|[oil|зб]\d")


class Shadow:
    """One text as patterns read it.

    `cased` is folded but keeps capitals, `text` is in lower case; both have the same length.
    """

    __slots__ = ("__dict__", "_origins", "cased", "original_length", "text")

    def __init__(self, text: str) -> None:
        self.original_length = len(text)
        self._origins: list[int] | None = None
        if text.isascii() and text.isprintable():
            self.cased = text
            self.text = text.lower()
            return
        pieces = _folded_pieces(text)
        self.cased = "".join(pieces)
        if len(self.cased) != len(pieces) or "" in pieces:
            origins: list[int] = []
            for index, piece in enumerate(pieces):
                origins.extend([index] * len(piece))
            self._origins = origins
        lowered = self.cased.lower()
        if len(lowered) != len(self.cased):
            lowered = "".join(map(_lower_single, self.cased))
        self.text = lowered

    @cached_property
    def latin(self) -> str:
        """The text with look-alike letters of other scripts as Latin ones; of the same length."""
        return self.text if self.text.isascii() else self.text.translate(_LOOKALIKES)

    @cached_property
    def digits(self) -> str:
        """The text with letters that stand in for digits, as in O77OO, as digits."""
        if not _DISGUISED_DIGIT.search(self.latin):
            return self.latin
        return _DIGIT_TOKEN.sub(_as_digits, self.latin)

    @cached_property
    def sayings(self) -> Sayings:
        """The words of the text in one line; its places are those of `latin`."""
        return Sayings(self.latin)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of the shadow, at least one long, stands in the original."""
        if self._origins is None:
            return start, end
        return self._origins[start], self._origins[end - 1] + 1


class _Folds(dict[str, str]):
    """Each character's fold, worked out once."""

    def __missing__(self, character: str) -> str:
        folded = _fold(character)
        if len(self) < _FOLDS_MAX:
            self[character] = folded
        return folded


_FOLDS_MAX: Final = 20_000


def _fold(character: str) -> str:
    if character in _PLAIN:
        return _PLAIN[character]
    kind = unicodedata.category(character)
    if kind in _DROPPED_KINDS or character in _DROPPED:
        return ""
    if kind in ("Zs", "Cc"):
        return " "
    if kind == "Pd":
        return "-"
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    return unicodedata.normalize("NFKC", character).replace("\u2044", "/")


_folds: Final = _Folds()


def _folded_pieces(text: str) -> list[str]:
    pieces = [_folds[character] for character in text]
    # A stroke through a digit hides it from a pattern and from nobody who reads.
    for index in range(1, len(pieces)):
        if "\u0300" <= pieces[index] <= "\u036f" and pieces[index - 1].isdigit():
            pieces[index] = ""
    return pieces


def _as_digits(token: re.Match[str]) -> str:
    has_digit = any(map(str.isdigit, token[0]))
    return token[0].translate(_DIGIT_LOOKALIKES) if has_digit else token[0]


def _lower_single(character: str) -> str:
    lowered = character.lower()
    return lowered if len(lowered) == 1 else character
