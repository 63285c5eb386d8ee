"""The month that a report is on: from its first moment to its end, where the body is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.runtime.clock import to_epoch_ms
from services.runtime.errors import InputInvalidError
from services.store.months import MONTHS_OF_YEAR, id_at

_WRITTEN: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_ONE_DAY: Final = timedelta(days=1)
YEARS: Final = range(2000, 2200)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a month: its date, and the ids between which lies what was said on it."""

    date: date
    first_id: str
    end_id: str


@dataclass(frozen=True, slots=True)
class Period:
    """A month by its name, `2026-10`, with its first moment and the first one behind it."""

    name: str
    since: datetime
    until: datetime

    @property
    def since_ms(self) -> int:
        """Its first moment, in milliseconds since 1970."""
        return to_epoch_ms(self.since)

    @property
    def until_ms(self) -> int:
        """The first moment behind it, in milliseconds since 1970."""
        return to_epoch_ms(self.until)

    def days(self) -> Iterator[Day]:
        """Yield its days in order, as long as the clocks there make them."""
        zone, day = self.since.tzinfo, self.since.date()
        while day < self.until.date():
            begin, end = (datetime.combine(each, time(), zone) for each in (day, day + _ONE_DAY))
            yield Day(day, id_at(begin), id_at(end))
            day += _ONE_DAY


def period_of(named: str | None, now: datetime, zone: ZoneInfo) -> Period:
    """Return the month of that name, or the last whole one.

    Raises InputInvalidError for what is no month, and for one that has not begun.
    """
    here = now.astimezone(zone)
    number = here.year * MONTHS_OF_YEAR + here.month - 2
    if named is not None:
        found = _WRITTEN.fullmatch(named)
        if found is None or int(found[1]) not in YEARS:
            raise InputInvalidError(f"{named!r} is no month; write one as 2026-10.")
        number = int(found[1]) * MONTHS_OF_YEAR + int(found[2]) - 1
    since, until = _begin(number, zone), _begin(number + 1, zone)
    if since > now:
        raise InputInvalidError(f"{named} has not begun yet; name a month that has.")
    return Period(f"{since:%Y-%m}", since, until)


def _begin(number: int, zone: ZoneInfo) -> datetime:
    year, month = divmod(number, MONTHS_OF_YEAR)
    return datetime(year, month + 1, 1, tzinfo=zone)
