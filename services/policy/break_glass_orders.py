"""What people can ask about broken glass: each verb's arguments, bounded like any order's."""

from typing import Annotated, Final

from pydantic import Field

from schemas.act import AccountId, ActKind
from schemas.verdict import Role
from services.policy.orders import KINDS_MAX, RELEASERS, Id, Login, Order, Verb, Why

HOURS_MAX: Final = 4
ASKERS: Final[frozenset[Role]] = frozenset(
    {"team-member", "approver", "governance", "duty-officer", "ops"}
)
REVIEWERS: Final[frozenset[Role]] = RELEASERS | {"auditor", "approver"}


class AskGlass(Order):
    """Ask for leave in an emergency, for somebody, for hours; a `drill` gives none."""

    account: AccountId
    login: Login
    kinds: Annotated[tuple[ActKind, ...], Field(min_length=1, max_length=KINDS_MAX)] = (
        "statement",
        "reply",
    )
    hours: Annotated[float, Field(gt=0, le=HOURS_MAX)] = 1
    drill: bool = False
    why: Why


class GlassOrder(Order):
    """Anything that is asked of glass that somebody asked to break."""

    glass_id: Id


class AgreeGlass(GlassOrder):
    """Agree that it is broken: by another person than the one who asked."""

    why: Why


class EndGlass(GlassOrder):
    """End it before its time, or take back what nobody agreed to."""

    why: Why


class ReviewGlass(GlassOrder):
    """Say, as somebody who took no part, whether it was right and what was learnt."""

    why: Why


BREAK_GLASS_VERBS: Final[dict[str, Verb]] = {
    "glass-ask": Verb(AskGlass, ASKERS),
    "glass-agree": Verb(AgreeGlass, RELEASERS),
    "glass-end": Verb(EndGlass, ASKERS),
    "glass-review": Verb(ReviewGlass, REVIEWERS),
}
SPEAKING: Final = frozenset({"draft", "edit", "propose", "answer", "advise", "withdraw"})
"""What broken glass lets somebody ask for whose roles do not."""
