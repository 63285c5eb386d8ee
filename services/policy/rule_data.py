"""The data that rules go by: one model a file of `rules/data`, so that no figure is ever missing.

A rule that looks for a figure which is not there falls silent, and silence is leave. So every
figure a rule reads is a required field here, and a bundle without it is not made.
"""

from typing import Final

from pydantic import BaseModel, ConfigDict

from schemas.verdict import Need


class ApprovalsData(BaseModel):
    """Whose consent lets a held act go, for each ground on which one is held."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    second_person: Need
    promise: Need


RULE_DATA: Final[dict[str, type[BaseModel]]] = {"approvals": ApprovalsData}
"""The model of each file, by its name without the ending."""
