"""The weekly times at which a grant holds: by the clock of a zone, across midnight if need be.

Clocks there are looked at as people read them. So what ends at six in the morning ends at six on
the night the clocks change, and an hour that comes twice counts both times.
"""

from functools import lru_cache
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from services.policy.authority_data import DAYS, Day, TimeOfDay, known_zone, one_each
from services.policy.office_hours import TIME_FORMAT
from services.runtime.clock import from_epoch_ms

_HOURS: Final = ConfigDict(frozen=True, extra="forbid")
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
