"""Quiet hours and the hour of summaries, on the clock of a zone: when they end, when it comes next.

Every answer is an instant. Of an hour that the clocks show twice the first is meant, unless it is
over; one that they leave out comes when it would have come.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.runtime.clock import from_epoch_ms, to_epoch_ms

DAYS_LOOKED_AT: Final = 3
"""Today, tomorrow, and one more for a day that has a time on the wall too few."""


def time_of(written: str) -> time:
    """Return a time of day written as 07:30."""
    return time(int(written[:2]), int(written[3:]))


def is_quiet(now_ms: int, quiet_from: str, quiet_until: str, zone: str) -> bool:
    """Return whether it is quiet now; hours may run over midnight, and equal ones are none."""
    on_the_wall = from_epoch_ms(now_ms).astimezone(ZoneInfo(zone)).time()
    begins, ends = time_of(quiet_from), time_of(quiet_until)
    if begins <= ends:
        return begins <= on_the_wall < ends
    return on_the_wall >= begins or on_the_wall < ends


def next_at(now_ms: int, written: str, zone: str) -> int:
    """Return the next instant, after now, at which the clocks of a zone show a time of day."""
    today = from_epoch_ms(now_ms).astimezone(ZoneInfo(zone)).date()
    return next(each for each in _instants(today, time_of(written), zone) if each > now_ms)


def _instants(today: date, at: time, zone: str) -> Iterator[int]:
    for days in range(DAYS_LOOKED_AT):
        day = today + timedelta(days=days)
        for fold in (0, 1):
            placed = datetime.combine(day, at, ZoneInfo(zone)).replace(fold=fold)
            yield to_epoch_ms(placed)
