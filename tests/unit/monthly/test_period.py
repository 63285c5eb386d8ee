"""Months: named or the last whole one, as long as the clocks there make them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from schemas.envelope import timed_id
from services.monthly.period import period_of
from services.runtime.errors import InputInvalidError

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)


def test_the_last_whole_month_is_taken_where_none_is_named() -> None:
    """In January it is December of the year before."""
    usual = period_of(None, NOW, LONDON)
    january = period_of(None, datetime(2027, 1, 5, tzinfo=UTC), LONDON)

    assert ("2026-10", "2026-12") == (usual.name, january.name)


def test_a_month_ends_where_the_body_is() -> None:
    """Half past midnight of the first in London's summer is still yesterday in UTC."""
    period = period_of("2026-10", NOW, LONDON)

    assert datetime(2026, 9, 30, 23, tzinfo=UTC) == period.since
    assert datetime(2026, 11, 1, tzinfo=UTC) == period.until


def test_the_zone_decides_which_month_is_the_last_one() -> None:
    """At eleven in the evening of the thirtieth, Auckland has gone on."""
    late = datetime(2026, 11, 30, 23, tzinfo=UTC)

    assert "2026-10" == period_of(None, late, LONDON).name
    assert "2026-11" == period_of(None, late, ZoneInfo("Pacific/Auckland")).name


def test_days_are_as_long_as_the_clocks_make_them() -> None:
    """October has a day of 25 hours there, and no second is in two days or in none."""
    days = list(period_of("2026-10", NOW, LONDON).days())

    seconds = [int(day.end_id, 16) - int(day.first_id, 16) for day in days]
    assert 31 == len(days)
    assert 25 * 3_600 == seconds[24]
    assert {24 * 3_600} == {*seconds[:24], *seconds[25:]}
    assert [day.first_id for day in days[1:]] == [day.end_id for day in days[:-1]]


def test_what_was_said_on_a_day_has_an_id_between_its_bounds() -> None:
    """From its first second to its last."""
    day = next(period_of("2026-10", NOW, LONDON).days())

    first = timed_id(datetime(2026, 9, 30, 23, tzinfo=UTC), "post")
    last = timed_id(datetime(2026, 10, 1, 22, 59, 59, tzinfo=UTC), "post")
    after = timed_id(datetime(2026, 10, 1, 23, tzinfo=UTC), "post")
    assert day.first_id < first < last < day.end_id < after


@pytest.mark.parametrize("named", ["2026", "2026-13", "10-2026", "2026-1", "0001-01", "9999-12"])
def test_what_is_no_month_is_refused(named: str) -> None:
    """It is said how one is written."""
    with pytest.raises(InputInvalidError, match="write one as 2026-10"):
        period_of(named, NOW, LONDON)


def test_a_month_ahead_is_refused() -> None:
    """There is nothing to tell of it; the present one is told so far."""
    assert "2026-11" == period_of("2026-11", NOW, LONDON).name
    with pytest.raises(InputInvalidError, match="has not begun yet"):
        period_of("2026-12", NOW, LONDON)
