"""Figures and moments that several tests of the measurements use."""

from datetime import UTC, datetime

from bench.document import Measured
from bench.figures import Figure

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
RATE = Figure("rate", "posts/s", "how many", value=5_123.456, aim=5_000.0)
SHARE = Figure("share", "of rate", "how much", ratio=0.5, aim=0.7, floor=0.55)
WAIT = Figure("wait", "ms", "how long", value=61.25, aim=50.0, better="lower")
OPEN = Figure("open", "s", "how soon", value=0.04, better="lower")
MACHINE = {"system": "Linux", "cores": 2}
ORDER = ("throughput", "steady", "start")


def measured(measurement: str, *figures: Figure) -> Measured:
    """Return the result of a measurement, made in the usual mode."""
    return Measured(measurement, "full", 0.25, 0.5, figures)
