"""What people can ask about takeovers: each verb's arguments, bounded like any order's."""

from typing import Annotated, Final

from pydantic import Field

from schemas.act import ACT_KINDS, AccountId, ActKind
from services.policy.orders import GOVERNANCE, WRITERS, Id, Login, Order, Verb, Why, Word
from services.policy.orders import RELEASERS as OFFICERS

Moment = Annotated[int, Field(ge=0, lt=2**53)]
"""Epoch milliseconds."""
Title = Annotated[str, Field(min_length=1, max_length=120)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]


class PlanTakeover(Order):
    """Keep a slot of an account free, with a duty officer who answers for it.

    `pair_with` names the takeover of the same time that this one is declared a pair with.
    """

    account: AccountId
    title: Title
    duty_officer: Login
    standby: Login | None = None
    starts_at_ms: Moment
    ends_at_ms: Moment
    kinds: Annotated[tuple[ActKind, ...], Field(min_length=1, max_length=len(ACT_KINDS))] = (
        "reply",
        "statement",
    )
    themes: Annotated[tuple[Word, ...], Field(max_length=50)] = ()
    languages: Annotated[tuple[Language, ...], Field(max_length=10)] = ()
    pair_with: Id | None = None


class InviteCurator(Order):
    """Ask somebody whether they would like a slot."""

    takeover_id: Id
    login: Login


class AgreeToTerms(Order):
    """Agree to the terms as they stand; the version says which were read."""

    takeover_id: Id
    terms_version: Annotated[str, Field(min_length=1, max_length=40)]


class Practise(Order):
    """Try a post on the real rules; it goes nowhere."""

    takeover_id: Id
    text: Annotated[str, Field(min_length=1, max_length=5_000)]


class MoveTakeover(Order):
    """Make a move that takes nothing more than which takeover it is about."""

    takeover_id: Id


class EndTakeover(MoveTakeover):
    """Make a move that takes a takeover, or the leave to speak in it, away: it says why."""

    why: Why


TAKEOVER_VERBS: Final[dict[str, Verb]] = {
    "takeover-plan": Verb(PlanTakeover, GOVERNANCE),
    "takeover-invite": Verb(InviteCurator, GOVERNANCE),
    "takeover-accept": Verb(MoveTakeover, WRITERS),
    "takeover-decline": Verb(EndTakeover, WRITERS),
    "takeover-consent": Verb(AgreeToTerms, WRITERS),
    "takeover-second-factor": Verb(MoveTakeover, WRITERS),
    "takeover-practise": Verb(Practise, WRITERS),
    "takeover-make-ready": Verb(MoveTakeover, OFFICERS),
    "takeover-sign-on": Verb(MoveTakeover, WRITERS),
    "takeover-pause": Verb(EndTakeover, OFFICERS | WRITERS),
    "takeover-resume": Verb(EndTakeover, OFFICERS),
    "takeover-sign-off": Verb(MoveTakeover, WRITERS),
    "takeover-no-show": Verb(EndTakeover, OFFICERS),
    "takeover-stop": Verb(EndTakeover, OFFICERS),
    "takeover-withdraw": Verb(EndTakeover, GOVERNANCE),
    "takeover-close": Verb(MoveTakeover, OFFICERS),
}
"""A move by the clock has no verb: the program makes it, and the audit names the machine."""
