"""Finds the words and phrases of many named lists in a row of words, in one pass."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from services.reading.word_row import WordRow, split_word, words_of

Places = dict[int, tuple[int, ...]]
"""Where a list's phrases stand: from a place in the row, up to each of some others."""

STEM_LENGTH_MIN: Final = 3
_WORDS_KEPT_MAX: Final = 20_000
_PHRASES_KEPT_MAX: Final = 32_768
"""So many phrases are kept as they were read: each is checked first, then looked for."""


class _Phrase(NamedTuple):
    """A list's phrase by the words that follow its first one; a stem ends in `*`."""

    list_name: str
    following: tuple[str, ...]


class _Beginning(NamedTuple):
    """What begins with a word: lists it is a whole phrase of, and phrases by their second word."""

    alone: tuple[str, ...]
    by_second: Mapping[str, tuple[_Phrase, ...]]
    by_stem: tuple[_Phrase, ...]


_NOTHING: Final = _Beginning((), {}, ())


class Lexicon:
    """Named lists of phrases; the last letters of any word of one may be left open with a `*`.

    Raises ValueError, with a sentence, for a phrase that could not be found.
    """

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        self._whole: defaultdict[str, list[_Phrase]] = defaultdict(list)
        self._stems: defaultdict[str, list[_Phrase]] = defaultdict(list)
        for name, phrases in lists.items():
            for text in phrases:
                first, *following = phrase_words(text)
                kept = self._stems if first.endswith("*") else self._whole
                kept[first.removesuffix("*")].append(_Phrase(name, tuple(following)))
        self._stem_lengths = sorted({len(stem) for stem in self._stems})
        self._known: dict[str, _Beginning] = {}

    def find(self, row: WordRow) -> dict[str, Places]:
        """Return by list where its phrases stand, none of them over the end of a sentence."""
        places: defaultdict[str, Places] = defaultdict(dict)
        seconds = (*row.words[1:], "") if row.words else ()
        for start, (word, second) in enumerate(zip(row.words, seconds, strict=True)):
            beginning = self._known.get(word) or self._beginning(word)
            for name in beginning.alone:
                places[name][start] = (start + 1,)
            for phrase in (*beginning.by_second.get(second, ()), *beginning.by_stem):
                end = _end(row, start, phrase.following)
                if end:
                    ends = places[phrase.list_name].get(start, ())
                    places[phrase.list_name][start] = (*ends, end)
        return dict(places)

    def _beginning(self, word: str) -> _Beginning:
        """Return what begins with a word, worked out once for each word met."""
        found = list(self._whole.get(word, ()))
        for length in self._stem_lengths:
            found.extend(self._stems.get(word[:length], ()) if len(word) >= length else ())
        by_second: defaultdict[str, tuple[_Phrase, ...]] = defaultdict(tuple)
        for phrase in found:
            if phrase.following and not phrase.following[0].endswith("*"):
                by_second[phrase.following[0]] += (phrase,)
        beginning = _Beginning(
            tuple(phrase.list_name for phrase in found if not phrase.following),
            dict(by_second),
            tuple(
                phrase for phrase in found if phrase.following and phrase.following[0][-1] == "*"
            ),
        )
        if len(self._known) < _WORDS_KEPT_MAX:
            self._known[word] = beginning if found else _NOTHING
        return beginning


@lru_cache(maxsize=_PHRASES_KEPT_MAX)
def phrase_words(text: str) -> tuple[str, ...]:
    """Return a phrase's words, a stem with its `*`. Raises ValueError for what is no phrase."""
    words: list[str] = []
    for part in text.lower().split():
        bare = part.removesuffix("*")
        found = split_word(bare) if bare.isascii() and bare.isalnum() else words_of(bare)
        if "*" in part[:-1] or (part.endswith("*") and len("".join(found)) < STEM_LENGTH_MIN):
            raise ValueError(
                f"{text!r}: a * may only end a word of {STEM_LENGTH_MIN} letters or more."
            )
        words.extend(found)
        if part.endswith("*"):
            words[-1] += "*"
    if not words:
        raise ValueError(f"{text!r} holds no word; write a word or a phrase.")
    return tuple(words)


def _end(row: WordRow, start: int, following: tuple[str, ...]) -> int:
    """Return where a phrase ends, or 0 where it does not stand."""
    end = start + 1 + len(following)
    if not following:
        return end
    if end > len(row.words) or row.sentences[end - 1] != row.sentences[start]:
        return 0
    for word, sought in zip(row.words[start + 1 : end], following, strict=True):
        if not (word == sought or (sought[-1] == "*" and word.startswith(sought[:-1]))):
            return 0
    return end
