"""Weekly times as shifts across changes of the clocks, and what is wrong with a rota's shifts."""

from datetime import date

import pytest

from services.policy.grant_hours import times_of
from services.policy.grants import certify_by_ms, coaches_of, is_signed, signed
from services.policy.rota import initials_of
from services.policy.rota_findings import Engagement, clashes, gaps
from services.policy.rota_times import DAYS_MAX, shift_times
from services.runtime.clock import DAY_MS, HOUR_MS
from tests.unit.policy.samples import NOW_MS, grant

ZONE = "Europe/London"
NAMES = {"ada": "Ada Orr", "ben": "Ben Ure"}


def on(start_hours: float, end_hours: float, person: str = "ada", name: str = "") -> Engagement:
    """Return a time that somebody is on, in hours from a moment."""
    begin, end = round(start_hours * HOUR_MS), round(end_hours * HOUR_MS)
    return Engagement(NOW_MS + begin, NOW_MS + end, name or f"{person}-{start_hours}", person)


def hours_of(written: str, first: date, days: int = 1) -> list[float]:
    """Return how many hours each shift of some weekly times has."""
    slots = shift_times(times_of(written), first, days, ZONE)
    return [(each.ends_at_ms - each.starts_at_ms) / HOUR_MS for each in slots]


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (date(2026, 10, 17), [8.0]),
        (date(2026, 10, 24), [9.0]),
        (date(2027, 3, 27), [7.0]),
    ],
)
def test_a_night_ends_at_six_whatever_the_clocks_do(first: date, expected: list[float]) -> None:
    """It is an hour longer in October, and an hour shorter in March."""
    assert expected == hours_of("sat 22:00-06:00", first)


def test_what_begins_in_an_hour_left_out_begins_as_it_ends() -> None:
    """At half past one there is no half past one: the clocks say half past two."""
    assert [3.5] == hours_of("sun 01:30-06:00", date(2027, 3, 28))


def test_a_whole_day_is_as_long_as_that_day_is() -> None:
    """Twenty-five hours, on the day the clocks go back."""
    assert [24.0, 25.0] == hours_of("sat,sun 00:00-24:00", date(2026, 10, 24), 2)


def test_only_the_days_that_are_named_have_a_shift() -> None:
    """Of a fortnight, ten."""
    assert 10 == len(hours_of("mon-fri 09:00-17:00", date(2026, 11, 2), 14))


def test_more_days_than_a_rota_has_are_refused() -> None:
    """Nothing is planned without an end."""
    with pytest.raises(ValueError, match="366 days"):
        hours_of("mon 09:00-17:00", date(2026, 11, 2), DAYS_MAX + 1)


def test_gaps_are_before_between_and_after() -> None:
    """Times that touch or overlap leave none."""
    known = [on(1, 3), on(2, 4, "ben"), on(4, 5), on(6, 7)]
    found = list(gaps(known, NOW_MS, NOW_MS + 8 * HOUR_MS, ZONE))

    begins = [(each.starts_at_ms - NOW_MS) / HOUR_MS for each in found]
    ends = [(each.ends_at_ms - NOW_MS) / HOUR_MS for each in found]
    assert ([0, 5, 7], [1, 6, 8]) == (begins, ends)


def test_nothing_planned_is_one_gap_and_enough_planned_is_none() -> None:
    """What begins after the time that is asked about does not count."""
    until_ms = NOW_MS + HOUR_MS

    assert 1 == len(list(gaps([on(5, 6)], NOW_MS, until_ms, ZONE)))
    assert [] == list(gaps([on(-1, 2), on(5, 6)], NOW_MS, until_ms, ZONE))


def test_every_two_times_of_a_person_that_overlap_are_named() -> None:
    """A long one counts against each that begins in it; two people do not count."""
    known = [on(0, 10, name="a"), on(1, 2, name="b"), on(9, 12, name="c"), on(1, 2, "ben")]
    found = list(clashes(known, 0, NAMES, ZONE))

    assert [("a", "b"), ("a", "c")] == [each.ids for each in found]
    assert found[0].sentence.startswith("Ada Orr is booked twice from ")


@pytest.mark.parametrize(("minutes", "expected"), [(59, []), (60, []), (61, ["rest"])])
def test_rest_is_counted_to_the_minute(minutes: int, expected: list[str]) -> None:
    """An hour between two is enough for whoever asks for an hour."""
    found = list(clashes([on(0, 1), on(2, 3)], minutes, NAMES, ZONE))

    assert expected == [each.kind for each in found]
    assert all("60 minutes of rest" in each.sentence for each in found)


def test_rest_is_counted_from_the_latest_end() -> None:
    """A short time within a long one does not begin the rest."""
    known = [on(0, 10), on(1, 2), on(10.5, 12)]

    assert ["double-booked", "rest"] == [each.kind for each in clashes(known, 60, NAMES, ZONE)]


@pytest.mark.parametrize(
    ("name", "expected"), [("Kirsty Ann MacLeod", "KAM"), ("Cher", "C"), ("日 本", ""), ("", "")]
)
def test_initials_are_of_the_first_letters(name: str, expected: str) -> None:
    """Where there are none, somebody names some."""
    assert expected == initials_of(name)


def test_words_are_signed_once_and_only_where_all_leave_asks_for_the_same() -> None:
    """One who may also speak unsigned signs as they like."""
    asks, free = grant(initials="KM"), grant()

    assert "Hello. ^KM" == signed("Hello. \n", [asks], NOW_MS)
    assert "Hello. ^KM" == signed("Hello. ^KM", [asks], NOW_MS)
    assert "Hello." == signed("Hello.", [asks, free], NOW_MS)
    assert "Hello." == signed("Hello.", [], NOW_MS)


def test_another_persons_initials_are_no_signature() -> None:
    """Nor are letters that a word ends with; what has no words needs none."""
    assert [False, False, True] == [is_signed(each, "KM") for each in ("A ^JR", "A^KM", None)]


def test_coaches_are_those_of_leave_in_force() -> None:
    """One whose grant has ended coaches nobody."""
    over = grant(coach_id="moira", ends_at_ms=NOW_MS)

    assert frozenset({"mungo"}) == coaches_of([over, grant(coach_id="mungo"), grant()], NOW_MS)


def test_leave_is_looked_at_anew_only_where_it_outlasts_that() -> None:
    """Half a year is the longest without anybody asking."""
    assert certify_by_ms(0, 100 * DAY_MS) is None
    assert 180 * DAY_MS == certify_by_ms(0, 366 * DAY_MS)
