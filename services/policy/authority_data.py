"""The figures that authority goes by: the model of `rules/data/authority.yaml`.

Every field is a required one: a figure that was not there would silence the rule that reads it. A
body that does without a rule says so by the figure, which then stands on record with the rules.
"""

from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from schemas.act import ACT_KINDS, AccountId, ActKind
from schemas.verdict import Need, Role

_DATA: Final = ConfigDict(frozen=True, extra="forbid")
QUOTA_MAX: Final = 2_000
CLOSED_CASES_MIN_MAX: Final = 500
ENTRIES_MAX: Final = 200
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DAYS: Final[tuple[Day, ...]] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


def known_zone(name: str) -> str:
    """Return the name of a time zone. Raises ValueError, in words, where there is none such."""
    try:
        ZoneInfo(name)
    except (LookupError, OSError, ValueError) as error:
        raise ValueError(f"{name!r} is no time zone; write one such as Europe/London") from error
    return name


def one_each(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return values of which none stands there twice. Raises ValueError where one does."""
    if len(set(values)) < len(values):
        raise ValueError("something stands there twice; name each once")
    return values


Count = Annotated[int, Field(ge=0, le=QUOTA_MAX)]
Kinds = Annotated[tuple[ActKind, ...], Field(max_length=len(ACT_KINDS)), AfterValidator(one_each)]
Theme = Annotated[str, Field(min_length=1, max_length=64)]
Themes = Annotated[tuple[Theme, ...], Field(max_length=ENTRIES_MAX), AfterValidator(one_each)]
Accounts = Annotated[tuple[AccountId, ...], Field(max_length=ENTRIES_MAX), AfterValidator(one_each)]
Mode = Literal["normal", "emergency", "pre-election"]
TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Origin = Literal["standing", "rota", "takeover"]
Origins = Annotated[tuple[Origin, ...], Field(max_length=3), AfterValidator(one_each)]
TrustLevel = Literal["every", "first", "sampled", "after"]
CleanCount = Annotated[int, Field(ge=1, le=200)]
RuleName = Annotated[str, Field(max_length=120, pattern=r"^[a-z0-9_]+/[a-z0-9_]+$")]
CalendarDate = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]


class Quota(BaseModel):
    """How much may be said in an hour and in a day, and how long it takes between two acts."""

    model_config = _DATA

    hour: Count
    day: Count
    pause_seconds: Annotated[int, Field(ge=0, le=3_600)]


class Quotas(BaseModel):
    """The quotas of accounts and authors; `own` are those of accounts that have their own."""

    model_config = _DATA

    account: Quota
    author: Quota
    own: Annotated[dict[AccountId, Quota], Field(max_length=ENTRIES_MAX)]
    need: Need


class HighImpact(BaseModel):
    """Which acts take two approvers."""

    model_config = _DATA

    modes: Annotated[tuple[Mode, ...], Field(max_length=3), AfterValidator(one_each)]
    kinds: Kinds
    themes: Themes
    accounts: Accounts
    posts_with_links_elsewhere: bool
    need: Need


class Emergency(BaseModel):
    """What goes out in an emergency, and whose consent it takes; no themes are all themes."""

    model_config = _DATA

    kinds: Kinds
    themes: Themes
    need: Need


class PreElection(BaseModel):
    """What waits before an election, and whose consent it takes."""

    model_config = _DATA

    kinds_held: Kinds
    need: Need


class OfficeHours(BaseModel):
    """When the body is open, by its own clock; the days closed are dates."""

    model_config = _DATA

    time_zone: Annotated[str, Field(max_length=60), AfterValidator(known_zone)]
    days: Annotated[tuple[Day, ...], Field(max_length=7), AfterValidator(one_each)]
    opens: TimeOfDay
    closes: TimeOfDay
    days_closed: Annotated[tuple[CalendarDate, ...], Field(max_length=400)]


class DutyOfficer(BaseModel):
    """Whether acts outside office hours need a duty officer, and when those hours are."""

    model_config = _DATA

    required_outside_hours: bool
    hours: OfficeHours
    need: Need


class SameText(BaseModel):
    """When a text counts as just said, how alike two must be, and from how many words on."""

    model_config = _DATA

    in_conversation_max: Count
    in_account_hour_max: Count
    conversation_days: Annotated[int, Field(ge=1, le=30)]
    words_min: Annotated[int, Field(ge=1, le=100)]
    likeness_percent: Annotated[int, Field(ge=1, le=100)]
    need: Need


class OthersAnswering(BaseModel):
    """For how many minutes somebody else's answer to the same counts as in the making."""

    model_config = _DATA

    minutes: Annotated[int, Field(ge=1, le=1_440)]
    need: Need


class ClosedCases(BaseModel):
    """How many closed cases measure a timescale, over how long; what is published stands in."""

    model_config = _DATA

    days: Annotated[int, Field(ge=1, le=366)]
    cases_min: Annotated[int, Field(ge=1, le=CLOSED_CASES_MIN_MAX)]
    standard_days: Annotated[
        dict[Theme, Annotated[int, Field(ge=0, le=366)]], Field(max_length=ENTRIES_MAX)
    ]
    need: Need


class ThemeUnknown(BaseModel):
    """Who looks at an act under a grant for some themes, where nobody can tell its theme."""

    model_config = _DATA

    need: Need


class Moderation(BaseModel):
    """What is closed to curators unless their grant names it: all kinds but those that are open.

    A curator is whoever has one of `roles`, or a grant of one of `origins`.
    """

    model_config = _DATA

    kinds_open: Kinds
    roles: Annotated[tuple[Role, ...], Field(max_length=7), AfterValidator(one_each)]
    origins: Origins
    need: Need


class CleanActs(BaseModel):
    """How many acts in a row that nobody had to object to lead from a level to the next."""

    model_config = _DATA

    every: CleanCount
    first: CleanCount
    sampled: CleanCount


class TrustLadder(BaseModel):
    """For whom the ladder of trust holds, how one climbs it, and what waits on its rungs.

    `apart` are rules whose refusal takes nobody down. Clean acts count for `days`.
    """

    model_config = _DATA

    origins: Origins
    begins: TrustLevel
    clean_acts: CleanActs
    sampled_percent: Annotated[int, Field(ge=0, le=100)]
    apart: Annotated[tuple[RuleName, ...], Field(max_length=50), AfterValidator(one_each)]
    days: Annotated[int, Field(ge=1, le=366)]
    need: Need


class AuthorityData(BaseModel):
    """How often and how fast an account speaks, and what takes more than one consent."""

    model_config = _DATA

    quotas: Quotas
    high_impact: HighImpact
    emergency: Emergency
    pre_election: PreElection
    duty_officer: DutyOfficer
    same_text: SameText
    others_answering: OthersAnswering
    closed_cases: ClosedCases
    theme_unknown: ThemeUnknown
    moderation: Moderation
    trust: TrustLadder
