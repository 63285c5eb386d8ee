"""What a metric is: its name, kind, help and labels, declared before anything counts.

Names follow Prometheus's own rules: base units, the unit last, `_total` behind what only grows
(https://prometheus.io/docs/practices/naming/). How many values a label can have is part of its
declaration, so that how many series a Mercat has at most can be told from the catalogue alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Final, Literal

MetricKind = Literal["counter", "gauge", "histogram"]
OTHER: Final = "other"
"""What stands for every further value once a label has as many as it may have."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label and the most values it takes; a further one is counted as `other`.

    `values` are all there are, where the program knows them beforehand.
    """

    name: str
    values_max: int
    values: tuple[str, ...] = ()


def label_of(name: str, *values: str) -> Label:
    """Return a label whose values are all known."""
    return Label(name, len(values), values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric. `buckets` are a histogram's upper bounds, in its unit."""

    name: str
    kind: MetricKind
    help: str
    labels: tuple[Label, ...] = ()
    buckets: tuple[float, ...] = ()

    @property
    def label_names(self) -> tuple[str, ...]:
        """The labels' names, in order."""
        return tuple(label.name for label in self.labels)

    @property
    def series_names(self) -> tuple[str, ...]:
        """The names under which Prometheus keeps it."""
        if self.kind == "histogram":
            return tuple(f"{self.name}_{part}" for part in ("bucket", "sum", "count"))
        return (self.name,)

    def series_max(self, values: Sequence[int] | None = None) -> int:
        """Return how many series it makes at most, or with so many values of each label."""
        counts = values or [label.values_max for label in self.labels]
        # Each bucket is a series, and so are the one without a bound, the sum and the count.
        each = len(self.buckets) + 3 if self.kind == "histogram" else 1
        return each * prod(counts)
