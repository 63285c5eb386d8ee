"""How fast a recording is played back."""

from datetime import timedelta

import pytest

from services.ingest.pace import Anchor, Pace
from tests.unit.ingest.samples import NOW

ANCHOR = Anchor(NOW, 100.0)
LATER = NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("times_faster", "elapsed_seconds", "expected"),
    [(1, 100.0, 3_600.0), (60, 100.0, 60.0), (60, 130.0, 30.0), (0.5, 100.0, 7_200.0)],
)
def test_a_post_waits_for_its_moment(
    times_faster: float, elapsed_seconds: float, expected: float
) -> None:
    """An hour of the recording takes an hour divided by how much faster it goes."""
    assert expected == Pace(times_faster).wait_seconds(ANCHOR, LATER, elapsed_seconds)


def test_flat_out_waits_for_nothing() -> None:
    """Without a pace every post is due."""
    assert Pace(None).wait_seconds(ANCHOR, LATER, 100.0) == 0


def test_what_is_overdue_or_without_a_time_is_due() -> None:
    """A post out of order, without a time, or before any anchor does not hold up the rest."""
    pace = Pace(1)

    assert pace.wait_seconds(ANCHOR, NOW - timedelta(days=1), 100.0) == 0
    assert pace.wait_seconds(ANCHOR, LATER, 10_000.0) == 0
    assert pace.wait_seconds(ANCHOR, None, 100.0) == 0
    assert pace.wait_seconds(None, LATER, 100.0) == 0
