"""Finds words about people that a public answer should not hold."""

from collections.abc import Sequence
from typing import Final

from services.reading.lists import PeopleLists
from services.reading.shadow import Shadow
from services.reading.worded import DraftSetting, Worded

PEOPLE_FAMILIES: Final = (
    "about_benefits",
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


class PeopleWording:
    """The finders of these families."""

    def __init__(self, lists: PeopleLists) -> None:
        self._lists = lists

    def find(self, shadow: Shadow, setting: DraftSetting) -> Sequence[Worded]:
        """Return what is found in one text."""
        del shadow, setting
        return ()
