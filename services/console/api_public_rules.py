"""The API's one path about rules that asks nobody who they are: what the public may know."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import FastAPI
from pydantic import Field

from services.console.api_documents import documented
from services.console.api_rows import told
from services.console.api_shapes import Shape
from services.console.parts import ConsoleParts, PublicRules
from services.runtime.errors import RetryLaterError

OPEN: Final = (405, 500, 503)

Count = Annotated[
    int | None,
    Field(ge=0, description="How many acts, each once a month; null where it is from 1 to 4."),
]
Month = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$", description="Such as `2026-11`.")]


class RuleMonth(Shape):
    """What a rule did in a month in which it stopped something."""

    month: Month
    held: Count
    overridden: Count
    denied: Count


class ActsMonth(RuleMonth):
    """What became of everything that was to be said or done in a month."""

    proposed: Count
    allowed: Count


class RuleInPublic(Shape):
    """One rule: what it stops, why, and what then happens."""

    id: str
    title: str
    stops: str
    why: tuple[str, ...]
    then: str
    months: tuple[RuleMonth, ...]


class RulesGroup(Shape):
    """Rules about one concern."""

    id: str
    title: str
    rules: tuple[RuleInPublic, ...]


class RulesInPublicShown(Shape):
    """The rules in force in plain words, and what they stopped in the last twelve months.

    `rules` says how many there are. Months are the body's own, the latest first; the present one is
    counted so far. No count that is not 0 and is below `fewer_than` is told.
    """

    number: int
    since_at: datetime
    rules: int
    groups: tuple[RulesGroup, ...]
    months: tuple[ActsMonth, ...]
    fewer_than: int
    counted_at: datetime


def add_public_rules_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add what anybody may read of the rules."""

    @api.get("/rules/public", responses=documented(OPEN))
    def public_rules() -> RulesInPublicShown:
        """Show anybody the rules in force in plain words, and monthly counts of what they did."""
        return RulesInPublicShown.model_validate(told(public_rules_of(parts).told()))


def public_rules_of(parts: ConsoleParts) -> PublicRules:
    """Return what tells the public of rules. Raises RetryLaterError where there are none."""
    if parts.public_rules is None:
        raise RetryLaterError("This Mercat only listens now; it has no rules to speak by.")
    return parts.public_rules
