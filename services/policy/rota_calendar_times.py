"""When the events of a calendar are: their zone, their end, and the turns of one that recurs.

What recurs keeps its times on the wall, as calendars show it: a night ends at six whatever the
clocks do. Only rules are followed that cannot go on for years without any day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.policy.slot_times import YEAR_MAX, YEAR_MIN, Slot
from services.runtime.clock import from_epoch_ms, to_epoch_ms

TURNS_LOOKED_AT_MAX: Final = 2_000
"""More than five years of days before a rota."""
INTERVAL_MAX: Final = 99
ORDINAL_MAX: Final = 5
EVERY_MONTH_HAS: Final = 28
FOLLOWED: Final[Mapping[str, frozenset[str]]] = {
    "DAILY": frozenset({"BYDAY"}),
    "WEEKLY": frozenset({"BYDAY", "WKST"}),
    "MONTHLY": frozenset({"BYDAY", "BYMONTHDAY"}),
    "YEARLY": frozenset(),
}
ALWAYS: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL"})
DAYS_WRITTEN: Final = frozenset({"MO", "TU", "WE", "TH", "FR", "SA", "SU"})
STAMP: Final = "%Y%m%dT%H%M%SZ"


class TimeFaultError(ValueError):
    """The times of an event cannot be read; the text says why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTimes:
    """When an event is, on the wall of its zone, and by which rule it recurs."""

    starts: datetime
    ends: datetime
    rule: str | None = None
    until_ms: int | None = None
    left_out: frozenset[int] = frozenset()
    days_left_out: frozenset[date] = frozenset()


def times_of_event(event: Mapping[str, Any], zone: str) -> EventTimes:
    """Return when an event is. Raises TimeFaultError."""
    starts = _moment(event, "DTSTART", zone)
    if event.get("RDATE") is not None:
        raise TimeFaultError("RDATE is not read; give each of its dates an event of its own")
    rule = event.get("RRULE")
    if rule is None:
        return EventTimes(starts=starts, ends=_end(event, starts, zone))
    if not isinstance(rule, Mapping):
        raise TimeFaultError("its RRULE cannot be read, or there are two; leave one")
    instants, days = _left_out(event.get("EXDATE"), starts)
    return EventTimes(
        starts=starts,
        ends=_end(event, starts, zone),
        rule=_followed(rule, starts),
        until_ms=_until(rule, starts),
        left_out=instants,
        days_left_out=days,
    )


def instant_named(event: Mapping[str, Any], name: str, zone: str) -> int:
    """Return the instant that a property of an event names. Raises TimeFaultError."""
    return to_epoch_ms(_moment(event, name, zone))


def slots_of(
    times: EventTimes, since_ms: int, until_ms: int, budget: Iterator[int]
) -> Iterator[Slot]:
    """Yield the turns of an event that recurs which are in a time by any part.

    Each turn that is looked at takes one of `budget`, which all events of a file share. Raises
    TimeFaultError where that is used up, or one begins so long before that nobody wants to count.
    """
    from dateutil.rrule import rrulestr

    zone, wall = times.starts.tzinfo, times.starts.replace(tzinfo=None)
    lasts = times.ends.replace(tzinfo=None) - wall
    last_ms = until_ms if times.until_ms is None else min(until_ms, times.until_ms + 1)
    turns = rrulestr(times.rule or "", dtstart=wall)
    for number, turn in enumerate(islice(iter(turns), TURNS_LOOKED_AT_MAX + 1)):
        slot = Slot(*(to_epoch_ms(each.replace(tzinfo=zone)) for each in (turn, turn + lasts)))
        if slot.starts_at_ms >= last_ms:
            return
        if number == TURNS_LOOKED_AT_MAX:
            raise TimeFaultError("it begins too long before the rota; have it begin later")
        if next(budget, None) is None:
            raise TimeFaultError("its file has too many turns to be followed; split it")
        out = slot.starts_at_ms in times.left_out or turn.date() in times.days_left_out
        if not out and slot.ends_at_ms > since_ms:
            yield slot


def stamp_of(at_ms: int) -> str:
    """Return an instant as iCalendar writes it, in UTC."""
    return from_epoch_ms(at_ms).strftime(STAMP)


def _moment(event: Mapping[str, Any], name: str, zone: str) -> datetime:
    value = event.get(name)
    if value is None:
        raise TimeFaultError(f"it has no {name}; add one")
    if isinstance(value, list):
        raise TimeFaultError(f"it has {name} twice; leave one")
    try:
        found = value.dt
    except (AttributeError, ValueError) as error:
        written = f"{name} cannot be read; write it such as {name}:20270322T090000Z"
        raise TimeFaultError(written) from error
    return _placed(found, name, zone, str(value.params.get("TZID", "")))


def _placed(found: object, name: str, zone: str, named: str = "") -> datetime:
    """Return a date or time in its zone. Raises TimeFaultError."""
    if isinstance(found, datetime):
        if found.tzinfo is None and named:
            raise TimeFaultError(
                f"the zone {named[:40]!r} is not known; name one such as Europe/London, or use UTC"
            )
        placed = found.replace(tzinfo=ZoneInfo(zone)) if found.tzinfo is None else found
    elif isinstance(found, date):
        placed = datetime.combine(found, time(), ZoneInfo(zone))
    else:
        raise TimeFaultError(f"{name} is no date and no time; write it such as 20270322T090000Z")
    if not YEAR_MIN <= placed.year <= YEAR_MAX:
        raise TimeFaultError(f"the year of {name} is not one of {YEAR_MIN} to {YEAR_MAX}")
    return placed


def _end(event: Mapping[str, Any], starts: datetime, zone: str) -> datetime:
    if event.get("DTEND") is not None:
        ends = _moment(event, "DTEND", zone)
    else:
        ends = _after(event, starts)
    if ends.astimezone(UTC) <= starts.astimezone(UTC):
        raise TimeFaultError("it ends before it begins; name another DTEND")
    return ends.astimezone(starts.tzinfo)


def _after(event: Mapping[str, Any], starts: datetime) -> datetime:
    """Return the end of what has no DTEND: by its DURATION, or of a date the day after."""
    lasts = getattr(event.get("DURATION"), "dt", None)
    if isinstance(lasts, timedelta) and timedelta() < lasts <= timedelta(days=2):
        return (starts.astimezone(UTC) + lasts).astimezone(starts.tzinfo)
    if lasts is None and not isinstance(event["DTSTART"].dt, datetime):
        return starts + timedelta(days=1)
    raise TimeFaultError("it has no end that can be read; add a DTEND")


def _followed(rule: Mapping[str, Sequence[Any]], starts: datetime) -> str:
    """Return what is followed of a rule, as text, without its end. Raises TimeFaultError."""
    often = str(rule.get("FREQ", ["?"])[0])
    if often not in FOLLOWED:
        raise TimeFaultError("its RRULE is not read; use FREQ=DAILY, WEEKLY, MONTHLY or YEARLY")
    other = sorted(set(rule) - ALWAYS - FOLLOWED[often])
    if other:
        raise TimeFaultError(
            f"its RRULE says {other[0][:20]}, which is not read; give each turn its own event"
        )
    interval, count = _number(rule, "INTERVAL", INTERVAL_MAX), _number(rule, "COUNT", 10_000)
    pieces = [f"FREQ={often}", f"INTERVAL={interval or 1}"]
    pieces += [] if count is None else [f"COUNT={count}"]
    for name in sorted(set(rule) & FOLLOWED[often]):
        pieces.append(f"{name}={','.join(_checked(name, str(each)) for each in rule[name])}")
    _require_ever(often, interval or 1, rule, starts)
    return ";".join(pieces)


def _number(rule: Mapping[str, Sequence[Any]], name: str, most: int) -> int | None:
    if name not in rule:
        return None
    written = str(rule[name][0])
    if not written.isdecimal() or not 1 <= int(written[:9]) <= most:
        raise TimeFaultError(f"{name} of its RRULE is not one of 1 to {most}")
    return int(written[:9])


def _checked(name: str, written: str) -> str:
    """Return one value of a rule as it is, where it means something. Raises TimeFaultError."""
    number = written if name == "BYMONTHDAY" else written[:-2]
    most = 31 if name == "BYMONTHDAY" else ORDINAL_MAX
    digits = number.lstrip("+-")
    plain_number = len(number) <= len(digits) + 1 and digits.isascii() and digits.isdecimal()
    is_number = plain_number and 1 <= int(digits[:3]) <= most
    if name != "BYMONTHDAY" and (written[-2:] not in DAYS_WRITTEN or (number and not is_number)):
        raise TimeFaultError("BYDAY of its RRULE is not read; write it such as BYDAY=MO,TU")
    if name == "BYMONTHDAY" and not is_number:
        raise TimeFaultError("BYMONTHDAY of its RRULE is not one of 1 to 31")
    return written


def _require_ever(
    often: str, interval: int, rule: Mapping[str, Sequence[Any]], starts: datetime
) -> None:
    """Raise TimeFaultError where a rule may find no day, however long one looks."""
    by_day = [str(each) for each in rule.get("BYDAY", ())]
    late = [each for each in rule.get("BYMONTHDAY", ()) if abs(int(each)) > EVERY_MONTH_HAS]
    late += [starts.day] if starts.day > EVERY_MONTH_HAS and often == "MONTHLY" else []
    numbered = often != "MONTHLY" and any(len(each) > len("MO") for each in by_day)
    rare = interval > 1 and (late or (by_day and often != "WEEKLY"))
    if numbered or rare or ("BYDAY" in rule and "BYMONTHDAY" in rule):
        raise TimeFaultError("its RRULE is not read; give each turn its own event")


def _until(rule: Mapping[str, Sequence[Any]], starts: datetime) -> int | None:
    if "UNTIL" not in rule:
        return None
    until = rule["UNTIL"][0]
    if isinstance(until, date) and not isinstance(until, datetime):
        until = datetime.combine(until, time(23, 59, 59))
    if not isinstance(until, datetime):
        raise TimeFaultError("UNTIL of its RRULE is no time; write it such as 20270322T090000Z")
    if not YEAR_MIN <= until.year <= YEAR_MAX:
        raise TimeFaultError(f"the year of UNTIL is not one of {YEAR_MIN} to {YEAR_MAX}")
    return to_epoch_ms(until.replace(tzinfo=starts.tzinfo) if until.tzinfo is None else until)


def _left_out(written: Any, starts: datetime) -> tuple[frozenset[int], frozenset[date]]:
    """Return the turns that are left out, by instant and by day. Raises TimeFaultError."""
    lists = written if isinstance(written, list) else [] if written is None else [written]
    instants, days = set(), set()
    for each in lists:
        try:
            found = [one.dt for one in each.dts]
        except (AttributeError, ValueError) as error:
            raise TimeFaultError("its EXDATE cannot be read; write it as DTSTART is") from error
        for one in found:
            if isinstance(one, datetime):
                placed = one.replace(tzinfo=starts.tzinfo) if one.tzinfo is None else one
                instants.add(to_epoch_ms(placed) if placed.year >= YEAR_MIN else 0)
            elif isinstance(one, date):
                days.add(one)
    return frozenset(instants), frozenset(days)
