"""A draft's shadow: its text with disguises folded away, and the way back to what was written.

Full-width and other compatibility forms become plain (Unicode NFKC), digits of every script become
0 to 9, and what cannot be seen is left out. Patterns run on the shadow; findings name places in
the original.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from services.reading.sayings import Sayings

_DROPPED_KINDS: Final = ("Cf", "Me")
_DROPPED: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164\uffa0"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
)
# Strokes, underlines and overlines hide a character from a pattern, and from nobody who reads.
_STROKES: Final = dict.fromkeys(
    "\u0305\u0332\u0333\u0334\u0335\u0336\u0337\u0338\u033f\u20d2\u20d3\u20e5\u20eb", ""
)
_BADGES: Final = {
    chr(start + index): chr(ord("A") + index) for start in (0x1F150, 0x1F170) for index in range(26)
}
_PLAIN: Final = {
    **_STROKES,
    **_BADGES,
    **dict.fromkeys("\u2018\u2019\u02bc", "'"),
    **dict.fromkeys("\n\r\u2028\u2029\x0b\x0c\x85", "\n"),
    "\u3002": ".",
    "\u2800": " ",
    "\u2212": "-",
}

# Letters of other scripts that look Latin. Only patterns see them folded, never hosts, since a
# host in look-alike letters is another host.
_LOOKALIKES: Final = str.maketrans(
    "аеорсухіјѕԁһӏвкмнтпьԛԝѡ" + "αορνικτυεβχγζμη" + "ոօս" + "ᴏɑɡı" + "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴘʀꜱᴛᴜᴠᴡʏᴢ",
    "aeopcyxijsdhlbkmhtnbqww" + "aopviktuebxyzmn" + "nou" + "oagi" + "abcdefghijklmnprstuvwyz",
)
_DIGIT_LOOKALIKES: Final = str.maketrans("oil|збsz", "01113652")
_HAN_DIGITS: Final = str.maketrans("〇零一二三四五六七八九", "00123456789")
_HAN_NUMBER: Final = re.compile(r"[〇零一二三四五六七八九]{7,}")
# An s or a z passes for a figure only amid many, since 30s and an identity card's last letter
# are none.
_DIGIT_TOKEN: Final = re.compile(
    r"(?<![\w|])(?:[0-9oil|зб]+|(?=(?:[^\W\d]?\d){3})[0-9oil|зб][0-9oil|збsz]{3,}[0-9oil|зб])(?![\w|])"
)
_DISGUISED_DIGIT: Final = re.compile(r"\d[oil|збsz]|[oil|збsz]\d")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_OVERRIDE: Final = "\u202e"
_OVERRIDE_ENDS: Final = frozenset("\u202c\n\u2028\u2029")


class Shadow:
    """One text as patterns read it.

    `cased` is folded but keeps capitals, `text` is in lower case; both have the same length.
    """

    __slots__ = ("__dict__", "_origins", "cased", "mirrored", "original_length", "text")

    def __init__(self, text: str) -> None:
        self.original_length = len(text)
        self._origins: list[int] | None = None
        self.mirrored: tuple[tuple[int, int], ...] = ()
        """Where in the shadow a right-to-left override has the reader see it backwards."""
        if text.isascii() and text.isprintable():
            self.cased = text
            self.text = text.lower()
            return
        pieces = _folded_pieces(text)
        self.cased = "".join(pieces)
        if _OVERRIDE in text:
            self.mirrored = tuple(_mirrored(text, pieces))
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
        text = self.latin
        if not text.isascii():
            text = _HAN_NUMBER.sub(lambda number: number[0].translate(_HAN_DIGITS), text)
        if not _DISGUISED_DIGIT.search(text):
            return text
        return _DIGIT_TOKEN.sub(_as_digits, text)

    @cached_property
    def letters(self) -> frozenset[str]:
        """Each run of letters in `latin` once, to see quickly which words do not occur."""
        return frozenset(_LETTERS.findall(self.latin))

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


def _mirrored(text: str, pieces: list[str]) -> Iterator[tuple[int, int]]:
    place, start = 0, -1
    for character, piece in zip(text, pieces, strict=True):
        if character == _OVERRIDE and start < 0:
            start = place
        elif character in _OVERRIDE_ENDS and start >= 0:
            yield start, place
            start = -1
        place += len(piece)
    if start >= 0:
        yield start, place


def _as_digits(token: re.Match[str]) -> str:
    has_digit = any(map(str.isdigit, token[0]))
    return token[0].translate(_DIGIT_LOOKALIKES) if has_digit else token[0]


def _lower_single(character: str) -> str:
    lowered = character.lower()
    return lowered if len(lowered) == 1 else character
