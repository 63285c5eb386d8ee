"""What the API's requests and answers about reports on slots hold, model by model."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from services.console.api_bodies import Body
from services.console.api_shapes import Done, Shape

Told = Annotated[int | None, Field(ge=0, description="null where it is from 1 to 4.")]


class PublishBody(Body):
    """A word of thanks that stands on the public page."""

    thanks: Annotated[str, Field(max_length=600)] = ""


class ReportDone(Done):
    """What was done about a report."""

    takeover_id: str


class RuleStopped(Shape):
    """How many acts a rule stopped, and what the public reads of it."""

    rule: str
    title: str
    stops: str
    acts: int


class Stopped(Shape):
    """How many acts were held, or denied; `by_rule` may count one act under several rules."""

    acts: int
    by_rule: tuple[RuleStopped, ...]


class Consents(Shape):
    """How many consents there were, and how long they were waited for."""

    count: int
    median_wait_seconds: int | None
    longest_wait_seconds: int | None


class Answers(Shape):
    """What people wrote in answer; by sentiment where that could be told."""

    posts: int
    by_sentiment: dict[str, int]


class Thanks(Shape):
    """A post of thanks that is still there."""

    text: str
    link: str | None


class SlotReport(Shape):
    """What came of a slot; `is_final` once it is closed."""

    id: str
    kind: Literal["takeover", "shift"]
    account: str
    title: str | None
    person: str | None
    duty_officer: str | None
    starts_at: datetime
    ends_at: datetime
    made_at: datetime
    is_final: bool
    published_at: datetime | None = None
    proposed: int
    sent: int
    sent_by_kind: dict[str, int]
    held: Stopped
    denied: Stopped
    approvals: Consents
    answers: Answers
    thanks: tuple[Thanks, ...]
    trust_level: str | None
    handover: dict[str, int]


class TakeoverInPublic(Shape):
    """A takeover that was, is or will be."""

    id: str
    account: str
    account_name: str
    title: str
    who: str
    when: Literal["coming", "now", "past"] | None
    starts_at: datetime
    ends_at: datetime
    has_report: bool


class TakeoversInPublic(Shape):
    """Takeovers, the latest first."""

    items: tuple[TakeoverInPublic, ...]


class SaidInPublic(Shape):
    """Something that was said, and where it stands."""

    kind: str
    link: str
    sent_at: datetime | None = None


class ReportInPublic(TakeoverInPublic):
    """What came of a takeover; no count of what was stopped is told below `fewer_than`, save 0."""

    said: tuple[SaidInPublic, ...]
    sent: int
    held: Told
    denied: Told
    answers: int
    fewer_than: int
    thanks: str | None
    published_at: datetime
