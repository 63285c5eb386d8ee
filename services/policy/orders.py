"""What people can ask of policy: each verb with its arguments, and whose roles allow it."""

from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas.act import (
    ACT_MEDIA_MAX,
    ACT_TEXT_LENGTH_MAX,
    AccountId,
    ActKind,
    ActMedia,
)
from schemas.verdict import Role
from services.policy.authority_data import TrustLevel
from services.policy.grant_hours import TIMES_MAX, WeeklyTimes, Zone
from services.runtime.null_characters import without_null

Login = Annotated[str, Field(min_length=2, max_length=40, pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*$")]
Id = Annotated[str, Field(min_length=1, max_length=64)]
Word = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\S+$")]
"""One of a list that a row keeps with blanks between."""
Why = Annotated[str, Field(min_length=3, max_length=500)]
ActText = Annotated[str, Field(max_length=ACT_TEXT_LENGTH_MAX)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
MediaList = Annotated[tuple[ActMedia, ...], Field(max_length=ACT_MEDIA_MAX)]
AccountMode = Literal["normal", "emergency", "pre-election"]
Answers = Literal["anyone", "own-account", "nobody"]
"""Whom a grant lets answer: own-account, whoever spoke to the account itself."""
HaltKind = Literal["account", "person", "theme", "rule", "everything"]
TOKEN_DAYS_MAX: Final = 366
GRANT_DAYS_MAX: Final = 366
KINDS_MAX: Final = 20
HALT_HOURS_MAX: Final = 24 * 7
OwnQuota = Annotated[int, Field(ge=1, le=2_000)]
Initials = Annotated[str, Field(pattern=r"^[A-Z][A-Za-z]{0,3}$")]


class Order(BaseModel):
    """Arguments of a verb; what it does not know it refuses, and text that no store can keep.

    Every order may say why; what stops, ends, gives or takes has to.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    why: Annotated[str, Field(max_length=500)] = ""

    @field_validator("*")
    @classmethod
    def _can_be_kept(cls, value: Any) -> Any:
        return without_null(value)


class AddPerson(Order):
    """Add somebody who works with Mercat."""

    login: Login
    name: Annotated[str, Field(min_length=1, max_length=100)]
    address: Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
    roles: Annotated[tuple[Role, ...], Field(min_length=1, max_length=7)]
    teams: Annotated[tuple[Word, ...], Field(max_length=50)] = ()


class ChangePerson(Order):
    """Give somebody other roles or teams; what is left out stays."""

    login: Login
    version: int | None = None
    roles: Annotated[tuple[Role, ...], Field(max_length=7)] | None = None
    teams: Annotated[tuple[Word, ...], Field(max_length=50)] | None = None
    why: Why


class PersonLeaves(Order):
    """End somebody's work here: tokens and grants end with it, the record stays."""

    login: Login
    why: Why


class IssueToken(Order):
    """Give somebody a personal token: it is shown once."""

    login: Login
    label: Annotated[str, Field(min_length=1, max_length=60)] = "token"
    days: Annotated[float, Field(gt=0, le=TOKEN_DAYS_MAX)] = 90


class RevokeToken(Order):
    """End a token by its id."""

    token_id: Id
    why: Why


class GiveGrant(Order):
    """Give somebody leave to do some kinds of act as an account, for a time.

    What is left out limits nothing: themes, weekly hours (by the clock of `zone`; without one, of
    the offices), languages, whom it lets answer, and quotas before which an act must come.
    """

    login: Login
    account: AccountId
    kinds: Annotated[tuple[ActKind, ...], Field(min_length=1, max_length=KINDS_MAX)] = ("reply",)
    themes: Annotated[tuple[Word, ...], Field(max_length=50)] = ()
    hours: Annotated[tuple[WeeklyTimes, ...], Field(max_length=TIMES_MAX)] = ()
    zone: Zone | None = None
    languages: Annotated[tuple[Language, ...], Field(max_length=10)] = ()
    answers: Answers = "anyone"
    quota_hour: OwnQuota | None = None
    quota_day: OwnQuota | None = None
    initials: Initials | None = None
    origin: Literal["standing", "rota"] = "standing"
    days: Annotated[float, Field(gt=0, le=GRANT_DAYS_MAX)] = 90
    why: Why


class EndGrant(Order):
    """End a grant before its time."""

    grant_id: Id
    why: Why


class SetTrust(Order):
    """Put somebody on a level of the ladder of trust, for an account."""

    login: Login
    account: AccountId
    level: TrustLevel
    why: Why


class Complain(Order):
    """Take a complaint about what somebody did as an account: it takes them down a level."""

    login: Login
    account: AccountId
    act_id: Id | None = None
    why: Why


class DraftAct(Order):
    """Write down what might be done or said; nothing is asked of anybody yet.

    A reply names its case, or the post it answers; the account follows from the post's source.
    """

    kind: ActKind = "reply"
    account: AccountId | None = None
    case_id: Id | None = None
    post_id: Id | None = None
    target: Annotated[str, Field(min_length=1, max_length=512)] | None = None
    text: ActText = ""
    language: Language | None = None
    media: MediaList = ()


class EditAct(Order):
    """Write an act anew; what was approved of the old wording is void."""

    act_id: Id
    version: int
    text: ActText
    language: Language | None = None
    media: MediaList = ()


class ProposeAct(Order):
    """Ask for an act to be carried out: the gate judges it."""

    act_id: Id
    version: int | None = None


class AnswerCase(DraftAct):
    """Draft a reply to a case and propose it at once."""


class ApproveAct(Order):
    """Consent to exactly what a digest names."""

    act_id: Id
    version: int | None = None
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class WithdrawAct(Order):
    """Take an act back before it is on its way."""

    act_id: Id
    version: int | None = None
    why: Why


class HaltOrder(Order):
    """What a halt is of: an account, a person, a theme, a rule, or everything."""

    kind: HaltKind
    name: Annotated[str, Field(max_length=120)] = ""
    why: Why


class HaltVoice(HaltOrder):
    """Stop what goes out: of an account, a person, a theme, under a rule, or everything.

    After `hours` it ends by itself; without, it lasts until two people release it.
    """

    hours: Annotated[float, Field(gt=0, le=HALT_HOURS_MAX)] | None = None


class ReleaseHalt(HaltOrder):
    """Ask for a halt to end, or agree with somebody else who asked: it takes two."""


class SetMode(Order):
    """Set an account's mode; from an emergency it takes two people. A halt has verbs of its own."""

    account: AccountId
    mode: AccountMode
    why: Why


class AskAdvice(Order):
    """Have a text judged as advice; nothing is kept."""

    kind: ActKind = "reply"
    account: AccountId | None = None
    case_id: Id | None = None
    post_id: Id | None = None
    text: ActText = ""
    language: Language | None = None
    media: MediaList = ()


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb: its arguments, the roles of which one is needed, whether the operator may too.

    `anybody`: the public may, through a page that asks nobody who they are.
    """

    order: type[Order]
    roles: frozenset[Role]
    operator: bool = False
    anybody: bool = False


WRITERS: Final[frozenset[Role]] = frozenset({"team-member", "duty-officer", "curator"})
APPROVERS: Final[frozenset[Role]] = frozenset({"approver", "duty-officer", "governance"})
GOVERNANCE: Final[frozenset[Role]] = frozenset({"governance"})
STOPPERS: Final[frozenset[Role]] = frozenset(
    {"team-member", "approver", "governance", "duty-officer", "ops", "curator"}
)
RELEASERS: Final[frozenset[Role]] = frozenset({"governance", "duty-officer"})

VERBS: Final[dict[str, Verb]] = {
    "add-person": Verb(AddPerson, GOVERNANCE, operator=True),
    "change-person": Verb(ChangePerson, GOVERNANCE, operator=True),
    "person-leaves": Verb(PersonLeaves, GOVERNANCE, operator=True),
    "issue-token": Verb(IssueToken, GOVERNANCE, operator=True),
    "revoke-token": Verb(RevokeToken, GOVERNANCE, operator=True),
    "give-grant": Verb(GiveGrant, GOVERNANCE, operator=True),
    "end-grant": Verb(EndGrant, GOVERNANCE | {"duty-officer"}, operator=True),
    "trust-set": Verb(SetTrust, RELEASERS),
    "trust-complaint": Verb(Complain, RELEASERS),
    "draft": Verb(DraftAct, WRITERS),
    "edit": Verb(EditAct, WRITERS),
    "propose": Verb(ProposeAct, WRITERS),
    "answer": Verb(AnswerCase, WRITERS),
    "advise": Verb(AskAdvice, WRITERS | APPROVERS),
    "approve": Verb(ApproveAct, APPROVERS),
    "withdraw": Verb(WithdrawAct, WRITERS | APPROVERS),
    "halt": Verb(HaltVoice, STOPPERS, operator=True),
    "release": Verb(ReleaseHalt, RELEASERS),
    "set-mode": Verb(SetMode, RELEASERS),
}
"""Who looks after people may not write, unless the body has one officer (`people.py`). Whoever has
roles of both kinds may write and approve, but never the same act: policy, the desk and the
database each see to that for the act at hand."""
