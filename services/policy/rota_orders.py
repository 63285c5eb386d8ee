"""What people can ask about rotas and delegation: each verb's arguments, bounded."""

import re
from typing import Annotated, Final

from pydantic import Field

from schemas.act import ACT_KINDS, AccountId, ActKind
from services.policy.grant_hours import Zone
from services.policy.orders import (
    GOVERNANCE,
    GRANT_DAYS_MAX,
    RELEASERS,
    WRITERS,
    Answers,
    Id,
    Initials,
    Language,
    Login,
    Order,
    OwnQuota,
    Verb,
    Why,
    Word,
)
from services.policy.takeover_orders import Moment, Title

PLANNED_AT_ONCE_MAX: Final = 500
RestMinutes = Annotated[int, Field(ge=0, le=2_880)]
Uid = Annotated[str, Field(min_length=1, max_length=255)]
SequenceNumber = Annotated[int, Field(ge=0, le=2**31 - 1)]
ADDRESS_CHARACTERS_MAX: Final = 254
LOGIN_PATTERN: Final = re.compile(r"(?=.{2,40}$)[a-z0-9]+([._-][a-z0-9]+)*")
Address = Annotated[str, Field(min_length=1, max_length=ADDRESS_CHARACTERS_MAX)]


class MakeRota(Order):
    """Have people speak as an account by turns, and say what each may do in their turn.

    With `initials` every text ends with those of its writer. A `deputy` steps in, and may plan; a
    `coach` reads every draft, and nothing goes out without them.
    """

    account: AccountId
    title: Title
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
    starts_at_ms: Moment
    ends_at_ms: Moment
    why: Why


class ChangeRota(Order):
    """Change what is said of a rota; what its shifts may do stays as it was made."""

    rota_id: Id
    title: Title | None = None
    rest_minutes: RestMinutes | None = None
    deputy: Login | None = None
    why: Why


class EndRota(Order):
    """End a rota and all its shifts; it holds from the next send on."""

    rota_id: Id
    why: Why


class ShiftWanted(Order):
    """One turn of somebody; `uid` is what a calendar knows it by."""

    login: Login
    starts_at_ms: Moment
    ends_at_ms: Moment
    initials: Initials | None = None
    uid: Uid | None = None
    sequence: SequenceNumber = 0


class PlanShifts(Order):
    """Plan turns, all or none."""

    rota_id: Id
    shifts: Annotated[tuple[ShiftWanted, ...], Field(min_length=1, max_length=PLANNED_AT_ONCE_MAX)]


class EventWanted(Order):
    """A turn as a calendar has it; whose it is, by addresses first and then by what may be logins.

    `line` is where it stands in its file, for sentences.
    """

    uid: Uid
    line: Annotated[int, Field(ge=1)]
    addresses: Annotated[tuple[Address, ...], Field(max_length=5)] = ()
    logins: Annotated[tuple[Login, ...], Field(max_length=5)] = ()
    starts_at_ms: Moment
    ends_at_ms: Moment
    sequence: SequenceNumber = 0
    cancelled: bool = False


class ImportCalendar(Order):
    """Plan what a calendar has, move what moved in it, call off what it calls off.

    With `replace` what it no longer has is called off, too, save the UIDs in `unread`: those
    events are in it, and could not be read. So many could not in all, with or without a UID, as
    `faulty` says.
    """

    rota_id: Id
    events: Annotated[tuple[EventWanted, ...], Field(max_length=PLANNED_AT_ONCE_MAX)]
    unread: Annotated[tuple[Uid, ...], Field(max_length=PLANNED_AT_ONCE_MAX)] = ()
    faulty: Annotated[int, Field(ge=0, le=PLANNED_AT_ONCE_MAX)] = 0
    replace: bool = False


class CallOffShift(Order):
    """Take a turn back; it holds from the next send on."""

    shift_id: Id
    why: Why


class AskSwap(Order):
    """Offer one's turn to somebody: for one of theirs, or for nothing."""

    shift_id: Id
    login: Login
    other_shift_id: Id | None = None


class AnswerSwap(Order):
    """Say yes or no to a swap, or take it back."""

    swap_id: Id


class AllowSwap(Order):
    """Let two swap although one of them has less rest than the rota asks for."""

    swap_id: Id
    why: Why


class CertifyGrant(Order):
    """Say that a standing grant is still needed, and for how many days until it is asked again."""

    grant_id: Id
    days: Annotated[int, Field(ge=1, le=GRANT_DAYS_MAX)] = 180
    why: Why


PLANNERS: Final = GOVERNANCE | RELEASERS | WRITERS
"""A deputy may be anybody who writes; who plans is looked at rota by rota."""

ROTA_VERBS: Final[dict[str, Verb]] = {
    "rota-make": Verb(MakeRota, GOVERNANCE),
    "rota-change": Verb(ChangeRota, GOVERNANCE),
    "rota-end": Verb(EndRota, GOVERNANCE),
    "shift-plan": Verb(PlanShifts, PLANNERS),
    "rota-import": Verb(ImportCalendar, PLANNERS),
    "shift-call-off": Verb(CallOffShift, PLANNERS),
    "shift-deputy": Verb(CallOffShift, PLANNERS),
    "swap-ask": Verb(AskSwap, WRITERS),
    "swap-accept": Verb(AnswerSwap, WRITERS),
    "swap-decline": Verb(AnswerSwap, WRITERS),
    "swap-withdraw": Verb(AnswerSwap, WRITERS),
    "swap-allow": Verb(AllowSwap, RELEASERS),
    "grant-certify": Verb(CertifyGrant, GOVERNANCE),
}
