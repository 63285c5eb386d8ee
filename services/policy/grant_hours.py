"""The weekly times at which a grant holds: by the clock of a zone, across midnight if need be.

Clocks there are looked at as people read them. So what ends at six in the morning ends at six on
the night the clocks change, and an hour that comes twice counts both times.
"""

import re
from functools import lru_cache
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from services.policy.authority_data import DAYS, Day, TimeOfDay, known_zone, one_each
from services.policy.office_hours import TIME_FORMAT
from services.runtime.clock import from_epoch_ms

_HOURS: Final = ConfigDict(frozen=True, extra="forbid")
_WRITTEN: Final = re.compile(
    r"(?P<days>[a-z]+(?:[-,][a-z]+)*) (?P<since>\d\d:\d\d)-(?P<until>\d\d:\d\d)"
)
EXAMPLE: Final = "write days and times such as mon-fri 09:00-17:00"
DAY_CHARACTERS: Final = 3
TIMES_MAX: Final = 21
"""Three a day for a week."""
MIDNIGHT: Final = "24:00"
HOURS_READ_MAX: Final = 1_000

Zone = Annotated[str, Field(max_length=60), AfterValidator(known_zone)]


class WeeklyTimes(BaseModel):
    """Times of some days; where `until` is not after `since`, they end on the next day."""

    model_config = _HOURS

    days: Annotated[tuple[Day, ...], Field(min_length=1, max_length=7), AfterValidator(one_each)]
    since: TimeOfDay
    until: Annotated[str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]

    @model_validator(mode="after")
    def _has_length(self) -> "WeeklyTimes":
        if self.since == self.until:
            raise ValueError("begins when it ends; a whole day is written 00:00 to 24:00")
        return self

    def holds(self, day: str, day_before: str, time_of_day: str) -> bool:
        """Return whether a time of day is within, on a day or in what the day before began."""
        if self.since < self.until:
            return day in self.days and self.since <= time_of_day < self.until
        begun = day in self.days and time_of_day >= self.since
        return begun or (day_before in self.days and time_of_day < self.until)


class GrantHours(BaseModel):
    """All times at which a grant holds, and the zone whose clock tells them."""

    model_config = _HOURS

    zone: Zone
    weekly: Annotated[tuple[WeeklyTimes, ...], Field(min_length=1, max_length=TIMES_MAX)]

    def hold(self, now_ms: int) -> bool:
        """Return whether a moment is within them."""
        there = from_epoch_ms(now_ms).astimezone(ZoneInfo(self.zone))
        number = there.weekday()
        time_of_day = there.strftime(TIME_FORMAT)
        return any(each.holds(DAYS[number], DAYS[number - 1], time_of_day) for each in self.weekly)


def times_of(written: str) -> WeeklyTimes:
    """Return the times that somebody wrote, such as `mon-fri 09:00-17:00` or `sat,sun 22:00-06:00`.

    Raises ValueError, in words, where they cannot be read.
    """
    found = _WRITTEN.fullmatch(written.strip().lower())
    if found is None:
        raise ValueError(f"{written!r} cannot be read; {EXAMPLE}")
    try:
        parts = found["days"].split(",")
        days = tuple(day for part in parts for day in _days_of(part))
        return WeeklyTimes(days=days, since=found["since"], until=found["until"])
    except ValueError as error:
        raise ValueError(f"{written!r} cannot be read; {EXAMPLE}") from error


def _days_of(part: str) -> tuple[Day, ...]:
    """Return the days from one to another, over the end of the week if need be."""
    first, _, last = part.partition("-")
    begin, end = _day_number(first), _day_number(last or first)
    length = (end - begin) % len(DAYS) + 1
    return tuple(DAYS[(begin + step) % len(DAYS)] for step in range(length))


def _day_number(name: str) -> int:
    for number, day in enumerate(DAYS):
        if len(name) >= DAY_CHARACTERS and day.startswith(name):
            return number
    raise ValueError(f"{name!r} is no day")


@lru_cache(maxsize=HOURS_READ_MAX)
def hours_of(kept: str) -> GrantHours | None:
    """Return the hours that a grant's row holds, or None where they cannot be read."""
    try:
        return GrantHours.model_validate_json(kept)
    except ValidationError:
        return None


def within(kept: Any, now_ms: int) -> bool:
    """Return whether a moment is within a grant's hours; what cannot be read holds at none."""
    if not kept:
        return True
    hours = hours_of(str(kept))
    return hours is not None and hours.hold(now_ms)
