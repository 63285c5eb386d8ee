"""Finds words by which a body claims more than it can stand for, or strikes the wrong tone."""

from collections.abc import Sequence
from typing import Final

from services.reading.claim_lists import ClaimLists
from services.reading.families import FamilyFinder, Hit
from services.reading.reading_ease import EaseReader
from services.reading.shadow import Shadow
from services.reading.shouting import shouted_in
from services.reading.worded import DraftSetting, Worded

CLAIM_FAMILIES: Final = (
    "anger",
    "commercial",
    "guarantee",
    "hard_to_read",
    "legal",
    "liability",
    "medical",
    "mockery",
    "over_formal",
    "party_politics",
)


class ClaimWording:
    """The finders of these families."""

    def __init__(self, lists: ClaimLists) -> None:
        families = {family: getattr(lists, family) for family in CLAIM_FAMILIES}
        self._finder = FamilyFinder(families, lists.words)
        self._ease = EaseReader(lists.reading_ease)
        self._shouting = lists.shouting

    def find(self, shadow: Shadow, setting: DraftSetting) -> Sequence[Worded]:
        """Return what is found in one text; what it answers makes no difference here."""
        del setting
        return [
            *(_worded(shadow, hit) for hit in self._finder.find(shadow)),
            *(Worded("anger", *place) for place in shouted_in(shadow, self._shouting)),
            *(Worded("hard_to_read", *place) for place in self._ease.find(shadow)),
        ]


def _worded(shadow: Shadow, hit: Hit) -> Worded:
    return Worded(hit.family, *shadow.sayings.span(hit.start, hit.end), hit.phrase)
