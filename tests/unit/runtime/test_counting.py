"""A number with what it counts."""

import pytest

from services.runtime.counting import counted


@pytest.mark.parametrize(
    ("count", "expected"), [(0, "0 teams"), (1, "1 team"), (2, "2 teams"), (1_200, "1,200 teams")]
)
def test_only_one_is_one(count: int, expected: str) -> None:
    """None and many are said alike, and large numbers can be read."""
    assert expected == counted(count, "team")


@pytest.mark.parametrize(("count", "expected"), [(1, "1 entry is"), (3, "3 entries are")])
def test_words_that_take_more_than_an_s_are_given(count: int, expected: str) -> None:
    """What is said of many may be other words, the verb among them."""
    assert expected == counted(count, "entry is", "entries are")
