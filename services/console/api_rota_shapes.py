"""What the API's requests and answers about rotas hold, model by model."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from schemas.act import ACT_KINDS, AccountId, ActKind
from services.console.api_bodies import Body
from services.console.api_shapes import Done, Shape
from services.console.api_takeover_shapes import When
from services.policy.grant_hours import Zone
from services.policy.orders import (
    GRANT_DAYS_MAX,
    Answers,
    Id,
    Initials,
    Language,
    Login,
    OwnQuota,
    Why,
    Word,
)
from services.policy.rota_calendar_reading import BYTES_MAX as CALENDAR_BYTES_MAX
from services.policy.rota_orders import PLANNED_AT_ONCE_MAX, RestMinutes, Uid
from services.policy.takeover_orders import Title


class RotaBody(Body):
    """What a rota's shifts may do, until when they are planned, and who stands behind them."""

    account: AccountId
    title: Title
    starts: When
    ends: When
    zone: Zone | None = None
    kinds: Annotated[tuple[ActKind, ...], Field(min_length=1, max_length=len(ACT_KINDS))] = (
        "reply",
        "statement",
    )
    themes: Annotated[tuple[Word, ...], Field(max_length=50)] = ()
    languages: Annotated[tuple[Language, ...], Field(max_length=10)] = ()
    answers: Answers = "anyone"
    initials: bool = False
    rest_minutes: RestMinutes = 660
    quota_hour: OwnQuota | None = None
    quota_day: OwnQuota | None = None
    deputy: Login | None = None
    coach: Login | None = None
    why: Why


class RotaChangeBody(Body):
    """What is to be said of a rota from now on; what is left out stays."""

    title: Title | None = None
    rest_minutes: RestMinutes | None = None
    deputy: Login | None = None
    why: Why


class ShiftBody(Body):
    """One turn of somebody, in the rota's zone."""

    login: Login
    starts: When
    ends: When
    initials: Initials | None = None
    uid: Uid | None = None


class ShiftsBody(Body):
    """Turns to be planned, all or none."""

    shifts: Annotated[tuple[ShiftBody, ...], Field(min_length=1, max_length=PLANNED_AT_ONCE_MAX)]


class CalendarBody(Body):
    """A calendar's text in iCalendar; with `replace`, what it no longer has is called off."""

    text: Annotated[str, Field(min_length=1, max_length=CALENDAR_BYTES_MAX)]
    replace: bool = False


class SwapBody(Body):
    """One's own shift, whom it is offered to, and which of theirs one would take for it."""

    shift_id: Id
    login: Login
    other_shift_id: Id | None = None


class CertifyBody(Body):
    """For how many days a standing grant is needed without being asked about again, and why."""

    days: Annotated[int, Field(ge=1, le=GRANT_DAYS_MAX)] = 180
    why: Why


class FindingShown(Shape):
    """Something that is wrong with a rota's shifts, from one moment to another."""

    kind: Literal["gap", "double-booked", "rest"]
    starts_at: datetime
    ends_at: datetime
    person_id: str | None = None
    ids: tuple[str, ...] = ()
    sentence: str


class ShiftShown(Shape):
    """A turn, and who has it."""

    id: str
    rota_id: str
    account: str
    login: str | None = None
    grant_id: str
    state: str
    uid: str
    starts_at: datetime
    ends_at: datetime


class RotaShown(Shape):
    """A rota: what its shifts may do, and who stands behind them."""

    id: str
    account: str
    title: str
    zone: str
    kinds: tuple[str, ...]
    themes: tuple[str, ...]
    state: str
    initials: bool
    rest_minutes: int
    deputy: str | None = None
    coach: str | None = None
    starts_at: datetime
    ends_at: datetime


class Rotas(Shape):
    """All rotas, those that are open first."""

    items: tuple[RotaShown, ...]


class RotaWhole(RotaShown):
    """A rota with its shifts of a time, and what is wrong with them."""

    shifts: tuple[ShiftShown, ...]
    findings: tuple[FindingShown, ...]


class SwapShown(Shape):
    """A swap that waits for somebody's word."""

    id: str
    state: str
    shift_id: str
    other_shift_id: str | None = None
    from_login: str | None = None
    to_login: str | None = None
    asked_at: datetime


class Swaps(Shape):
    """The swaps that somebody has a part in, and that are open."""

    items: tuple[SwapShown, ...]


class CoachedAct(Shape):
    """A draft, or what waits for consent, of somebody whom one coaches."""

    id: str
    account: str
    kind: str
    state: str
    text: str
    digest: str
    drafted_at: datetime


class CoachedActs(Shape):
    """What those whom one coaches have written, newest first."""

    items: tuple[CoachedAct, ...]


class RotaDone(Done):
    """What was done about a rota."""

    rota_id: str


class ShiftsPlanned(RotaDone):
    """The shifts that were planned, and what is wrong with them."""

    shift_ids: tuple[str, ...]
    findings: tuple[FindingShown, ...]


class CalendarTaken(ShiftsPlanned):
    """What a calendar came to: planned anew or moved, called off, left, and what was not taken."""

    called_off_ids: tuple[str, ...]
    moved: int
    left: int
    faults: tuple[str, ...]


class ShiftDone(Done):
    """What was done about a shift."""

    shift_id: str


class SwapDone(Done):
    """What became of a swap."""

    swap_id: str
    state: str


class GrantCertified(Done):
    """A standing grant that is still needed."""

    grant_id: str
