"""Looks for many constructions at once: phrases with room for other words, as an officer writes.

`accept full? liability` has a word that may be missing, `will/shall pay` a choice, `guarant*` a
stem, `<party>` any entry of the list of words of that name, `<number>` a figure, and `..4` room for
up to four words of the same sentence. A word with a capital must have one in the text.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from services.reading.sayings import BEGINNING_LETTERS, STOP, Sayings, words_of

GAP_WORDS_MAX: Final = 8
NUMBER: Final = "number"
ELEMENTS_MAX: Final = 20
PARTS_KEPT_MAX: Final = 8_192
"""The same parts stand in thousands of constructions, which are checked first and then looked for;
so many different ones are kept as they were read."""

_FIGURE: Final = f"<{NUMBER}>"
_GAP: Final = re.compile(r"\.\.(\d+)")
_NAME: Final = re.compile(r"<([a-z_]+)>")
_WRITTEN: Final = re.compile(r"[^\W_]+")
_WORD: Final = r"[^ .][^ ]*"
_COMMON: Final = frozenset(
    words_of(
        "a about all am an and any are as at be been but by can could do does for from get go had"
        " has have he her him his how i if in is it its just me my no not number of on or our out"
        " she should so some that the their them then there they this to up us was we well were"
        " what when which who will with would you your"
    )
)


class Found(NamedTuple):
    """Where in a line of sayings a construction stands, and its number in the index."""

    start: int
    end: int
    number: int


@dataclass(frozen=True, slots=True)
class Element:
    """One place of a construction: its choices, each a row of words, or room for other words.

    `capitals` are those of its words that must have a capital where they stand in a text.
    """

    choices: tuple[tuple[str, ...], ...]
    is_optional: bool = False
    capitals: frozenset[str] = frozenset()
    gap_words: int = 0


def elements_of(text: str, words: Mapping[str, Sequence[str]]) -> tuple[Element, ...]:
    """Return what a construction is made of. Raises ValueError, with a sentence, for none."""
    elements = tuple(_element(text, part, words) for part in text.split())
    if len(elements) > ELEMENTS_MAX:
        raise ValueError(f"{text!r} has over {ELEMENTS_MAX} parts; shorten it.")
    if not any(map(_is_required, elements)):
        raise ValueError(f"{text!r} would be found everywhere; write a word that must be there.")
    if not elements[0].choices or not elements[-1].choices:
        raise ValueError(f"{text!r} begins or ends in room for words; take the .. away there.")
    return elements


def pattern_of(elements: Sequence[Element]) -> str:
    """Return a regular expression that begins at a blank of a line and ends before one."""
    return "".join(map(_piece, elements)) + "(?= )"


@lru_cache(maxsize=PARTS_KEPT_MAX)
def _piece(element: Element) -> str:
    if not element.choices:
        return rf"(?: {_WORD}){{0,{element.gap_words}}}?"
    choices = "|".join(" ".join(map(_word_pattern, choice)) for choice in element.choices)
    piece = f" (?:{choices})" if len(element.choices) > 1 else f" {choices}"
    return f"(?:{piece}(?= ))?" if element.is_optional else piece


class ConstructionIndex:
    """Many constructions, found by one meeting of word sets and a look at each candidate."""

    __slots__ = ("_by_key", "_capitals", "_keys", "_needs", "_patterns", "texts")

    def __init__(self, texts: Iterable[str], words: Mapping[str, Sequence[str]]) -> None:
        self.texts = tuple(texts)
        parsed = [elements_of(text, words) for text in self.texts]
        # Compiled when first wanted: a start needs none of them, and a text few.
        self._patterns: list[str | re.Pattern[str]] = list(map(pattern_of, parsed))
        self._capitals = [
            frozenset(word for element in elements for word in element.capitals)
            for elements in parsed
        ]
        self._needs = [tuple(map(_keys, filter(_is_required, elements))) for elements in parsed]
        frequency = Counter(key for needs in self._needs for need in needs for key in need)
        by_key: defaultdict[str, list[int]] = defaultdict(list)
        for number, needs in enumerate(self._needs):
            for key in min(needs, key=lambda need: sum(_cost(key, frequency) for key in need)):
                by_key[key].append(number)
        self._by_key, self._keys = dict(by_key), frozenset(by_key)

    def find(self, sayings: Sayings, cased: str) -> list[Found]:
        """Return where constructions stand, in order; `cased` is the text with its capitals."""
        keys = sayings.keys
        numbers = {number for key in self._keys & keys for number in self._by_key[key]}
        found = [
            Found(match.start(), match.end(), number)
            for number in numbers
            if not any(map(keys.isdisjoint, self._needs[number]))
            for match in self._pattern(number).finditer(sayings.line)
        ]
        return sorted(each for each in found if self._has_capitals(each, sayings, cased))

    def _pattern(self, number: int) -> re.Pattern[str]:
        pattern = self._patterns[number]
        if isinstance(pattern, str):
            pattern = self._patterns[number] = re.compile(pattern)
        return pattern

    def _has_capitals(self, found: Found, sayings: Sayings, cased: str) -> bool:
        capitals = self._capitals[found.number]
        if not capitals:
            return True
        place = sayings.span(found.start, found.end)
        written = _WRITTEN.findall(cased[place.start : place.end])
        return all(word[0].isupper() for word in written if word.lower() in capitals)


def any_of(texts: Iterable[str], words: Mapping[str, Sequence[str]]) -> re.Pattern[str] | None:
    """Return one pattern that finds any of some constructions in a line; None for no texts."""
    patterns = [pattern_of(elements_of(text, words)) for text in texts]
    return re.compile("|".join(f"(?:{each})" for each in patterns)) if patterns else None


def _element(text: str, part: str, words: Mapping[str, Sequence[str]]) -> Element:
    gap = _GAP.fullmatch(part)
    if gap is not None:
        if not 0 < int(gap[1]) <= GAP_WORDS_MAX:
            raise ValueError(f"{text!r} has {part}; there can be room for 1 to {GAP_WORDS_MAX}.")
        return Element((), gap_words=int(gap[1]))
    written = part.removesuffix("?").split("/")
    entries = tuple(entry for choice in written for entry in _entries(text, choice, words))
    try:
        return _made_of(entries, part.endswith("?"))
    except ValueError as error:
        raise ValueError(f"{text!r} {error}") from None


def _entries(text: str, choice: str, words: Mapping[str, Sequence[str]]) -> Sequence[str]:
    name = _NAME.fullmatch(choice)
    if name is None or choice == _FIGURE:
        return (choice,)
    if name[1] not in words:
        raise ValueError(f"{text!r} uses {choice}, and no list of words has that name.")
    return words[name[1]]


@lru_cache(maxsize=PARTS_KEPT_MAX)
def _made_of(entries: tuple[str, ...], is_optional: bool) -> Element:  # noqa: FBT001 - as it stands
    """Return the element of some choices. Raises ValueError, with half a sentence, for none."""
    choices = tuple(dict.fromkeys(map(_row, entries)))
    capitals = frozenset(
        word.lower() for entry in entries for word in _WRITTEN.findall(entry) if word[0].isupper()
    )
    return Element(choices, is_optional, capitals)


@lru_cache(maxsize=PARTS_KEPT_MAX)
def _row(entry: str) -> tuple[str, ...]:
    if entry == _FIGURE:
        return (_FIGURE,)
    return tuple(plain for word in entry.split() for plain in _plain(word))


def _plain(word: str) -> list[str]:
    found = words_of(word.removesuffix("*").lower())
    if not found or "*" in word[:-1] or STOP in found:
        raise ValueError(f"holds {word!r}, which is no word; a * may only end a word.")
    if word.endswith("*"):
        if len(found[-1]) < BEGINNING_LETTERS:
            raise ValueError(
                f"has a stem under {BEGINNING_LETTERS} letters; write more of the word."
            )
        found[-1] += "*"
    return found


def _is_required(element: Element) -> bool:
    """Return whether a text without any of its words cannot hold the construction."""
    return bool(element.choices) and not element.is_optional and (_FIGURE,) not in element.choices


def _word_pattern(word: str) -> str:
    if word == _FIGURE:
        return r"[0-9][^ ]*"
    return f"{re.escape(word[:-1])}[^ ]*" if word.endswith("*") else re.escape(word)


@lru_cache(maxsize=PARTS_KEPT_MAX)
def _keys(element: Element) -> frozenset[str]:
    """Return one key for each choice; a text without any of them does not hold the element."""
    rarest = (max(choice, key=_rarity) for choice in element.choices)
    return frozenset(
        f"{word[:BEGINNING_LETTERS]}*" if word.endswith("*") else word for word in rarest
    )


def _rarity(word: str) -> tuple[bool, int]:
    return word not in _COMMON, len(word)


def _cost(key: str, frequency: Counter[str]) -> int:
    return frequency[key] + (1_000 if key in _COMMON else 0)
