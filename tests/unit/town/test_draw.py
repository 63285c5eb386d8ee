"""Draws by name: the same everywhere, independent of one another, fair."""

from collections import Counter
from statistics import mean, pstdev

import pytest

from services.town.draw import Draws, Weights


def test_a_label_gives_the_same_draws_in_every_run_and_on_every_machine() -> None:
    """The figures are pinned: files made from a seed are compared byte for byte."""
    draw = Draws(7).at("post", 1)

    assert [draw.integer(1 << 32) for _ in range(3)] == [4119977358, 559676730, 4130666806]


def test_draws_do_not_depend_on_what_was_asked_for_before() -> None:
    """Post ten million comes out the same whether or not the others were made."""
    alone = Draws(7).at("post", 10_000_000).fraction()
    draws = Draws(7)
    for number in range(50):
        draws.at("post", number).fraction()

    assert alone == draws.at("post", 10_000_000).fraction()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param((7, "post", 1), (8, "post", 1), id="seed"),
        pytest.param((7, "post", 1), (7, "post", 2), id="number"),
        pytest.param((7, "post", 1), (7, "edit", 1), id="label"),
        pytest.param((7, "post", "12"), (7, "post1", "2"), id="where one label ends"),
    ],
)
def test_another_seed_or_label_gives_other_draws(
    one: tuple[int, str, str | int], other: tuple[int, str, str | int]
) -> None:
    """Two places that share a draw would show as a pattern in the town."""
    first, second = (Draws(seed).at(*labels).integer(1 << 32) for seed, *labels in (one, other))

    assert first != second


def test_a_draw_goes_on_past_its_first_digest() -> None:
    """One label may ask for more numbers than one digest holds, and none comes round again."""
    draw = Draws(1).at("long")

    assert len({draw.integer(1 << 32) for _ in range(100)}) == 100


def test_fractions_fill_the_whole_of_zero_to_one() -> None:
    """No tenth of the way from 0 to 1 is drawn much more or less often than another."""
    draws = Draws(3)

    tenths = Counter(int(draws.at(number).fraction() * 10) for number in range(5_000))

    assert set(range(10)) == set(tenths)
    assert min(tenths.values()) > 400
    assert max(tenths.values()) < 600


def test_integers_stay_below_their_limit_and_reach_all_below_it() -> None:
    """A limit of six gives 0 to 5."""
    draw = Draws(3).at("dice")

    assert {0, 1, 2, 3, 4, 5} == {draw.integer(6) for _ in range(200)}


def test_a_chance_comes_true_as_often_as_it_says() -> None:
    """A fifth means a fifth; never and always mean that."""
    draw = Draws(3).at("chance")

    assert 0.17 < sum(draw.chance(0.2) for _ in range(4_000)) / 4_000 < 0.23
    assert not any(draw.chance(0.0) for _ in range(100))
    assert all(draw.chance(1.0) for _ in range(100))


def test_weights_are_kept_and_nothing_of_no_weight_is_drawn() -> None:
    """Three times the weight comes three times as often."""
    draw, weights = Draws(3).at("weights"), Weights((1.0, 0.0, 3.0))

    drawn = Counter(draw.weighted(weights) for _ in range(4_000))

    assert {0, 2} == set(drawn)
    assert 2.6 < drawn[2] / drawn[0] < 3.4


def test_the_highest_fraction_falls_on_the_last_place() -> None:
    """Rounding at the top end leads to no place that is not there."""
    assert Weights((0.1, 0.2, 0.3)).place(1.0) == 2


def test_weights_that_allow_nothing_are_a_bug() -> None:
    """All zero, or none at all, is caught where it is written."""
    with pytest.raises(AssertionError):
        Weights((0.0, 0.0))
    with pytest.raises(AssertionError):
        Weights(())


def test_normal_draws_have_the_mean_and_spread_of_the_standard_normal() -> None:
    """Answer times are built on it."""
    draw = Draws(3).at("normal")

    drawn = [draw.normal() for _ in range(5_000)]

    assert abs(mean(drawn)) < 0.06
    assert 0.95 < pstdev(drawn) < 1.05
