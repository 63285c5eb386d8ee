"""Slots in the body's zone: the hour on the wall is kept, through both changes of the clocks."""

from datetime import date, time
from itertools import pairwise
from typing import Any

import pytest

from services.policy.slot_times import in_words, instant_of, slot_of, weeks_from
from services.runtime.clock import DAY_MS, HOUR_MS
from services.runtime.errors import RejectError
from tests.unit.policy.samples import NOW_MS

LONDON = "Europe/London"
WEEK_MS = 7 * DAY_MS


@pytest.mark.parametrize(
    ("monday", "hours_more"),
    [("2026-12-07", 0), ("2027-03-22", -1), ("2026-10-19", 1)],
)
def test_a_week_lasts_from_monday_to_monday_on_the_wall(monday: str, hours_more: int) -> None:
    """An hour shorter where the clocks go forward, an hour longer where they go back."""
    slot = slot_of(f"{monday}T09:00", LONDON, NOW_MS, days=7)

    assert WEEK_MS + hours_more * HOUR_MS == slot.ends_at_ms - slot.starts_at_ms
    for edge in (slot.starts_at_ms, slot.ends_at_ms):
        assert in_words(edge, LONDON).startswith("Mon ")
        assert " 09:00 " in in_words(edge, LONDON)


def test_weeks_in_a_row_leave_no_gap_and_do_not_overlap() -> None:
    """Through seven years of changes of the clocks."""
    slots = list(weeks_from(date(2026, 12, 7), time(9), LONDON, 356))

    assert all(one.ends_at_ms == next_one.starts_at_ms for one, next_one in pairwise(slots))
    assert {" 09:00"} == {in_words(slot.starts_at_ms, LONDON)[15:21] for slot in slots}
    lengths = {slot.ends_at_ms - slot.starts_at_ms for slot in slots}
    assert {WEEK_MS - HOUR_MS, WEEK_MS, WEEK_MS + HOUR_MS} == lengths


def test_hours_are_exactly_as_long_as_they_say() -> None:
    """A night shift through a change of the clocks is paid by the hour."""
    slot = slot_of("2027-03-27T22:00", LONDON, NOW_MS, hours=8)

    assert 8 * HOUR_MS == slot.ends_at_ms - slot.starts_at_ms
    assert "Sun 28 Mar 2027 07:00 BST" == in_words(slot.ends_at_ms, LONDON)


def test_an_end_may_be_named_with_an_offset() -> None:
    """Programs send instants; people write what the clock on the wall says."""
    slot = slot_of("2026-12-07T09:00", LONDON, NOW_MS, ends="2026-12-07T12:00+02:00")

    assert HOUR_MS == slot.ends_at_ms - slot.starts_at_ms


def test_now_is_the_servers_moment() -> None:
    """Nobody's own clock counts."""
    assert NOW_MS == instant_of("now", LONDON, NOW_MS)


def test_an_hour_that_comes_twice_is_the_first() -> None:
    """As people say it who do not think of it."""
    assert "BST" in in_words(instant_of("2026-10-25T01:30", LONDON, NOW_MS), LONDON)


@pytest.mark.parametrize(
    ("written", "match"),
    [
        ("2027-03-28T01:30", "on no clock in Europe/London"),
        ("tomorrow", "is no time; write"),
        ("2027-13-01T09:00", "is no time; write"),
        ("9999-12-31T23:59", "the year is not one of"),
        ("0001-01-01T00:00+14:00", "the year is not one of"),
    ],
)
def test_a_time_that_there_is_not_is_refused(written: str, match: str) -> None:
    """Rather than moved to another that nobody meant."""
    with pytest.raises(RejectError, match=match):
        instant_of(written, LONDON, NOW_MS)


@pytest.mark.parametrize("ends", [{}, {"days": 1, "hours": 2.0}])
def test_an_end_is_named_in_one_way(ends: dict[str, Any]) -> None:
    """Neither left open nor said twice."""
    with pytest.raises(RejectError, match="in one way"):
        slot_of("now", LONDON, NOW_MS, **ends)
