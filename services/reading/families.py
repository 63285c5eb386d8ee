"""Finds constructions of several families at once, less those that stand beside an excuse."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from services.reading.claim_lists import FamilyList
from services.reading.construction_index import ConstructionIndex, any_of
from services.reading.sayings import Sayings, Span
from services.reading.shadow import Shadow

SPEAKERS: Final = "speakers"
"""The list of words that begin a statement: a `not` before `but we will` is no excuse."""

BEFORE_WORDS_MAX: Final = 5


class Hit(NamedTuple):
    """A construction of a family: where it stands in the line of sayings, and what it is."""

    start: int
    end: int
    family: str
    phrase: str
    is_sign: bool


class _Excuses(NamedTuple):
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    in_sentence: re.Pattern[str] | None
    in_draft: re.Pattern[str] | None


class FamilyFinder:
    """Finders of families, made once from their lists."""

    def __init__(
        self, families: Mapping[str, FamilyList], words: Mapping[str, Sequence[str]]
    ) -> None:
        self._entries = [
            (family, phrase, is_sign)
            for family, each in families.items()
            for is_sign, phrases in ((False, each.phrases), (True, each.signs))
            for phrase in phrases
        ]
        self._index = ConstructionIndex((phrase for _, phrase, _ in self._entries), words)
        self._signs_min = {family: each.signs_min for family, each in families.items()}
        self._speakers = any_of(words.get(SPEAKERS, ()), words)
        self._excuses = {
            family: _Excuses(
                any_of(each.unless_before, words),
                any_of(each.unless_after, words),
                any_of(each.unless_in_sentence, words),
                any_of(each.unless_in_draft, words),
            )
            for family, each in families.items()
        }

    def find(self, shadow: Shadow) -> list[Hit]:
        """Return what is found in a text, in order; of signs only those that are enough."""
        sayings = shadow.sayings
        hits: list[Hit] = []
        signs: defaultdict[str, dict[str, Hit]] = defaultdict(dict)
        found = self._index.find(sayings, shadow.cased)
        look = _Look(sayings, self._speakers)
        for each in found:
            hit = Hit(each.start, each.end, *self._entries[each.number])
            if look.excuses(hit, self._excuses[hit.family]):
                continue
            if hit.is_sign:
                signs[hit.family].setdefault(hit.phrase, hit)
            else:
                hits.append(hit)
        for family, seen in signs.items():
            if len(seen) >= self._signs_min[family]:
                hits.extend(seen.values())
        return _apart(sorted(hits))


class _Look:
    """A look at what stands around hits of one text, which reads no stretch of it twice."""

    def __init__(self, sayings: Sayings, speakers: re.Pattern[str] | None) -> None:
        self._sayings = sayings
        self._line = sayings.line
        self._speakers = speakers
        self._known: dict[tuple[str, int], bool] = {}

    def excuses(self, hit: Hit, excuses: _Excuses) -> bool:
        """Return whether something beside a hit makes it harmless."""
        sentence = self._sayings.sentence(hit.start)
        return (
            self._holds(hit.family, excuses.in_draft, Span(0, len(self._line)), -1)
            or self._holds(hit.family, excuses.in_sentence, sentence, sentence.start)
            or self._is_followed(hit, excuses.after, sentence.end)
            or self._is_preceded(hit, excuses.before, sentence.start)
        )

    def _holds(self, family: str, pattern: re.Pattern[str] | None, stretch: Span, key: int) -> bool:
        if pattern is None:
            return False
        if (family, key) not in self._known:
            found = pattern.search(self._line, stretch.start, stretch.end)
            self._known[family, key] = found is not None
        return self._known[family, key]

    def _is_followed(self, hit: Hit, pattern: re.Pattern[str] | None, sentence_end: int) -> bool:
        return pattern is not None and bool(pattern.match(self._line, hit.end, sentence_end))

    def _is_preceded(self, hit: Hit, pattern: re.Pattern[str] | None, sentence_start: int) -> bool:
        if pattern is None:
            return False
        reach = max(sentence_start, _words_back(self._line, hit.start, BEFORE_WORDS_MAX))
        ends = [match.end() for match in pattern.finditer(self._line, reach, hit.start + 1)]
        if not ends:
            return False
        return not (self._speakers and self._speakers.search(self._line, ends[-1], hit.start + 1))


def _apart(hits: Sequence[Hit]) -> list[Hit]:
    """Return hits of which no two of one family overlap; the first one stays."""
    kept: list[Hit] = []
    ends: dict[str, int] = {}
    for hit in hits:
        if hit.start >= ends.get(hit.family, 0):
            kept.append(hit)
            ends[hit.family] = hit.end
    return kept


def _words_back(line: str, start: int, number: int) -> int:
    for _ in range(number):
        start = line.rfind(" ", 0, start)
        if start <= 0:
            return 0
    return start
