"""The data that rules go by: one model a file of `rules/data`, so that no figure is ever missing.

A rule that looks for a figure which is not there falls silent, and silence is leave. So every
figure a rule reads is a required field here, and a bundle without it is not made. Lists are for
what is found in Python: they belong to the bundle, and no engine is given them.
"""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from schemas.verdict import Need
from services.policy.authority_data import AuthorityData
from services.reading.claim_lists import ClaimLists
from services.reading.contacts import ContactLists
from services.reading.form_lists import FormLists
from services.reading.people_lists import PeopleLists
from services.reading.resemblance import ResemblanceLists

_DATA: Final = ConfigDict(frozen=True, extra="forbid")


class ApprovalsData(BaseModel):
    """Whose consent lets a held act go, for each ground on which one is held."""

    model_config = _DATA

    second_person: Need
    promise: Need
    content: Need


class LimitsData(BaseModel):
    """How much of something a draft may hold before a rule objects."""

    model_config = _DATA

    emoji_max: Annotated[int, Field(ge=0, le=100)]
    emoji_in_a_row_max: Annotated[int, Field(ge=0, le=100)]


RULE_DATA: Final[dict[str, type[BaseModel]]] = {
    "approvals": ApprovalsData,
    "authority": AuthorityData,
    "limits": LimitsData,
}
"""The model of each file that rules read, by its name without the ending."""

LIST_DATA: Final[dict[str, type[BaseModel]]] = {
    "claims": ClaimLists,
    "contacts": ContactLists,
    "form": FormLists,
    "people": PeopleLists,
    "resemblance": ResemblanceLists,
}
"""The model of each file of lists, which findings are made by."""

ALL_DATA: Final[dict[str, type[BaseModel]]] = {**RULE_DATA, **LIST_DATA}
