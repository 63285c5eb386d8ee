"""What the API's requests and answers about takeovers hold, model by model."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from schemas.act import ACT_KINDS, AccountId, ActKind
from schemas.verdict import Verdict
from services.console.api_bodies import Body
from services.console.api_shapes import Done, Page, Shape
from services.policy.orders import Id, Login, Why, Word
from services.policy.takeover import Outcome, TakeoverState
from services.policy.takeover_orders import Language, Title

When = Annotated[
    str,
    Field(
        min_length=1,
        max_length=40,
        description="`now`, or ISO 8601: with an offset, or without one in the body's zone.",
    ),
]


class PlanBody(Body):
    """A slot to be kept free: when it begins, and its end or how long it lasts."""

    account: AccountId
    title: Title
    duty_officer: Login
    standby: Login | None = None
    starts: When
    ends: When | None = None
    days: Annotated[int, Field(ge=1, le=62, description="Days on the wall: 7 for a week.")] | (
        None
    ) = None
    hours: Annotated[float, Field(gt=0, le=62 * 24)] | None = None
    kinds: Annotated[tuple[ActKind, ...], Field(min_length=1, max_length=len(ACT_KINDS))] = (
        "reply",
        "statement",
    )
    themes: Annotated[tuple[Word, ...], Field(max_length=50)] = ()
    languages: Annotated[tuple[Language, ...], Field(max_length=10)] = ()
    pair_with: Id | None = None


class InviteBody(Body):
    """Who is asked."""

    login: Login


class ConsentBody(Body):
    """The version of the terms that was read."""

    terms_version: Annotated[str, Field(min_length=1, max_length=40)]


class PractiseBody(Body):
    """Words to be tried on the rules; they go nowhere."""

    text: Annotated[str, Field(min_length=1, max_length=5_000)]


class MoveBody(Body):
    """Nothing that is needed: a note may be left with the move."""


class EndBody(Body):
    """Why something is ended or held."""

    why: Why


class TakeoverShown(Shape):
    """A takeover as it stands; people by login, times in UTC, `zone` the body's."""

    id: str
    account: str
    title: str
    state: TakeoverState
    outcome: Outcome | None
    starts_at: datetime
    ends_at: datetime
    zone: str
    curator: str | None
    duty_officer: str
    standby: str | None
    planned_by: str | None
    kinds: tuple[str, ...]
    themes: tuple[str, ...]
    languages: tuple[str, ...]
    pair_id: str | None
    grant_id: str | None
    terms_version: str | None
    reason: str | None
    needs_another: Annotated[
        tuple[Literal["curator", "duty-officer", "standby"], ...],
        Field(description="In which places somebody stands who has left."),
    ]
    planned_at: datetime | None = None
    invited_at: datetime | None = None
    accepted_at: datetime | None = None
    consented_at: datetime | None = None
    second_factor_at: datetime | None = None
    practised_at: datetime | None = None
    ready_at: datetime | None = None
    live_at: datetime | None = None
    signed_on_at: datetime | None = None
    paused_at: datetime | None = None
    ended_at: datetime | None = None
    closed_at: datetime | None = None
    version: int


class TakeoverWhole(TakeoverShown):
    """A takeover with what is still to be done, and what it waits for."""

    steps_missing: tuple[Literal["consent", "second-factor", "practise"], ...]
    waits: Annotated[
        str | None, Field(description="Why it does not begin with its time, in a sentence.")
    ] = None


class Takeovers(Page[TakeoverShown]):
    """Takeovers in order of their start."""


class TermsShown(Shape):
    """The terms as they stand, in Markdown."""

    text: str
    version: str


class TakeoverDone(Done):
    """What a move came to; `standby` where nobody came."""

    takeover_id: str
    state: TakeoverState
    outcome: Outcome | None = None
    grant_id: str | None = None
    curator: str | None = None
    standby: str | None = None


class Practised(TakeoverDone):
    """What the rules said of the words that were tried."""

    verdict: Verdict
