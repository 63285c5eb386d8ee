"""Quiet hours and summaries by the clock on the wall: over midnight, and when the clocks change."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from services.policy.bell_hours import is_quiet, next_at
from services.runtime.clock import HOUR_MS, from_epoch_ms, to_epoch_ms

LONDON = "Europe/London"


def at(written: str, zone: str = LONDON, fold: int = 0) -> int:
    """Return the instant when the clocks of a zone show something."""
    return to_epoch_ms(datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone), fold=fold))


def shown(at_ms: int, zone: str = LONDON) -> str:
    """Return what the clocks of a zone show at an instant, with the zone's name for it."""
    return f"{from_epoch_ms(at_ms).astimezone(ZoneInfo(zone)):%m-%d %H:%M %Z}"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-27T21:59", False),
        ("2026-11-27T22:00", True),
        ("2026-11-28T00:00", True),
        ("2026-11-28T06:59", True),
        ("2026-11-28T07:00", False),
    ],
)
def test_quiet_runs_over_midnight(now: str, *, expected: bool) -> None:
    """From ten to seven is the night, its beginning in it and its end not."""
    assert expected == is_quiet(at(now), "22:00", "07:00", LONDON)


@pytest.mark.parametrize(
    ("now", "expected"), [("2026-11-27T12:59", False), ("2026-11-27T13:00", True)]
)
def test_quiet_may_lie_within_a_day(now: str, *, expected: bool) -> None:
    """A nap after lunch is as good as a night."""
    assert expected == is_quiet(at(now), "13:00", "14:00", LONDON)


def test_equal_hours_are_no_quiet() -> None:
    """From seven to seven is never, not always."""
    assert not is_quiet(at("2026-11-27T07:00"), "07:00", "07:00", LONDON)


def test_quiet_is_by_the_zone_of_whoever_wishes_it() -> None:
    """Midnight in London is evening in Halifax."""
    midnight = at("2026-11-28T00:30")

    assert is_quiet(midnight, "22:00", "07:00", LONDON)
    assert not is_quiet(midnight, "22:00", "07:00", "America/Halifax")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-27T23:00", "11-28 07:00 GMT"),
        ("2026-11-28T06:00", "11-28 07:00 GMT"),
        ("2026-11-28T07:00", "11-29 07:00 GMT"),
        ("2027-03-27T23:00", "03-28 07:00 BST"),
        ("2026-10-24T23:00", "10-25 07:00 GMT"),
    ],
)
def test_the_next_seven_is_on_the_wall_whatever_the_clocks_do(now: str, expected: str) -> None:
    """The night in which the clocks go forward is an hour shorter, the other an hour longer."""
    assert expected == shown(next_at(at(now), "07:00", LONDON))


def test_a_time_that_the_clocks_leave_out_comes_when_it_would_have_come() -> None:
    """Half past one on the night of the change is half past two, for nobody's clock shows it."""
    assert "03-28 02:30 BST" == shown(next_at(at("2027-03-27T23:00"), "01:30", LONDON))


def test_a_time_that_comes_twice_comes_at_the_first_unless_that_is_over() -> None:
    """Between the two it is the second."""
    first = next_at(at("2026-10-24T23:00"), "01:30", LONDON)
    second = next_at(first, "01:30", LONDON)

    assert "10-25 01:30 BST" == shown(first)
    assert "10-25 01:30 GMT" == shown(second)
    assert HOUR_MS == second - first
