"""Finds constructions of several families at once, less those that stand beside an excuse."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from services.reading.claim_lists import FamilyList
from services.reading.construction_index import ConstructionIndex, any_of
from services.reading.sayings import Sayings
from services.reading.shadow import Shadow

SPEAKERS: Final = "speakers"
"""The list of words that begin a statement: a `not` before `but we will` is no excuse."""

BEFORE_WORDS_MAX: Final = 5
AFTER_WORDS_MAX: Final = 3


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
        for found in self._index.find(sayings, shadow.cased):
            hit = Hit(found.start, found.end, *self._entries[found.number])
            if self._is_excused(hit, sayings):
                continue
            if hit.is_sign:
                signs[hit.family].setdefault(hit.phrase, hit)
            else:
                hits.append(hit)
        for family, seen in signs.items():
            if len(seen) >= self._signs_min[family]:
                hits.extend(seen.values())
        return _apart(sorted(hits))

    def _is_excused(self, hit: Hit, sayings: Sayings) -> bool:
        excuses = self._excuses[hit.family]
        if excuses == (None, None, None, None):
            return False
        line = sayings.line
        sentence = sayings.sentence(hit.start)
        if excuses.in_draft and excuses.in_draft.search(line):
            return True
        if excuses.in_sentence and excuses.in_sentence.search(line, sentence.start, sentence.end):
            return True
        if excuses.after:
            end = _words_on(line, hit.end, AFTER_WORDS_MAX)
            if excuses.after.match(line, hit.end, min(end, sentence.end)):
                return True
        return excuses.before is not None and self._is_excused_before(
            excuses.before, line, sentence.start, hit.start
        )

    def _is_excused_before(
        self, before: re.Pattern[str], line: str, sentence_start: int, start: int
    ) -> bool:
        reach = max(sentence_start, _words_back(line, start, BEFORE_WORDS_MAX))
        last = None
        for last in before.finditer(line, reach, start + 1):  # noqa: B007 - the last is wanted
            pass
        if last is None:
            return False
        return self._speakers is None or not self._speakers.search(line, last.end(), start + 1)


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


def _words_on(line: str, end: int, number: int) -> int:
    for _ in range(number):
        end = line.find(" ", end + 1)
        if end < 0:
            return len(line)
    return end + 1
