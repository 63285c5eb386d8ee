"""By when an answer is due: the body's opening hours, its holidays, and clocks that change."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import holidays

from services.route.configuration import DAYS, CalendarSettings
from services.route.durations import Duration
from services.runtime.clock import from_epoch_ms, to_epoch_ms
from services.runtime.errors import SettingsError

DAYS_SEARCHED_MAX: Final = 4_400
"""How many calendar days one deadline may look through: 500 weeks of one open day, and holidays."""

DAYS_KEPT_MAX: Final = 8_192

_ONE_DAY: Final = timedelta(days=1)
_NO_TIME: Final = timedelta(0)

OpenHours = tuple[datetime, datetime]
"""When a day's work begins and ends, in UTC."""


class BusinessCalendar:
    """Counts time as the body works: its days, its hours, its zone; holidays once a year.

    What is said while the body is closed counts as said when it next opens. A day of working
    hours is as long as the clock makes it, also on the two days on which clocks change.
    """

    def __init__(self, settings: CalendarSettings) -> None:
        self._settings = settings
        self._zone = ZoneInfo(settings.zone)
        self._weekdays = frozenset(DAYS.index(day) for day in settings.working_days)
        self._extra_closed = frozenset(settings.extra_closed)
        self._extra_open = frozenset(settings.extra_open)
        self._holidays_by_year: dict[int, frozenset[date]] = {}
        self._hours_by_day: dict[date, OpenHours | None] = {}
        self._closings: dict[tuple[date, int], datetime] = {}

    def deadline(self, said_at: datetime, duration: Duration) -> datetime:
        """Return the moment, in UTC, by which an answer to what was said then is due.

        Minutes and hours run by the clock, day and night. Working hours run while the body is
        open. N working days end at closing time, N open days after the one on which it counts as
        said. Raises SettingsError where the calendar has too few open days to end the count.
        """
        match duration.unit:
            case "minutes":
                return said_at.astimezone(UTC) + timedelta(minutes=duration.amount)
            case "hours":
                return said_at.astimezone(UTC) + timedelta(hours=duration.amount)
            case "working hours":
                return self._after_working_hours(said_at, timedelta(hours=duration.amount))
            case "working days":
                return self._after_working_days(said_at, duration.amount)

    def soonest_ms(self, said_ms: int, durations: Iterable[Duration]) -> int:
        """Return the soonest of several deadlines, in milliseconds, for what was said then."""
        said_at = from_epoch_ms(said_ms)
        return min(to_epoch_ms(self.deadline(said_at, each)) for each in durations)

    def is_open_on(self, day: date) -> bool:
        """Return whether the body works on a day of its own zone."""
        return self._hours_on(day) is not None

    def _after_working_hours(self, said_at: datetime, left: timedelta) -> datetime:
        day = said_at.astimezone(self._zone).date()
        for _ in range(DAYS_SEARCHED_MAX):
            hours = self._hours_on(day)
            if hours is not None:
                opens, closes = hours
                starts = max(opens, said_at)
                if closes - starts >= left:
                    return starts.astimezone(UTC) + left
                left -= max(closes - starts, _NO_TIME)
            day += _ONE_DAY
        raise _too_few_days(day)

    def _after_working_days(self, said_at: datetime, count: int) -> datetime:
        day = said_at.astimezone(self._zone).date()
        for _ in range(DAYS_SEARCHED_MAX):
            hours = self._hours_on(day)
            if hours is not None and hours[1] > said_at:
                return self._closing(day, count)
            day += _ONE_DAY
        raise _too_few_days(day)

    def _closing(self, day: date, count: int) -> datetime:
        """Return the closing time of the `count`-th open day after an open day."""
        place = (day, count)
        if place in self._closings:
            return self._closings[place]
        left = count
        for ahead in range(DAYS_SEARCHED_MAX):
            hours = self._hours_on(day + ahead * _ONE_DAY)
            if hours is not None:
                if left == 0:
                    _make_room(self._closings)
                    self._closings[place] = hours[1]
                    return hours[1]
                left -= 1
        raise _too_few_days(day)

    def _hours_on(self, day: date) -> OpenHours | None:
        if day not in self._hours_by_day:
            _make_room(self._hours_by_day)
            self._hours_by_day[day] = self._hours_worked_out(day)
        return self._hours_by_day[day]

    def _hours_worked_out(self, day: date) -> OpenHours | None:
        if day in self._extra_closed:
            return None
        if day not in self._extra_open and (
            day.weekday() not in self._weekdays or day in self._holidays_in(day.year)
        ):
            return None
        opens = datetime.combine(day, self._settings.opens, self._zone)
        closes = datetime.combine(day, self._settings.closes, self._zone)
        return opens.astimezone(UTC), closes.astimezone(UTC)

    def _holidays_in(self, year: int) -> frozenset[date]:
        if year not in self._holidays_by_year:
            days = holidays.country_holidays(
                self._settings.country, subdiv=self._settings.subdivision, years=year
            )
            self._holidays_by_year[year] = frozenset(days)
        return self._holidays_by_year[year]


def _make_room(kept: dict[Any, Any]) -> None:
    if len(kept) >= DAYS_KEPT_MAX:
        kept.clear()


def _too_few_days(day: date) -> SettingsError:
    return SettingsError(
        f"calendar: too few open days before {day} for a deadline to be counted; "
        "correct working_days or extra_closed."
    )
