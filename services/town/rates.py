"""When people post: by hour and by weekday, and so the moment of each of many posts."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Final
from zoneinfo import ZoneInfo

from services.runtime.clock import to_epoch_ms

DURATION_DAYS_MAX: Final = 3_700
_HOUR: Final = timedelta(hours=1)
_HOUR_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class RateProfile:
    """How busy each hour of the day (from midnight) and each weekday (from Monday) is.

    Only proportions count; hours are those of `zone`.
    """

    hours: tuple[float, ...]
    weekdays: tuple[float, ...]
    zone: str = "Europe/London"


USUAL: Final = RateProfile(
    # Little at night, a rise at breakfast and at lunch, most of it in the evening.
    hours=(2, 1, 0.6, 0.4, 0.5, 1, 3, 6, 8, 7, 6, 6, 8, 7, 6, 6, 7, 9, 12, 14, 14, 12, 8, 4),
    weekdays=(1.1, 1.05, 1.0, 1.0, 0.95, 0.85, 0.9),
)
STEADY: Final = RateProfile(hours=(1,) * 24, weekdays=(1,) * 7)
"""The same at every hour, for measuring."""


class Timetable:
    """The moments of `count` posts over a stretch of time, any one of them without the others."""

    __slots__ = ("_bounds", "_count", "_end_ms", "_start_ms")

    def __init__(
        self, start: datetime, duration: timedelta, count: int, profile: RateProfile
    ) -> None:
        assert start.tzinfo is not None, "a start names its zone"
        assert 0 < duration.days + 1 <= DURATION_DAYS_MAX, "between an hour and ten years"
        assert count > 0, "at least one post"
        zone = ZoneInfo(profile.zone)
        hours_count = -(-duration // _HOUR)
        weights: list[float] = []
        for number in range(hours_count):
            local = (start + number * _HOUR).astimezone(zone)
            share = min(1.0, (duration - number * _HOUR) / _HOUR)
            weights.append(profile.hours[local.hour] * profile.weekdays[local.weekday()] * share)
        self._bounds = [0.0, *accumulate(weights)]
        self._count = count
        self._start_ms = to_epoch_ms(start)
        self._end_ms = to_epoch_ms(start + duration)

    def moment_ms(self, number: int, fraction: float) -> int:
        """Return when post `number` is said, in milliseconds since 1970.

        `fraction`, from 0 up to 1, moves it within its share of the time, so that moments never run
        backwards from one number to the next.
        """
        share = (number + fraction) / self._count * self._bounds[-1]
        hour = min(bisect_right(self._bounds, share), len(self._bounds) - 1) - 1
        low, high = self._bounds[hour], self._bounds[hour + 1]
        within = (share - low) / (high - low)
        return min(self._start_ms + int((hour + within) * _HOUR_MS), self._end_ms)
