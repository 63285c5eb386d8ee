"""The table: what a person reads of the figures."""

import pytest

from bench.table import HEADER, judgement, number_text, table
from tests.unit.bench.samples import OPEN, RATE, SHARE, WAIT


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (None, ""),
        (0.0, "0"),
        (0.0412, "0.04"),
        (1.0, "1"),
        (61.25, "61.2"),
        (99.96, "100"),
        (100.4, "100"),
        (5_123.456, "5,123"),
        (1_000_000.0, "1,000,000"),
    ],
)
def test_a_number_shows_the_digits_that_count(number: float | None, text: str) -> None:
    """Small numbers keep two places, large ones none, and thousands are set apart."""
    assert text == number_text(number)


def test_each_figure_has_its_line() -> None:
    """Below the header and its rule stands one line a figure, in the order given."""
    lines = table([RATE, SHARE, OPEN]).splitlines()

    assert ["rate", "share", "open"] == [line.split()[0] for line in lines[2:]]
    assert HEADER[0] == lines[0].split()[0]


def test_columns_stand_under_their_header() -> None:
    """A column begins, or for numbers ends, at the same place in every line."""
    lines = table([RATE, SHARE, WAIT]).splitlines()

    ends = {
        line.index(figure) + len(figure)
        for line, figure in zip(lines[2:], ("5,123", "0.50", "61.2"), strict=True)
    }

    assert {lines[0].index("measured") + len("measured")} == ends


def test_no_line_ends_in_blanks() -> None:
    """The table can be pasted anywhere as it stands."""
    lines = table([RATE, OPEN]).splitlines()

    assert lines == [line.rstrip() for line in lines]


def test_the_sign_says_which_side_is_better() -> None:
    """An aim for what should be low reads <=, one for what should be high >=."""
    high, low = table([RATE, WAIT]).splitlines()[2:]

    assert (True, True) == (">= 5,000" in high, "<= 50" in low)


def test_a_figure_without_value_to_aim_at_has_no_judgement() -> None:
    """Nothing is said of a figure that has no aim."""
    assert judgement(OPEN) == ""


def test_a_floor_is_judged_before_an_aim() -> None:
    """What fails the run is said in capitals, whatever else is short of its aim."""
    assert ["BELOW FLOOR", "short of aim", "aim met"] == [
        judgement(each) for each in (SHARE, WAIT, RATE)
    ]
