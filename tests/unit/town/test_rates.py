"""When people post: never backwards, by hour and weekday, clocks that change included."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.runtime.clock import from_epoch_ms
from services.town.rates import STEADY, USUAL, RateProfile, Timetable

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
WEEK = timedelta(days=7)
LONDON = ZoneInfo("Europe/London")


def moments(timetable: Timetable, count: int) -> list[datetime]:
    """Return the moments of all posts, each in the middle of its share."""
    return [from_epoch_ms(timetable.moment_ms(number, 0.5)) for number in range(count)]


def test_moments_never_run_backwards_and_stay_within_the_time() -> None:
    """Even where one post comes late in its share and the next one early."""
    timetable = Timetable(MONDAY, WEEK, 1_000, USUAL)

    found = [
        timetable.moment_ms(number, 0.0 if number % 2 else 0.999_999) for number in range(1_000)
    ]

    assert sorted(found) == found
    assert from_epoch_ms(found[0]) >= MONDAY
    assert from_epoch_ms(found[-1]) <= MONDAY + WEEK


def test_evenings_are_busier_than_nights() -> None:
    """People post after their tea, hardly at four in the morning."""
    hours = Counter(at.hour for at in moments(Timetable(MONDAY, WEEK, 5_000, USUAL), 5_000))

    assert hours[20] > 10 * hours[4] > 0


def test_a_steady_profile_is_as_busy_at_every_hour() -> None:
    """A measurement wants no evenings."""
    hours = Counter(at.hour for at in moments(Timetable(MONDAY, WEEK, 2_400, STEADY), 2_400))

    assert set(hours.values()) == {100}


def test_hours_are_those_of_the_zone_when_clocks_change() -> None:
    """On the Sunday after the change, eight in the evening is seven in UTC."""
    only_eight = RateProfile(hours=(0,) * 20 + (1,) + (0,) * 3, weekdays=(1,) * 7)
    saturday = datetime(2026, 3, 28, tzinfo=UTC)

    found = moments(Timetable(saturday, timedelta(days=2), 10, only_eight), 10)

    assert {20} == {at.astimezone(LONDON).hour for at in found}
    assert {(28, 20), (29, 19)} == {(at.day, at.hour) for at in found}


def test_a_weekday_without_weight_is_left_out() -> None:
    """A profile for a counter that shuts at weekends, say."""
    working = RateProfile(hours=(1,) * 24, weekdays=(1, 1, 1, 1, 1, 0, 0))

    found = moments(Timetable(MONDAY, WEEK, 500, working), 500)

    assert {0, 1, 2, 3, 4} == {at.astimezone(LONDON).weekday() for at in found}


def test_a_part_of_an_hour_at_the_end_gets_its_part_of_the_posts() -> None:
    """Ninety minutes hold a third of their posts in the last half hour."""
    found = moments(Timetable(MONDAY, timedelta(minutes=90), 90, STEADY), 90)

    assert sum(at >= MONDAY + timedelta(hours=1) for at in found) == 30


def test_a_year_of_ten_million_posts_is_reached_at_any_place() -> None:
    """Nothing in front of the last post has to be worked out."""
    timetable = Timetable(MONDAY, timedelta(days=365), 10_000_000, USUAL)

    last = from_epoch_ms(timetable.moment_ms(9_999_999, 0.5))

    assert MONDAY + timedelta(days=364) < last <= MONDAY + timedelta(days=365)


def test_no_posts_or_no_zone_is_a_bug() -> None:
    """Both are caught where they are written."""
    with pytest.raises(AssertionError):
        Timetable(MONDAY, WEEK, 0, USUAL)
    with pytest.raises(AssertionError):
        Timetable(MONDAY.replace(tzinfo=None), WEEK, 10, USUAL)
