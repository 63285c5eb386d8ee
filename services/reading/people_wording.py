"""Finds words about people that a public answer should not hold."""

from collections.abc import Sequence
from typing import Final

from services.reading.construction_finder import ConstructionFinder
from services.reading.people_lists import PeopleLists
from services.reading.people_marks import WORKED_OUT_BY
from services.reading.shadow import Shadow
from services.reading.worded import DraftSetting, Worded

PEOPLE_FAMILIES: Final = (
    "about_benefits",
    "about_citizen",
    "about_health",
    "about_immigration",
    "about_offence",
    "asking_in_public",
    "blame",
    "child",
    "hate",
    "rumour",
    "secret",
)
"""`about_citizen` are facts of the person who is answered, the other `about_...` of others."""


class PeopleWording:
    """The finders of these families."""

    def __init__(self, lists: PeopleLists) -> None:
        self._finder = ConstructionFinder(lists.words, lists.shapes, lists.families, WORKED_OUT_BY)

    def find(self, shadow: Shadow, setting: DraftSetting) -> Sequence[Worded]:
        """Return what is found in one text."""
        return self._finder.find(shadow, setting)
