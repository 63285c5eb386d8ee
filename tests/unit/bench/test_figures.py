"""Figures: which side of an aim they are on, what fails a run, and the percentiles they hold."""

import pytest

from bench.figures import Figure, median, percentile


def figure(**given: float | str | None) -> Figure:
    """Return a figure with a name, a unit and a note that matter to nobody."""
    return Figure(**{"name": "any", "unit": "any", "note": "any", **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("share", "expected"), [(0.01, 1.0), (0.5, 5.0), (0.9, 9.0), (0.91, 10.0), (1.0, 10.0)]
)
def test_a_percentile_is_the_nearest_rank(share: float, expected: float) -> None:
    """The percentile is the smallest value that at least the share of all do not exceed."""
    values = [float(number) for number in range(10, 0, -1)]

    assert expected == percentile(values, share)


def test_the_99th_of_a_thousand_leaves_ten_above() -> None:
    """Of a thousand waits the ten longest lie above the 99th percentile."""
    waits = [float(number) for number in range(1, 1_001)]

    p99 = percentile(waits, 0.99)

    assert 10 == sum(wait > p99 for wait in waits)


def test_a_percentile_of_one_value_is_that_value() -> None:
    """Whatever the share, one value is its own percentile."""
    assert [7.0, 7.0, 7.0] == [percentile([7.0], share) for share in (0.01, 0.5, 1.0)]


@pytest.mark.parametrize(
    ("values", "share"), [([], 0.5), ([1.0], 0.0), ([1.0], 1.01)], ids=["empty", "none", "over"]
)
def test_a_percentile_of_nothing_is_a_bug(values: list[float], share: float) -> None:
    """Neither an empty sequence nor a share outside 0 to 1 has a percentile."""
    with pytest.raises(AssertionError):
        percentile(values, share)


@pytest.mark.parametrize(
    ("values", "expected"), [([3.0, 1.0, 2.0], 2.0), ([4.0, 1.0, 3.0, 2.0], 2.0)]
)
def test_the_median_is_one_of_the_values(values: list[float], expected: float) -> None:
    """Of an even number of values the lower middle one is taken."""
    assert expected == median(values)


@pytest.mark.parametrize(("ratio", "fails"), [(0.5499, True), (0.55, False), (0.7, False)])
def test_a_ratio_below_its_floor_fails(ratio: float, fails: bool) -> None:  # noqa: FBT001 - expected
    """A ratio fails the run below its floor, and not at it."""
    assert fails is figure(ratio=ratio, floor=0.55).below_floor


def test_a_ratio_without_floor_never_fails() -> None:
    """A ratio that is only reported cannot fail."""
    assert not figure(ratio=0.01, aim=0.8).below_floor


def test_an_absolute_value_never_fails() -> None:
    """However far from its aim, a value that hangs on the machine does not fail the run."""
    slow = figure(value=1.0, aim=5_000.0)

    assert (False, False) == (slow.below_floor, slow.meets_aim)


@pytest.mark.parametrize(
    ("better", "value", "met"),
    [("higher", 5.0, True), ("higher", 4.9, False), ("lower", 5.0, True), ("lower", 5.1, False)],
)
def test_an_aim_is_met_on_its_better_side(better: str, value: float, met: bool) -> None:  # noqa: FBT001 - expected
    """An aim itself counts as met; beyond it, which side is good hangs on the figure."""
    assert met is figure(value=value, aim=5.0, better=better).meets_aim


def test_no_aim_is_neither_met_nor_missed() -> None:
    """A figure without an aim is not judged."""
    assert figure(value=1.0).meets_aim is None


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"value": 1.0, "ratio": 1.0},
        {"value": 1.0, "floor": 0.5},
        {"ratio": 1.0, "floor": 0.5, "better": "lower"},
    ],
    ids=["neither", "both", "floor under a value", "floor the wrong way"],
)
def test_only_a_ratio_may_have_a_floor(given: dict[str, float | str]) -> None:
    """A figure is a value or a ratio, and a floor belongs to a ratio that should be high."""
    with pytest.raises(AssertionError):
        figure(**given)
