"""Promises as public bodies make them by habit, and whether each carries a timescale."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple

from services.reading.claim_lists import NO_CLAIMS, ClaimLists
from services.reading.families import FamilyFinder, Hit
from services.reading.sayings import Span
from services.reading.shadow import Shadow
from services.reading.timescales import Timescale

PROMISE_LISTS: Final = ("promises", "undertakings", "handed_on")


class Promise(NamedTuple):
    """A promise: where it stands in the shadow, the phrase it was known by, and if it says when."""

    start: int
    end: int
    phrase: str
    has_timescale: bool


class PromiseFinder:
    """Finds promises by a body's lists of them."""

    def __init__(self, lists: ClaimLists) -> None:
        families = {name: getattr(lists, name) for name in PROMISE_LISTS}
        self._finder = FamilyFinder(families, lists.words)

    def find(self, shadow: Shadow, timescales: Sequence[Timescale]) -> list[Promise]:
        """Return the promises of a text, in order.

        One has a timescale that stands in its sentence or in one beside it, since people write: We
        will look into this. You will hear from us within 5 working days.
        """
        hits = _apart(self._finder.find(shadow))
        if not hits:
            return []
        sentences = shadow.sayings.sentences
        promises: list[Promise] = []
        for hit in hits:
            place = shadow.sayings.span(hit.start, hit.end)
            near = _near(sentences, place.start)
            is_timed = any(near.start <= scale.start < near.end for scale in timescales)
            promises.append(Promise(*place, hit.phrase, is_timed))
        return promises


NO_PROMISES: Final = PromiseFinder(NO_CLAIMS)


def _apart(hits: Sequence[Hit]) -> list[Hit]:
    """Return hits in order, of those that touch the one whose list comes first."""
    kept: list[Hit] = []
    taken: set[int] = set()
    for hit in sorted(hits, key=lambda hit: (PROMISE_LISTS.index(hit.family), hit.start)):
        if taken.isdisjoint(range(hit.start, hit.end + 1)):
            taken.update(range(hit.start, hit.end + 1))
            kept.append(hit)
    return sorted(kept)


def _near(sentences: Sequence[Span], position: int) -> Span:
    """Return the stretch of the sentence at a place, with one on either side."""
    number = min(bisect_right(sentences, position, key=_end), len(sentences) - 1)
    last = min(number + 1, len(sentences) - 1)
    return Span(sentences[max(0, number - 1)].start, sentences[last].end)


def _end(sentence: Span) -> int:
    return sentence.end
