"""Which places of the body's own list a text speaks of."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from services.reading.words import PhraseIndex, Words, words_in

_HASHTAG_LENGTH_MIN: Final = 6


@dataclass(frozen=True, slots=True)
class PlaceNames:
    """A place as the body names it, other spellings of it, and the ward it lies in."""

    name: str
    also: tuple[str, ...] = ()
    ward: str | None = None


class Gazetteer:
    """The body's places, found by any of their spellings, hashtags such as #HarbourRow included."""

    __slots__ = ("_index", "_owners", "_places", "_wards")

    def __init__(self, places: Iterable[PlaceNames]) -> None:
        spellings: dict[str, str] = {}
        self._places: dict[str, str] = {}
        self._wards: dict[str, str] = {}
        for place in places:
            for spelling in (place.name, *place.also):
                words = words_in(spelling)
                self._places.setdefault(" ".join(words), place.name)
                spellings.setdefault(" ".join(words), place.name)
                if len(words) > 1 and len("".join(words)) >= _HASHTAG_LENGTH_MIN:
                    spellings.setdefault("".join(words), place.name)
            if place.ward is not None:
                self._wards[place.name] = place.ward
        self._index = PhraseIndex(spellings)
        self._owners = tuple(spellings.values())

    def find(self, words: Words) -> tuple[str, ...]:
        """Return the names of the places in a text, in the order in which they are spoken of.

        A spelling inside a longer one does not count: Abbey Road North is not Abbey Road.
        """
        numbers = self._index.find(words)
        if not numbers:
            return ()
        spans: list[tuple[int, int, str]] = []
        for number in numbers:
            phrase = self._index.phrases[number]
            start = phrase.position(words)
            spans.append((start, start + len(phrase.text), self._owners[number]))
        spans.sort(key=lambda span: (span[0], -span[1]))
        found: dict[str, None] = {}
        end = -1
        for _start, stop, name in spans:
            if stop > end:
                found.setdefault(name)
                end = stop
        return tuple(found)

    def named(self, text: str) -> str | None:
        """Return the place that a text is a spelling of, and nothing more, or None."""
        return self._places.get(" ".join(words_in(text)))

    def ward_of(self, name: str) -> str | None:
        """Return the ward a place lies in, where the list says so."""
        return self._wards.get(name)
