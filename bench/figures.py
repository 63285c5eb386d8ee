"""What was measured, in values: a figure, its aim, its floor, and the percentiles figures hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal

Better = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure.

    An absolute figure has a `value` in its `unit`; it hangs on the machine, and only shows. A ratio
    of two values measured side by side has a `ratio` in place of it, and may have a `floor`, below
    which the run fails. `aim` is what we want of either; `better` says on which side of it.
    """

    name: str
    unit: str
    note: str
    value: float | None = None
    ratio: float | None = None
    aim: float | None = None
    floor: float | None = None
    better: Better = "higher"

    def __post_init__(self) -> None:
        """Keep to one kind: a bug in a measurement, not in what it measures."""
        assert (self.value is None) != (self.ratio is None), "a value or a ratio, not both"
        assert self.floor is None or self.ratio is not None, "only a ratio may fail"
        assert self.floor is None or self.better == "higher", "a floor is for what should be high"

    @property
    def measured(self) -> float:
        """The value or the ratio, whichever this figure is."""
        measured = self.value if self.ratio is None else self.ratio
        assert measured is not None
        return measured

    @property
    def meets_aim(self) -> bool | None:
        """Whether the aim is met, or None where there is none."""
        if self.aim is None:
            return None
        if self.better == "higher":
            return self.measured >= self.aim
        return self.measured <= self.aim

    @property
    def below_floor(self) -> bool:
        """Whether this figure fails the run."""
        return self.floor is not None and self.measured < self.floor


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` (over 0, up to 1) of all do not exceed.

    This is the nearest-rank percentile: always one of the values, never between two of them.
    """
    assert values, "there is nothing to rank"
    assert 0 < share <= 1, "a share is over 0 and at most 1"
    return sorted(values)[ceil(share * len(values)) - 1]


def median(values: Sequence[float]) -> float:
    """Return the middle value; of an even number of them, the lower middle one."""
    return percentile(values, 0.5)
