"""Office hours: by the body's own clock, whatever the season."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.policy.authority_data import OfficeHours
from services.policy.office_hours import is_open
from services.runtime.clock import to_epoch_ms

HOURS: dict[str, Any] = {
    "time_zone": "Europe/London",
    "days": ("monday", "tuesday", "wednesday", "thursday", "friday"),
    "opens": "09:00",
    "closes": "17:00",
    "days_closed": ("2026-12-25",),
}


def at(*moment: int) -> int:
    """Return a moment given in UTC."""
    return to_epoch_ms(datetime(*moment, tzinfo=UTC))  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("now_ms", "expected"),
    [
        (at(2026, 1, 5, 9, 0), True),
        (at(2026, 1, 5, 8, 59, 59), False),
        (at(2026, 1, 5, 16, 59, 59), True),
        (at(2026, 1, 5, 17, 0), False),
        (at(2026, 7, 6, 8, 0), True),
        (at(2026, 7, 6, 16, 0), False),
        (at(2026, 1, 3, 12, 0), False),
        (at(2026, 12, 25, 12, 0), False),
        (at(2026, 12, 24, 12, 0), True),
    ],
)
def test_the_body_is_open_in_its_hours(now_ms: int, *, expected: bool) -> None:
    """From the first minute to the one before the last, on its days, in winter and summer time."""
    assert expected == is_open(OfficeHours(**HOURS), now_ms)


def test_a_body_may_be_open_on_other_days_in_another_place() -> None:
    """Saturday afternoon in UTC is Sunday morning in Auckland."""
    hours = OfficeHours(**HOURS | {"time_zone": "Pacific/Auckland", "days": ("sunday",)})

    assert is_open(hours, at(2026, 1, 3, 21, 0))


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Europe/Nowhere"},
        {"time_zone": "../etc"},
        {"opens": "9:00"},
        {"closes": "24:00"},
        {"days": ("funday",)},
        {"days": ("monday", "monday")},
        {"days_closed": ("25 December",)},
    ],
)
def test_hours_that_are_none_are_refused(wrong: dict[str, Any]) -> None:
    """Rather than be read as something else."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        OfficeHours(**HOURS | wrong)
