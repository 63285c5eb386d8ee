"""The plan: what hangs together in the sizes of each mode."""

import pytest

from bench.growth import BLOCKS_COMPARED
from bench.plan import (
    DELIVERY_POSTS,
    FLOOD_PER_SECOND,
    FULL,
    LONG,
    QUICK,
    ROUND_POSTS,
    STORM_PER_SECOND,
    Sizes,
)
from bench.storm import DELIVERIES_PER_SECOND


@pytest.mark.parametrize("sizes", [QUICK, FULL, LONG], ids=lambda sizes: sizes.mode)
def test_early_and_late_blocks_do_not_overlap(sizes: Sizes) -> None:
    """A run is long enough that its first blocks are not its last ones."""
    blocks = sizes.growth_posts // sizes.growth_block_posts

    assert blocks >= 2 * BLOCKS_COMPARED


@pytest.mark.parametrize("sizes", [QUICK, FULL, LONG], ids=lambda sizes: sizes.mode)
def test_blocks_are_whole_deliveries(sizes: Sizes) -> None:
    """Every block holds the posts it says, and the blocks make up the run."""
    rest = sizes.growth_posts % sizes.growth_block_posts

    assert (0, 0) == (rest, sizes.growth_block_posts % DELIVERY_POSTS)


@pytest.mark.parametrize("sizes", [QUICK, FULL, LONG], ids=lambda sizes: sizes.mode)
def test_rounds_make_up_the_run_and_have_a_middle(sizes: Sizes) -> None:
    """The rate is taken over three whole rounds or more, each of whole deliveries."""
    rounds, rest = divmod(sizes.throughput_posts, ROUND_POSTS)

    assert rounds >= 3
    assert (0, 0) == (rest, ROUND_POSTS % DELIVERY_POSTS)


def test_only_the_long_run_judges_growth() -> None:
    """A short run shows how growth goes, and cannot fail for it."""
    assert [None, None, 0.8] == [sizes.growth_floor for sizes in (QUICK, FULL, LONG)]


def test_the_storm_is_ten_minutes_in_the_long_run() -> None:
    """Ten times the usual rate for ten minutes is what is promised."""
    assert (500, 600) == (STORM_PER_SECOND, LONG.storm_seconds)


@pytest.mark.parametrize("rate", [STORM_PER_SECOND, FLOOD_PER_SECOND])
def test_a_second_is_made_of_whole_deliveries(rate: int) -> None:
    """Deliveries of a storm or a flood hold equally many posts."""
    assert rate % DELIVERIES_PER_SECOND == 0
