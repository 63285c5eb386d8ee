"""A text as one line of plain words and sentence ends, which constructions are looked for in.

Short forms are written out, so that `we'll` and `we will` are one, and `won't` and `will not`.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate
from typing import Final, NamedTuple

STOP: Final = "."
BEGINNING_LETTERS: Final = 3

_STOP_SIGN: Final = r"[.!?]+(?=[\s\"')\]]|$)|\n"
_STOP: Final = re.compile(_STOP_SIGN)
_TOKEN: Final = re.compile(
    r"[0-9]+(?:[.,:][0-9]+)*[^\W_]*|[^\W_\u0300-\u036f][^\W_]*(?:[\u0300-\u036f]+[^\W_]*)*"
    rf"(?:'[^\W_]+)*|[%&£$€\U0001f300-\U0001faff]|{_STOP_SIGN}"
)
_ACCENTS: Final = re.compile("[\u0300-\u036f]")
_ENDINGS: Final = {
    "'ll": " will",
    "'re": " are",
    "'ve": " have",
    "'m": " am",
    "'d": " would",
    "n't": " not",
}
_IS_SHORT: Final = re.compile(
    "it|that|s?he|there|what|who|where|how|here|when|why|this|everything|nobody|nothing"
)
_PIECES: Final = {
    "won't": "will not",
    "can't": "can not",
    "shan't": "shall not",
    "cannot": "can not",
    "let's": "let us",
    "dont": "do not",
    "doesnt": "does not",
    "didnt": "did not",
    "isnt": "is not",
    "arent": "are not",
    "wasnt": "was not",
    "wouldnt": "would not",
    "couldnt": "could not",
    "shouldnt": "should not",
    "cant": "can not",
    "youre": "you are",
    "youll": "you will",
    "youve": "you have",
    "theyre": "they are",
    "theyll": "they will",
    "thats": "that is",
    "gonna": "going to",
    "&": "and",
}


class Span(NamedTuple):
    """A stretch of a text: where it begins, and where it has ended."""

    start: int
    end: int


class Sayings:
    """A text in small letters, read once and then asked by every finder.

    `line` is its words between single blanks, with a stop where a sentence or a line ends, and a
    blank before and after; accents are off, and a possessive 's is dropped. `keys` are its words,
    each once, and their beginnings, each with a `*`.
    """

    __slots__ = ("__dict__", "_pieces", "_text", "keys", "line")

    def __init__(self, text: str) -> None:
        self._text = text
        self._pieces = plain_words(_TOKEN.findall(text))
        line = f" {' '.join(self._pieces)} "
        self.line = line if line.isascii() else _without_accents(line)
        words = set(self.line.split())
        self.keys = words | {f"{word[:BEGINNING_LETTERS]}*" for word in words}

    def span(self, start: int, end: int) -> Span:
        """Return where in the text the words stand that a stretch of the line covers."""
        first = self._owner(self.line.count(" ", 0, start + 1) - 1)
        last = self._owner(self.line.count(" ", 0, end - 1) - 1)
        return Span(self._places[first].start, self._places[last].end)

    def sentence(self, position: int) -> Span:
        """Return where in the line the sentence stands that a place of the line lies in."""
        before = self.line.rfind(f" {STOP} ", 0, position + 1)
        after = self.line.find(f" {STOP} ", position)
        return Span(before + 2 if before >= 0 else 0, after + 1 if after >= 0 else len(self.line))

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """Where in the text its sentences stand, in order, each with its stop."""
        found: list[Span] = []
        start = 0
        for stop in _STOP.finditer(self._text):
            found.append(Span(start, stop.end()))
            start = stop.end()
        if start < len(self._text):
            found.append(Span(start, len(self._text)))
        return tuple(found)

    @cached_property
    def _places(self) -> tuple[Span, ...]:
        return tuple(Span(*token.span()) for token in _TOKEN.finditer(self._text))

    @cached_property
    def _last_words(self) -> tuple[int, ...]:
        return tuple(accumulate(piece.count(" ") + 1 for piece in self._pieces))

    def _owner(self, word: int) -> int:
        """Return the number of the token that a word of the line was written as."""
        return min(bisect_right(self._last_words, word), len(self._pieces) - 1)


def plain_words(tokens: Iterable[str]) -> list[str]:
    """Return tokens with their short forms written out, each still one entry."""
    return [_PIECES.get(token) or (token if token.isalnum() else _piece(token)) for token in tokens]


def words_of(text: str) -> list[str]:
    """Return the words of a short text as they stand in a line of sayings."""
    return _without_accents(" ".join(plain_words(_TOKEN.findall(text)))).split()


def _piece(token: str) -> str:
    if token[0] in "\n.!?":
        return STOP
    stem, mark, ending = token.rpartition("'")
    if not mark:
        return token
    if ending == "s":
        return f"{stem} is" if _IS_SHORT.fullmatch(stem) else stem
    if ending == "t" and stem.endswith("n"):
        return f"{stem[:-1]} not"
    written_out = _ENDINGS.get(f"'{ending}")
    return stem.replace("'", "") + (written_out or ending)


def _without_accents(line: str) -> str:
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", line))
