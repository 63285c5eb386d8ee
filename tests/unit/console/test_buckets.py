"""Buckets of leave: so many at once, then as time passes, and never more buckets than told."""

import pytest

from services.console.buckets import Buckets


def test_a_bucket_gives_its_burst_and_then_says_how_long_to_wait() -> None:
    """Three at once go through; the fourth waits for a half of a second at two a second."""
    buckets = Buckets(rate_per_second=2, burst=3)

    waits = [buckets.take("ann", 100.0) for _ in range(4)]

    assert [0, 0, 0, 0.5] == waits


def test_a_bucket_fills_up_as_time_passes_but_not_over() -> None:
    """After a long rest there is the burst again, and not more."""
    buckets = Buckets(rate_per_second=2, burst=3)
    for _ in range(3):
        buckets.take("ann", 0.0)

    waits = [buckets.take("ann", 1_000.0) for _ in range(4)]

    assert [0, 0, 0, 0.5] == waits


def test_who_is_refused_loses_nothing_by_asking() -> None:
    """Asking on an empty bucket does not put off the time when there is one again."""
    buckets = Buckets(rate_per_second=1, burst=1)
    buckets.take("ann", 0.0)
    for tenths in range(1, 10):
        buckets.take("ann", tenths / 10)

    assert 0 == buckets.take("ann", 1.0)


def test_each_has_a_bucket_of_their_own() -> None:
    """One who asks much takes nothing from another."""
    buckets = Buckets(rate_per_second=1, burst=1)
    buckets.take("ann", 0.0)

    assert 0 == buckets.take("bob", 0.0)
    assert 1 == buckets.take("ann", 0.0)


def test_there_are_never_more_buckets_than_told() -> None:
    """The one unused for longest goes, so that strangers cannot fill the memory."""
    buckets = Buckets(rate_per_second=1, burst=1, buckets_max=2)
    for name in ("ann", "bob", "ann", "cat"):
        buckets.take(name, 0.0)

    assert 2 == len(buckets)
    assert 1 == buckets.take("ann", 0.0), "ann was used after bob, so her bucket stayed"
    assert 0 == buckets.take("bob", 0.0)


@pytest.mark.parametrize("now_seconds", [-5.0, 0.0])
def test_a_clock_that_stands_or_goes_back_gives_nothing(now_seconds: float) -> None:
    """Only time that passes fills a bucket."""
    buckets = Buckets(rate_per_second=1, burst=1)
    buckets.take("ann", 0.0)

    assert 1 == buckets.take("ann", now_seconds)
