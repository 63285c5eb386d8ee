"""Hashtags of several words run together without capitals, which nobody can have read out."""

import re
from collections.abc import Iterable
from typing import Final

from services.reading.words import words_in

SHORT_LENGTH_MAX: Final = 7
TWO_WORDS_LENGTH_MIN: Final = 10
WITH_A_NAME_LENGTH_MIN: Final = 13
ONE_WORD_LENGTH_MAX: Final = 17
"""Hardly a word is longer than this, in English or Welsh, that is not several."""

_WORD_LENGTH_MAX: Final = 20
_NAME_LENGTH_MIN: Final = 4
_NAME_LENGTH_MAX: Final = 14
_KNOWN_LENGTH_MIN: Final = 3
_KNOWN_WORDS_MIN: Final = 2
_UNPLAIN_LENGTH: Final = 2
_PLURAL: Final = "s"
_TAG: Final = re.compile(r"(?<![\w&/#])#([^\W_]\w{1,99})")


class Hashtags:
    """Looks at hashtags, by common words, and by longer ones that only look like several."""

    def __init__(self, words: Iterable[str], single_words: Iterable[str]) -> None:
        self._words = frozenset(words)
        self._single_words = frozenset(single_words)

    def run_together(self, text: str) -> list[str]:
        """Return the hashtags of a text, its capitals kept, that are words run together."""
        if "#" not in text:
            return []
        return [tag[1] for tag in _TAG.finditer(text) if self._is_run_together(tag[1])]

    def _is_run_together(self, tag: str) -> bool:
        within = tag[1:]
        if "_" in tag or (within != within.lower() and within != within.upper()):
            return False
        if tag.lower() == tag.upper():
            return False
        folded = "".join(words_in(tag)).strip("0123456789")
        if len(folded) <= SHORT_LENGTH_MAX or self._is_single(folded):
            return False
        if len(folded) > ONE_WORD_LENGTH_MAX:
            return True
        return self._is_split(folded)

    def _is_single(self, folded: str) -> bool:
        singular = folded.removesuffix(_PLURAL)
        return not self._single_words.isdisjoint((folded, singular)) or self._is_known(folded)

    def _is_known(self, word: str) -> bool:
        return word in self._words or (
            len(word) > _KNOWN_LENGTH_MIN and word.removesuffix(_PLURAL) in self._words
        )

    def _is_split(self, folded: str) -> bool:
        words = self._fewest_words(folded)
        if len(words) == _KNOWN_WORDS_MIN:
            is_plain = min(map(len, words)) > _KNOWN_LENGTH_MIN
            return len(folded) >= TWO_WORDS_LENGTH_MIN + (0 if is_plain else _UNPLAIN_LENGTH)
        if words:
            return True
        return len(folded) >= WITH_A_NAME_LENGTH_MIN and self._has_name_among_words(folded)

    def _fewest_words(self, folded: str) -> tuple[str, ...]:
        """Return the known words, as few as can be, that it is made of; none where it is not.

        Two words of two letters never follow one another, nor does one begin or end it: the
        endings of single words would pass for such.
        """
        splits: list[tuple[str, ...] | None] = [()] + [None] * len(folded)
        for end in range(_KNOWN_LENGTH_MIN, len(folded) + 1):
            for start in range(max(0, end - _WORD_LENGTH_MAX), end - 1):
                before, word = splits[start], folded[start:end]
                if before is None or not self._is_known(word):
                    continue
                if len(word) < _KNOWN_LENGTH_MIN and (
                    end == len(folded) or not before or len(before[-1]) < _KNOWN_LENGTH_MIN
                ):
                    continue
                known = splits[end]
                if known is None or len(before) + 1 < len(known):
                    splits[end] = (*before, word)
        return splits[-1] or ()

    def _has_name_among_words(self, folded: str) -> bool:
        """Return whether it is known words, two or more, around one stretch that is a name."""
        length = len(folded)
        for start in range(length):
            if start and not (before := self._longer_words(folded[:start])):
                continue
            for end in range(start + _NAME_LENGTH_MIN, min(length, start + _NAME_LENGTH_MAX) + 1):
                after = self._longer_words(folded[end:]) if end < length else 0
                if end < length and not after:
                    continue
                if (before if start else 0) + after >= _KNOWN_WORDS_MIN:
                    return True
        return False

    def _longer_words(self, part: str) -> int:
        """Return of how few known words a part is made, each of some length; 0 where it is not."""
        fewest = [0] + [0] * len(part)
        for end in range(_KNOWN_LENGTH_MIN, len(part) + 1):
            for start in range(max(0, end - _WORD_LENGTH_MAX), end - _KNOWN_LENGTH_MIN + 1):
                if (start == 0 or fewest[start]) and self._is_known(part[start:end]):
                    fewest[end] = min(fewest[end] or len(part), fewest[start] + 1)
        return fewest[-1]
