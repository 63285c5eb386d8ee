"""The lists of words about people that come with Mercat, and what they find in a text."""

from functools import cache
from typing import Literal

from services.policy.file_rule_set import RULES
from services.reading.people_lists import PeopleLists
from services.reading.people_wording import PeopleWording
from services.reading.shadow import Shadow
from services.reading.worded import DraftSetting
from services.runtime.file_yaml import read_yaml


@cache
def people_lists() -> PeopleLists:
    """Return the lists."""
    return read_yaml(RULES / "data" / "people.yaml", PeopleLists)


@cache
def _wording() -> PeopleWording:
    return PeopleWording(people_lists())


def people_families(text: str, kind: Literal["reply", "post"] = "reply") -> set[str]:
    """Return the families of words about people that a text belongs to."""
    return {worded.family for worded in _wording().find(Shadow(text), DraftSetting(kind))}
