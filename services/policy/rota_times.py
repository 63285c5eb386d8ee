"""When the shifts of a rota begin and end: weekly times on the wall, as instants.

A night from ten to six ends at six whatever the clocks do, so one night of the year is an hour
shorter and one an hour longer. What would begin in an hour that is left out begins as it ends.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.policy.authority_data import DAYS
from services.policy.grant_hours import MIDNIGHT, WeeklyTimes
from services.policy.slot_times import Slot
from services.runtime.clock import to_epoch_ms

DAYS_MAX: Final = 366


def shift_times(times: WeeklyTimes, first: date, days: int, zone: str) -> Iterator[Slot]:
    """Yield the slots of weekly times, of those that begin on a day or one of so many from it on.

    Raises ValueError where there are more days than a rota has.
    """
    if not 0 <= days <= DAYS_MAX:
        raise ValueError(f"a rota is planned for {DAYS_MAX} days at most")
    for number in range(days):
        day = first + timedelta(days=number)
        if DAYS[day.weekday()] in times.days:
            over_midnight = times.until <= times.since or times.until == MIDNIGHT
            until = "00:00" if times.until == MIDNIGHT else times.until
            last = day + timedelta(days=int(over_midnight))
            yield Slot(_instant(day, times.since, zone), _instant(last, until, zone))


def _instant(day: date, time_of_day: str, zone: str) -> int:
    return to_epoch_ms(datetime.combine(day, time.fromisoformat(time_of_day), ZoneInfo(zone)))
