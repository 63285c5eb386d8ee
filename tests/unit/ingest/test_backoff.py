"""How long a failing source is left in peace."""

from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.backoff import (
    ASKED_SECONDS_MAX,
    BACK_OFF_SECONDS_MAX,
    START_SECONDS,
    back_off_seconds,
    retry_after_seconds,
)
from tests.unit.ingest.samples import NOW


@pytest.mark.parametrize(
    ("failures", "longest"),
    [(1, 2.0), (2, 4.0), (5, 32.0), (9, 512.0), (10, 600.0), (10_000, 600.0)],
)
def test_the_longest_wait_doubles_up_to_its_bound(failures: int, longest: float) -> None:
    """Each failure doubles what may be drawn, up to ten minutes."""
    assert longest == back_off_seconds(failures, 1.0)
    assert longest / 2 == back_off_seconds(failures, 0.5)
    assert back_off_seconds(failures, 0.0) == 0


@given(st.integers(1, 10**9), st.floats(0, 1), st.none() | st.floats(0, 1e12))
def test_no_wait_is_without_bound(failures: int, draw: float, asked: float | None) -> None:
    """Whatever happened and whatever was asked for, the wait has an end, and honours the asking."""
    wait_seconds = back_off_seconds(failures, draw, asked)

    assert 0 <= wait_seconds <= max(BACK_OFF_SECONDS_MAX, ASKED_SECONDS_MAX + START_SECONDS)
    assert wait_seconds >= min(asked or 0, ASKED_SECONDS_MAX)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("999999999", ASKED_SECONDS_MAX),
        (format_datetime(NOW + timedelta(minutes=5), usegmt=True), 300.0),
        (format_datetime(NOW - timedelta(minutes=5), usegmt=True), 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", ASKED_SECONDS_MAX),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, expected: float | None) -> None:
    """Both forms are understood, a day at most; what is neither counts as absent."""
    assert expected == retry_after_seconds(value, NOW)


@given(st.text())
def test_any_retry_after_is_survived(value: str) -> None:
    """A server may write what it likes."""
    seconds = retry_after_seconds(value, NOW)

    assert seconds is None or 0 <= seconds <= ASKED_SECONDS_MAX
