"""Finds words by which a body claims more than it can stand for, or strikes the wrong tone."""

from collections.abc import Sequence
from typing import Final

from services.reading.lists import ClaimLists
from services.reading.shadow import Shadow
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
        self._lists = lists

    def find(self, shadow: Shadow, setting: DraftSetting) -> Sequence[Worded]:
        """Return what is found in one text."""
        del shadow, setting
        return ()
