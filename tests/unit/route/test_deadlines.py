"""Deadlines by the business calendar: hours, holidays, clocks that change, years that end."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.route.configuration import CalendarSettings
from services.route.deadlines import BusinessCalendar
from services.route.durations import Duration, duration_of
from services.runtime.errors import SettingsError

LONDON = ZoneInfo("Europe/London")
TOWN = BusinessCalendar(CalendarSettings())


def due(said: str, allowed: str, calendar: BusinessCalendar = TOWN) -> str:
    """Return the deadline for what was said at a local time, as a local time."""
    said_at = datetime.fromisoformat(said).replace(tzinfo=LONDON)
    deadline = calendar.deadline(said_at, duration_of(allowed))
    assert deadline.tzinfo is UTC
    return deadline.astimezone(LONDON).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("said", "allowed", "expected"),
    [
        pytest.param("2026-03-02 10:00", "1 working day", "2026-03-03 17:00", id="monday"),
        pytest.param("2026-03-06 10:00", "1 working day", "2026-03-09 17:00", id="over weekend"),
        pytest.param("2026-03-07 10:00", "1 working day", "2026-03-10 17:00", id="on saturday"),
        pytest.param("2026-03-02 16:59", "1 working day", "2026-03-03 17:00", id="just open"),
        pytest.param("2026-03-02 17:00", "1 working day", "2026-03-04 17:00", id="just closed"),
        pytest.param("2026-03-02 07:00", "1 working day", "2026-03-03 17:00", id="before opening"),
        pytest.param("2026-04-02 10:00", "1 working day", "2026-04-06 17:00", id="good friday"),
        pytest.param("2026-11-27 10:00", "1 working day", "2026-12-01 17:00", id="st andrew"),
        pytest.param("2026-12-31 10:00", "1 working day", "2027-01-05 17:00", id="new year"),
        pytest.param("2026-12-24 18:00", "1 working day", "2026-12-30 17:00", id="boxing day off"),
        pytest.param("2026-08-28 10:00", "1 working day", "2026-08-31 17:00", id="england's own"),
        pytest.param("2026-03-02 10:00", "20 working days", "2026-03-30 17:00", id="foi"),
        pytest.param("2026-03-02 10:00", "end of the working day", "2026-03-02 17:00", id="today"),
        pytest.param("2026-03-06 17:30", "end of the working day", "2026-03-09 17:00", id="late"),
    ],
)
def test_working_days_end_at_closing_time(said: str, allowed: str, expected: str) -> None:
    """N open days after the one on which it counts as said, at the hour when the doors close."""
    assert due(said, allowed) == expected


@pytest.mark.parametrize(
    ("said", "allowed", "expected"),
    [
        pytest.param("2026-03-02 10:00", "2 working hours", "2026-03-02 12:00", id="within a day"),
        pytest.param("2026-03-02 15:00", "8 working hours", "2026-03-03 15:00", id="over night"),
        pytest.param("2026-03-06 16:00", "2 working hours", "2026-03-09 10:00", id="over weekend"),
        pytest.param("2026-03-02 20:00", "1 working hour", "2026-03-03 10:00", id="after closing"),
        pytest.param("2026-03-02 09:00", "8 working hours", "2026-03-02 17:00", id="a whole day"),
        pytest.param("2026-03-02 10:00", "40 working hours", "2026-03-09 10:00", id="a week"),
        pytest.param("2026-03-07 03:00", "2 hours", "2026-03-07 05:00", id="emergency at night"),
        pytest.param("2026-03-07 03:00", "90 minutes", "2026-03-07 04:30", id="minutes"),
    ],
)
def test_hours_run_by_the_clock_and_working_hours_while_open(
    said: str, allowed: str, expected: str
) -> None:
    """Emergencies run day and night, everything else stands still while the body is closed."""
    assert due(said, allowed) == expected


@pytest.mark.parametrize(
    ("said", "allowed", "expected"),
    [
        pytest.param("2026-03-28 23:30", "3 hours", "2026-03-29 03:30", id="an hour lost"),
        pytest.param("2026-10-25 00:30", "3 hours", "2026-10-25 02:30", id="an hour won"),
        pytest.param("2026-03-27 16:00", "2 working hours", "2026-03-30 10:00", id="spring"),
        pytest.param("2026-10-23 16:00", "2 working hours", "2026-10-26 10:00", id="autumn"),
        pytest.param("2026-03-27 10:00", "1 working day", "2026-03-30 17:00", id="days, spring"),
        pytest.param("2026-10-23 10:00", "1 working day", "2026-10-26 17:00", id="days, autumn"),
    ],
)
def test_changes_of_the_clock_are_kept_apart_from_time(
    said: str, allowed: str, expected: str
) -> None:
    """Hours are real hours across a change; opening and closing follow the clock on the wall."""
    assert due(said, allowed) == expected


def test_day_open_all_night_is_as_long_as_the_clock_makes_it() -> None:
    """Where the body works through the change, the lost hour is not counted as worked."""
    calendar = BusinessCalendar(
        CalendarSettings.model_validate(
            {"working_days": ["saturday", "sunday"], "opens": "00:00", "closes": "12:00"}
        )
    )

    assert due("2026-03-28 13:00", "11 working hours", calendar) == "2026-03-29 12:00"
    assert due("2026-10-24 13:00", "12 working hours", calendar) == "2026-10-25 11:00"


def test_extra_dates_close_and_open_days() -> None:
    """A local holiday is closed, and a bank holiday on which the body works is open."""
    calendar = BusinessCalendar(
        CalendarSettings.model_validate(
            {"extra_closed": ["2026-03-03"], "extra_open": ["2026-04-03"]}
        )
    )

    assert due("2026-03-02 10:00", "1 working day", calendar) == "2026-03-04 17:00"
    assert due("2026-04-02 10:00", "1 working day", calendar) == "2026-04-03 17:00"


def test_calendar_of_another_country_has_its_holidays() -> None:
    """England works on St Andrew's day and rests on the last Monday of August."""
    england = BusinessCalendar(CalendarSettings(subdivision="ENG"))

    assert england.is_open_on(date(2026, 11, 30))
    assert not england.is_open_on(date(2026, 8, 31))


def test_day_is_the_bodys_own_and_not_that_of_utc() -> None:
    """Nine in the evening in New York is open there, though in UTC the next day has begun."""
    calendar = BusinessCalendar(
        CalendarSettings.model_validate(
            {"zone": "America/New_York", "country": "US", "subdivision": "NY", "closes": "23:00"}
        )
    )
    said_at = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)

    assert calendar.deadline(said_at, duration_of("end of the working day")) == datetime(
        2026, 3, 3, 4, 0, tzinfo=UTC
    )
    assert calendar.deadline(said_at, duration_of("1 working hour")) == datetime(
        2026, 3, 3, 3, 0, tzinfo=UTC
    )


def test_count_that_would_not_end_stops_with_the_cure() -> None:
    """A calendar with next to no open day is refused, not searched for ever."""
    calendar = BusinessCalendar(
        CalendarSettings.model_validate(
            {"working_days": ["monday"], "opens": "09:00", "closes": "09:01"}
        )
    )

    with pytest.raises(SettingsError, match="correct working_days or extra_closed"):
        due("2026-03-02 10:00", "4000 working hours", calendar)


MOMENTS = st.integers(0, 6 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
DURATIONS = st.one_of(
    st.builds(Duration, amount=st.integers(1, 300), unit=st.just("working hours")),
    st.builds(Duration, amount=st.integers(0, 60), unit=st.just("working days")),
    st.builds(Duration, amount=st.integers(1, 500), unit=st.just("hours")),
)
WORKING = DURATIONS.filter(lambda duration: duration.unit != "hours")


@settings(deadline=None)
@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=9)), DURATIONS)
def test_who_speaks_later_is_never_due_earlier(
    said: datetime, later: timedelta, duration: Duration
) -> None:
    """Deadlines keep the order of what was said."""
    assert TOWN.deadline(said, duration) <= TOWN.deadline(said + later, duration)


@settings(deadline=None)
@given(MOMENTS, DURATIONS)
def test_deadline_is_after_what_was_said(said: datetime, duration: Duration) -> None:
    """No deadline has passed when its post is said."""
    assert TOWN.deadline(said, duration) > said


@settings(deadline=None)
@given(MOMENTS, WORKING)
def test_deadline_in_working_time_is_never_while_closed(said: datetime, duration: Duration) -> None:
    """It falls on an open day, between opening and closing."""
    local = TOWN.deadline(said, duration).astimezone(LONDON)

    assert TOWN.is_open_on(local.date())
    assert 9 * 60 <= local.hour * 60 + local.minute <= 17 * 60


@settings(deadline=None)
@given(MOMENTS, WORKING)
def test_more_time_is_never_due_earlier(said: datetime, duration: Duration) -> None:
    """One unit more moves the deadline on."""
    longer = Duration(amount=duration.amount + 1, unit=duration.unit)

    assert TOWN.deadline(said, duration) < TOWN.deadline(said, longer)
