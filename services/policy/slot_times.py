"""When slots begin and end: what people write in the body's zone, as instants, and back in words.

A slot is two instants. One that lasts some days keeps the hour on the wall, so a week through a
change of the clocks is an hour longer or shorter; one of some hours lasts exactly those.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.runtime.clock import HOUR_MS, from_epoch_ms, to_epoch_ms
from services.runtime.errors import RejectError

NOW: Final = "now"
WEEK_DAYS: Final = 7
EXAMPLE: Final = "2027-03-22T09:00"
YEAR_MIN: Final = 2000
YEAR_MAX: Final = 2200


@dataclass(frozen=True, slots=True)
class Slot:
    """From an instant on, and until another, which is no longer in it."""

    starts_at_ms: int
    ends_at_ms: int


def slot_of(
    starts: str,
    zone: str,
    now_ms: int,
    *,
    ends: str | None = None,
    days: int | None = None,
    hours: float | None = None,
) -> Slot:
    """Return the slot that somebody names by its start, and its end or how long it lasts.

    Raises RejectError where a time cannot be read, is not on any clock, or two ends are named.
    """
    if sum(each is not None for each in (ends, days, hours)) != 1:
        raise RejectError("Say when it ends in one way: until when, or for how many days or hours.")
    starts_at_ms = instant_of(starts, zone, now_ms)
    if ends is not None:
        return Slot(starts_at_ms, instant_of(ends, zone, now_ms))
    if days is not None:
        return Slot(starts_at_ms, days_later(starts_at_ms, days, zone))
    return Slot(starts_at_ms, starts_at_ms + round((hours or 0) * HOUR_MS))


def instant_of(written: str, zone: str, now_ms: int) -> int:
    """Return the instant that somebody wrote: `now`, or a time with an offset or in the zone.

    Of an hour that comes twice, the first is meant. Raises RejectError where it cannot be read, or
    the clocks leave it out.
    """
    if written == NOW:
        return now_ms
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise RejectError(
            f"{written!r} is no time; write {EXAMPLE}, in the body's own zone, or `{NOW}`."
        ) from error
    if not YEAR_MIN <= moment.year <= YEAR_MAX:
        raise RejectError(f"{written}: the year is not one of {YEAR_MIN} to {YEAR_MAX}.")
    if moment.tzinfo is not None:
        return to_epoch_ms(moment)
    placed = moment.replace(tzinfo=ZoneInfo(zone))
    instant = to_epoch_ms(placed)
    if _on_the_wall(instant, zone) != moment:
        raise RejectError(
            f"{written} is on no clock in {zone}: the clocks go forward over it. Name another."
        )
    return instant


def days_later(starts_at_ms: int, days: int, zone: str) -> int:
    """Return the instant when the clock on the wall says the same, some days later."""
    later = _on_the_wall(starts_at_ms, zone) + timedelta(days=days)
    return to_epoch_ms(later.replace(tzinfo=ZoneInfo(zone)))


def weeks_from(first: date, at: time, zone: str, count: int) -> Iterator[Slot]:
    """Yield slots of a week each, from a day and an hour on the wall; each begins as one ends."""
    starts_at_ms = to_epoch_ms(datetime.combine(first, at, ZoneInfo(zone)))
    for number in range(count):
        yield Slot(
            days_later(starts_at_ms, number * WEEK_DAYS, zone),
            days_later(starts_at_ms, (number + 1) * WEEK_DAYS, zone),
        )


def in_words(at_ms: int, zone: str) -> str:
    """Return an instant as people of a zone read it, with the zone's name for the hour."""
    return f"{from_epoch_ms(at_ms).astimezone(ZoneInfo(zone)):%a %d %b %Y %H:%M %Z}"


def _on_the_wall(at_ms: int, zone: str) -> datetime:
    return from_epoch_ms(at_ms).astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
