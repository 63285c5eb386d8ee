"""Lengths of time as people write them."""

import pytest

from services.route.durations import AMOUNTS_MAX, Duration, Unit, duration_of


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("2 hours", 2, "hours"),
        ("1 hour", 1, "hours"),
        ("30 Minutes", 30, "minutes"),
        ("8  working   hours", 8, "working hours"),
        ("1 working day", 1, "working days"),
        ("end of the working day", 0, "working days"),
    ],
)
def test_written_length_is_understood_and_written_back(text: str, amount: int, unit: Unit) -> None:
    """What a person writes is understood, and said again in the same words."""
    duration = duration_of(text)

    assert duration == Duration(amount=amount, unit=unit)
    assert str(duration) == " ".join(text.lower().split())


@pytest.mark.parametrize("text", ["5 days", "five working days", "-1 hours", "2h", "", "1.5 hours"])
def test_length_that_is_not_understood_names_the_forms(text: str) -> None:
    """A bare day would be two things, so it is refused with the forms that are not."""
    with pytest.raises(ValueError, match="write it as 30 minutes, 2 hours, 8 working hours"):
        duration_of(text)


def test_length_has_bounds() -> None:
    """Nothing is due at once, and nothing in a lifetime."""
    for text in ("0 hours", f"{AMOUNTS_MAX['working days'] + 1} working days"):
        with pytest.raises(ValueError, match="must be 1 to"):
            duration_of(text)
