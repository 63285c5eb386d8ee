"""What requests to the API hold: the orders of policy without what the path and headers say."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from schemas.act import AccountId
from schemas.case import ClosingOutcome, SplitPosts
from schemas.verdict import Role
from services.policy.authority_data import TrustLevel
from services.policy.orders import (
    TOKEN_DAYS_MAX,
    AccountMode,
    ActText,
    Id,
    Language,
    Login,
    MediaList,
    Order,
    Why,
)

Team = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Moment = Annotated[
    str, Field(max_length=40, pattern=r"^\d{4}-\d{2}-\d{2}(T[0-9:.]+(Z|[+-]\d{2}:\d{2}))?$")
]


class Body(Order):
    """A request's body: part of an order, and as strict."""

    def told(self) -> dict[str, JsonValue]:
        """Return it as plain JSON, without what was not said."""
        plain: dict[str, JsonValue] = self.model_dump(mode="json", exclude_unset=True)
        return plain


class ModeBody(Body):
    """The mode an account is to have, and why."""

    mode: AccountMode
    why: Why


class WhyBody(Body):
    """The reason for something that is named by the path."""

    why: Why


class NoteBody(Body):
    """Nothing that is needed: a note may be left with what the path names."""


class EditBody(Body):
    """An act's new wording, whole."""

    text: ActText
    language: Language | None = None
    media: MediaList = ()


class ApproveBody(Body):
    """The digest of what is consented to, as the act shows it."""

    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SettleBody(Body):
    """What a person found out about a sending that nobody else can tell the end of."""

    outcome: Literal["sent", "not-sent"]
    remote_id: Annotated[str, Field(min_length=1, max_length=512)] | None = None
    link: Annotated[str, Field(max_length=2_000, pattern=r"^https?://")] | None = None
    why: Why


class AnswerBody(Body):
    """A reply to a case; the account follows from where its posts came from, unless named."""

    account: AccountId | None = None
    post_id: Id | None = None
    text: ActText
    language: Language | None = None
    media: MediaList = ()


class ChangeBody(Body):
    """Other roles or teams; what is left out stays."""

    roles: Annotated[tuple[Role, ...], Field(max_length=7)] | None = None
    teams: Annotated[tuple[Id, ...], Field(max_length=50)] | None = None
    why: Why


class TokenBody(Body):
    """What a token is for, and for how many days."""

    label: Annotated[str, Field(min_length=1, max_length=60)] = "token"
    days: Annotated[float, Field(gt=0, le=TOKEN_DAYS_MAX)] = 90


class TrustBody(WhyBody):
    """The level of trust that somebody is to have for an account, and why."""

    account: AccountId
    level: TrustLevel


class ComplaintBody(WhyBody):
    """What a complaint is about: an account, and an act if one can be named."""

    account: AccountId
    act_id: Id | None = None


class CloseBody(WhyBody):
    """How a case ended."""

    outcome: ClosingOutcome


class MergeBody(WhyBody):
    """The case that a case is answered with from now on."""

    into: Id


class SplitBody(WhyBody):
    """The posts that are to have a case of their own."""

    posts: SplitPosts


class RerouteBody(WhyBody):
    """The team that is to have a case, and one of its themes."""

    team: Team
    theme: Team | None = None


class SomebodyBody(Body):
    """An author by their name at a source, or one of the body's own people by login."""

    source: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    author: Annotated[str, Field(min_length=1, max_length=256)] | None = None
    login: Login | None = None


class ErasureBody(SomebodyBody):
    """Somebody, and why they are to be erased; the reason stays, so it names nobody."""

    why: Why


class HoldBody(WhyBody):
    """What is to be kept, why, and when somebody looks again whether it must be.

    An author is named with the source that knows them; a person by login.
    """

    kind: Literal["case", "account", "author", "person", "everything"]
    name: Annotated[str, Field(max_length=256)] = ""
    source: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    review_on: date


class RotateBody(WhyBody):
    """Whether older keys are destroyed: what was backed up under them can then not be opened."""

    retire: bool = False


class ExportBody(WhyBody):
    """What a package is to hold: a case, a person's work, an account, or somebody's own record.

    `about_login` is all that is kept about one of the body's own people. A citizen is known by
    their name at a source. Without any of these it is all of a span of time;
    `redact` leaves out names and contact details of third parties.
    """

    case_id: Id | None = None
    login: Login | None = None
    about_login: Login | None = None
    account: AccountId | None = None
    author: Annotated[str, Field(min_length=1, max_length=256)] | None = None
    source: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    since: Moment | None = None
    until: Moment | None = None
    redact: bool = False
