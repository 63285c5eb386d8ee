"""Shares and medians: their intervals are those of the tables in print."""

import pytest

from services.monthly.intervals import ENOUGH, Share, median_rank, typical, wilson


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_shares_have_the_intervals_of_the_table(
    hits: int, of: int, low: float, high: float
) -> None:
    """They are those of Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
    assert (low, high) == wilson(hits, of)


def test_a_share_of_all_ends_at_all() -> None:
    """The interval of 20 of 20 is that of none of 20 turned round."""
    assert (1 - 0.1611, 1.0) == pytest.approx(wilson(20, 20))


@pytest.mark.parametrize(("count", "rank"), [(6, 1), (10, 2), (20, 6), (50, 18), (100, 40)])
def test_medians_lie_between_the_ranks_of_the_table(count: int, rank: int) -> None:
    """They are those of Campbell and Gardner, British Medical Journal 296 (1988)."""
    assert rank == median_rank(count)


def test_five_values_are_too_few_for_a_median_to_be_sure() -> None:
    """All five lie on one side of it in one case of sixteen."""
    assert median_rank(5) is None


def test_many_values_have_the_ranks_of_the_normal_distribution() -> None:
    """Where the exact ones end, the next differ by one at most."""
    exact, near = median_rank(500), median_rank(501)

    assert exact is not None
    assert near is not None
    assert abs(exact - near) <= 1


def test_fewer_than_twenty_have_no_share() -> None:
    """The counts stand alone; one more, and there is one."""
    few, enough = Share(10, ENOUGH - 1).told(), Share(10, ENOUGH).told()

    assert {"hits": 10, "of": 19, "share": None, "low": None, "high": None} == few
    assert 0.5 == enough["share"]


def test_a_typical_time_stands_between_two_of_the_times() -> None:
    """Of 1 to 20 the median is 10.5, its ranks 6 and 15, and nine in ten lie up to 18."""
    told = typical([float(each) for each in range(20, 0, -1)])

    assert {"count": 20, "median": 10.5, "low": 6.0, "high": 15.0, "nine_in_ten": 18.0} == told


def test_nineteen_times_have_nothing_typical() -> None:
    """Only how many there are is told."""
    told = typical([1.0] * 19)

    assert 19 == told["count"]
    assert told["median"] is None
