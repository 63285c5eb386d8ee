"""Finds, by its words, which families of fault a draft may belong to, and where in it.

Each family is found by lists that governance owns (`services/policy/rules/data`), read with what
stands around the words. What a family comes to is for the rules to say.
"""

from collections.abc import Sequence
from typing import Final

from services.reading.claim_wording import CLAIM_FAMILIES, ClaimWording
from services.reading.lists import WordLists
from services.reading.people_wording import PEOPLE_FAMILIES, PeopleWording
from services.reading.resemblance import RESEMBLANCE_FAMILIES, Resemblance
from services.reading.shadow import Shadow
from services.reading.worded import DraftSetting, Worded

FAMILIES: Final = (*PEOPLE_FAMILIES, *CLAIM_FAMILIES, *RESEMBLANCE_FAMILIES)


class Wording:
    """The finders of every family, made once from a set of lists."""

    def __init__(self, lists: WordLists) -> None:
        self._people = PeopleWording(lists.people)
        self._claims = ClaimWording(lists.claims)
        self._resemblance = Resemblance(lists.resemblance)

    def find(self, shadow: Shadow, setting: DraftSetting) -> Sequence[Worded]:
        """Return what is found in one text, by where it stands."""
        found = [
            *self._people.find(shadow, setting),
            *self._claims.find(shadow, setting),
            *self._resemblance.find(shadow),
        ]
        return sorted(found, key=lambda worded: (worded.start, worded.family))
