"""Measures how hard a text is to read: its sentences, its long words, its abbreviations."""

import re
from collections.abc import Iterator
from typing import Final

from services.reading.claim_lists import ReadingEase
from services.reading.sayings import Span
from services.reading.shadow import Shadow

_WORD: Final = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_CLAUSE: Final = re.compile(r"[,;:()]|\b(?:which|where|whose|wherein|unless|having|being)\b")
_ABBREVIATION: Final = re.compile(r"(?<![\w/.])[A-Z][A-Za-z]?[A-Z]{1,5}s?\b(?![-/.]?\d)")
_LIST_SIGN: Final = re.compile(r"\d|https?:|[£€$#@]")


class EaseReader:
    """Looks at texts by a body's measures."""

    def __init__(self, measures: ReadingEase) -> None:
        self._measures = measures
        self._known = frozenset(measures.abbreviations_known)

    def find(self, shadow: Shadow) -> Iterator[tuple[int, int, str]]:
        """Yield the stretches that are hard to read, and why."""
        if len(shadow.text) > self._measures.heavy_sentence_words_min:
            for sentence in shadow.sayings.sentences:
                why = self._why_heavy(shadow.text[sentence.start : sentence.end])
                if why:
                    yield (*sentence, why)
        unknown = self._abbreviations(shadow)
        if len(unknown) > self._measures.abbreviations_max:
            yield (*unknown[0], "abbreviations that are not explained")

    def _why_heavy(self, sentence: str) -> str:
        measures = self._measures
        if sentence.count(" ") + 1 < measures.heavy_sentence_words_min:
            return ""
        words = _WORD.findall(sentence)
        if len(words) < measures.heavy_sentence_words_min:
            return ""
        figures = len(_LIST_SIGN.findall(sentence))
        if len(words) > measures.sentence_words_max and figures * 8 < len(words):
            return "a very long sentence"
        long_words = sum(len(word) >= measures.long_word_letters_min for word in words)
        if long_words * 100 > len(words) * measures.long_words_percent_max and sentence.isascii():
            return "many long words in a sentence"
        clauses = len(_CLAUSE.findall(sentence))
        if clauses > measures.clauses_max and figures * 4 < clauses:
            return "many clauses in a sentence"
        return ""

    def _abbreviations(self, shadow: Shadow) -> list[Span]:
        """Return the first place of each abbreviation that is neither known nor explained."""
        cased = shadow.cased
        places: dict[str, Span] = {}
        for match in _ABBREVIATION.finditer(cased):
            name = match[0].removesuffix("s")
            explained = cased[match.start() - 1 : match.start()] == "(" or cased[
                match.end() : match.end() + 2
            ].startswith(" (")
            if name.upper() not in self._known and not explained:
                places.setdefault(name, Span(*match.span()))
        return list(places.values())
