"""How alike two texts are: by their words, whatever their dress."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reading.likeness import CHARACTERS_READ_MAX, Likeness

TEXT = "The bins in Mill Lane will be emptied on Friday, and the crew takes side waste too."


def alike(one: str, other: str) -> int:
    """Return how alike two texts are, of a hundred."""
    return Likeness.of(one).percent(Likeness.of(other))


@pytest.mark.parametrize(
    "other",
    [TEXT, TEXT.upper(), f"  {TEXT}!", TEXT.replace("Friday", "FRÍDAY"), f"{TEXT} \U0001f600"],
)
def test_the_same_words_are_the_same_text(other: str) -> None:
    """Capitals, accents, blanks, marks and signs make no other answer of it."""
    assert 100 == alike(TEXT, other)


@pytest.mark.parametrize(
    "other", ["", "On Friday.", "Your library book is ready at the desk in Braehead.", TEXT[::-1]]
)
def test_other_words_are_another_text(other: str) -> None:
    """Single words in common are not enough."""
    assert alike(TEXT, other) < 20


def test_another_name_at_the_front_leaves_it_nearly_the_same() -> None:
    """A form letter stays one, whoever it is sent to."""
    assert alike(f"Hello Ann, {TEXT}", f"Hello Bob, {TEXT}") >= 60


def test_what_lies_behind_the_bound_is_not_compared() -> None:
    """So that no text takes long, however long it is."""
    long = "word " * CHARACTERS_READ_MAX

    assert 100 == alike(long, long + "and more")
    assert CHARACTERS_READ_MAX // len("word ") == Likeness.of(long).words


@pytest.mark.parametrize(("text", "words"), [("", 0), ("!?", 0), ("Thanks", 1), ("On it now", 3)])
def test_few_words_are_compared_as_they_are(text: str, words: int) -> None:
    """Shorter than a run, they are one run; nothing is like nothing."""
    assert words == Likeness.of(text).words
    assert (100 if words else 0) == alike(text, text)


@given(st.text(max_size=200), st.text(max_size=200))
def test_likeness_is_the_same_from_either_side(one: str, other: str) -> None:
    """And never out of its bounds."""
    assert alike(one, other) == alike(other, one)
    assert 0 <= alike(one, other) <= 100
