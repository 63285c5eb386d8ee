"""The weekly times of a grant: by the clock of its zone, over midnight and changes of clocks."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.policy.grant_hours import GrantHours, WeeklyTimes, times_of, within
from services.runtime.clock import to_epoch_ms
from tests.unit.policy.samples import NOW_MS

WORKING_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
DAY_SHIFT = {"days": WORKING_DAYS, "since": "09:00", "until": "17:00"}
NIGHT_SHIFT = {"days": ("friday", "saturday"), "since": "22:00", "until": "06:00"}
ALWAYS = WeeklyTimes(days=(*WORKING_DAYS, "saturday", "sunday"), since="00:00", until="24:00")


def hours(*times: dict[str, Any], zone: str = "Europe/London") -> GrantHours:
    """Return the hours that some times make."""
    return GrantHours.model_validate({"zone": zone, "weekly": times})


def at(*moment: int) -> int:
    """Return a moment given in UTC."""
    return to_epoch_ms(datetime(*moment, tzinfo=UTC))  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("now_ms", "expected"),
    [
        (at(2026, 1, 5, 8, 59, 59), False),
        (at(2026, 1, 5, 9, 0), True),
        (at(2026, 1, 5, 16, 59, 59), True),
        (at(2026, 1, 5, 17, 0), False),
        (at(2026, 1, 3, 12, 0), False),
        (at(2026, 7, 6, 8, 0), True),
        (at(2026, 7, 6, 16, 0), False),
    ],
)
def test_a_day_shift_is_by_the_clock_on_the_wall(now_ms: int, *, expected: bool) -> None:
    """In summer as in winter, from its first minute to the one before its last."""
    assert expected == hours(DAY_SHIFT).hold(now_ms)


@pytest.mark.parametrize(
    ("now_ms", "expected"),
    [
        (at(2026, 1, 2, 21, 59), False),
        (at(2026, 1, 2, 22, 0), True),
        (at(2026, 1, 3, 5, 59), True),
        (at(2026, 1, 3, 6, 0), False),
        (at(2026, 1, 4, 5, 59), True),
        (at(2026, 1, 4, 22, 0), False),
        (at(2026, 1, 2, 5, 0), False),
    ],
)
def test_a_night_shift_ends_on_the_day_after_it_began(now_ms: int, *, expected: bool) -> None:
    """Friday's ends on Saturday, and nobody is on before the first one began."""
    assert expected == hours(NIGHT_SHIFT).hold(now_ms)


@pytest.mark.parametrize(
    ("now_ms", "expected"),
    [
        # The clocks go from 01:00 to 02:00: the shift is an hour shorter.
        (at(2026, 3, 29, 4, 59), True),
        (at(2026, 3, 29, 5, 0), False),
        # They go back from 02:00 to 01:00: it is an hour longer.
        (at(2026, 10, 25, 0, 30), True),
        (at(2026, 10, 25, 1, 30), True),
        (at(2026, 10, 25, 5, 59), True),
        (at(2026, 10, 25, 6, 0), False),
    ],
)
def test_a_night_shift_ends_by_the_clock_when_clocks_change(now_ms: int, *, expected: bool) -> None:
    """Whether the night had an hour less or one more."""
    assert expected == hours(NIGHT_SHIFT).hold(now_ms)


def test_the_zone_tells_the_time() -> None:
    """Nine in Edinburgh is not nine in Sydney."""
    moment = at(2026, 1, 5, 10, 0)

    assert hours(DAY_SHIFT).hold(moment)
    assert not hours(DAY_SHIFT, zone="Australia/Sydney").hold(moment)


def test_any_of_several_times_will_do() -> None:
    """A split shift holds in both its halves, and not between them."""
    morning = {"days": ("monday",), "since": "06:00", "until": "10:00"}
    evening = {"days": ("monday",), "since": "16:00", "until": "20:00"}
    split = hours(morning, evening)

    held = [split.hold(at(2026, 1, 5, hour, 0)) for hour in (7, 12, 17)]
    assert [True, False, True] == held


@given(now_ms=st.integers(0, 10**13))
def test_a_whole_week_holds_at_every_moment(now_ms: int) -> None:
    """Written from 00:00 to 24:00, it has no gap."""
    assert GrantHours(zone="Europe/London", weekly=(ALWAYS,)).hold(now_ms)


@given(now_ms=st.integers(0, 10**13))
def test_a_time_and_its_opposite_hold_at_no_moment_both(now_ms: int) -> None:
    """Of two shifts that follow one another, one person is on."""
    days = ALWAYS.days
    night = WeeklyTimes(days=days, since="22:00", until="06:00")
    day = WeeklyTimes(days=days, since="06:00", until="22:00")

    on = [GrantHours(zone="Europe/London", weekly=(each,)).hold(now_ms) for each in (night, day)]
    assert [False, True] == sorted(on)


@pytest.mark.parametrize(
    "times",
    [
        {"days": ("monday",), "since": "09:00", "until": "09:00"},
        {"days": (), "since": "09:00", "until": "17:00"},
        {"days": ("monday", "monday"), "since": "09:00", "until": "17:00"},
        {"days": ("monday",), "since": "24:00", "until": "06:00"},
        {"days": ("monday",), "since": "9:00", "until": "17:00"},
        {"days": ("moonday",), "since": "09:00", "until": "17:00"},
    ],
)
def test_times_that_are_none_are_refused(times: dict[str, Any]) -> None:
    """Before anybody relies on them."""
    with pytest.raises(ValidationError):
        hours(times)


def test_a_zone_that_is_none_is_refused() -> None:
    """Its hours would be anybody's guess."""
    with pytest.raises(ValidationError, match="no time zone"):
        hours(DAY_SHIFT, zone="Europe/Mercatburgh")


@pytest.mark.parametrize("kept", [None, ""])
def test_a_grant_from_before_hours_were_kept_holds_at_all(kept: str | None) -> None:
    """As it did."""
    assert within(kept, NOW_MS)


@pytest.mark.parametrize("kept", ["{}", "always", '{"zone": "Europe/London", "weekly": []}'])
def test_hours_that_cannot_be_read_hold_at_none(kept: str) -> None:
    """What nobody understands lets nobody speak."""
    assert not within(kept, NOW_MS)


@pytest.mark.parametrize(
    ("written", "days", "times"),
    [
        ("mon-fri 09:00-17:00", WORKING_DAYS, ("09:00", "17:00")),
        ("fri-mon 22:00-06:00", ("friday", "saturday", "sunday", "monday"), ("22:00", "06:00")),
        ("sat,sun 00:00-24:00", ("saturday", "sunday"), ("00:00", "24:00")),
        (" Tuesday 10:00-11:30 ", ("tuesday",), ("10:00", "11:30")),
        ("mon,wed-thu 10:00-11:30", ("monday", "wednesday", "thursday"), ("10:00", "11:30")),
    ],
)
def test_times_are_read_as_people_write_them(
    written: str, days: tuple[str, ...], times: tuple[str, str]
) -> None:
    """Days by their beginnings, from one to another or one by one."""
    read = times_of(written)

    assert (days, times) == (read.days, (read.since, read.until))


@pytest.mark.parametrize(
    "written",
    [
        *("", "weekends", "mon-fri", "09:00-17:00", "mo 09:00-17:00", "mon 9-17"),
        *("mon 25:00-26:00", "mon,mon 09:00-17:00", "mon-tue,tue 09:00-17:00"),
        *("mon 09:00-09:00", "day 09:00-17:00"),
    ],
)
def test_times_that_cannot_be_read_are_answered_with_an_example(written: str) -> None:
    """So that whoever typed them sees what to type."""
    with pytest.raises(ValueError, match="write days and times such as mon-fri"):
        times_of(written)
