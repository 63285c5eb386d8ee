"""Gauges that are read, not counted: each reading tells its figures, and the board shows them."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from services.runtime.clock import Clock
from services.runtime.errors import RetryLaterError
from services.runtime.metric import Metric
from services.runtime.metrics import Metrics


class Figure(NamedTuple):
    """One value of a gauge, with the values of its labels in the order declared."""

    metric: Metric
    value: float
    labels: tuple[str, ...] = ()


Reading = Callable[[], Sequence[Figure]]
"""Reads what there is now. Raises RetryLaterError where the store does not say."""


class GaugeBoard:
    """Shows what every reading tells; what one told before and tells no more is taken off.

    When all were read is a gauge of its own: where the store will not be read, what it told stays
    and grows old for all to see, and what else there is to read is read.
    """

    def __init__(self, metrics: Metrics, clock: Clock, readings: Sequence[Reading]) -> None:
        self._metrics = metrics
        self._clock = clock
        self._readings = readings
        self._shown: list[set[tuple[Metric, tuple[str, ...]]]] = [set() for _ in readings]

    def turn(self) -> int:
        """Read everything once; return how many figures there were.

        Raises RetryLaterError where something would not be read, once all else was.
        """
        count = 0
        refused: RetryLaterError | None = None
        for place, reading in enumerate(self._readings):
            try:
                figures = reading()
            except RetryLaterError as error:
                refused = refused or error
                continue
            count += len(figures)
            self._show(place, figures)
        if refused is not None:
            raise refused
        self._metrics.gauges_read_timestamp.set(self._clock.now().timestamp())
        return count

    def _show(self, place: int, figures: Sequence[Figure]) -> None:
        sums: dict[tuple[Metric, tuple[str, ...]], float] = {}
        for figure in figures:
            # What goes beyond a label's values is told together, under its one name.
            labels = self._bounded(figure)
            sums[figure.metric, labels] = sums.get((figure.metric, labels), 0.0) + figure.value
        for (metric, labels), value in sums.items():
            gauge = self._metrics.gauge(metric)
            (gauge.labels(*labels) if labels else gauge).set(value)
        for metric, labels in self._shown[place] - sums.keys():
            gauge = self._metrics.gauge(metric)
            if labels:
                gauge.remove(*labels)
            else:
                gauge.set(0)
        self._shown[place] = set(sums)

    def _bounded(self, figure: Figure) -> tuple[str, ...]:
        bounded = self._metrics.values.bounded
        pairs = zip(figure.metric.labels, figure.labels, strict=True)
        return tuple(bounded(label, value) for label, value in pairs)


def age_seconds(now_ms: int, at_ms: object) -> float:
    """Return how long ago a moment was: 0 where there is none, or it is yet to come."""
    return max(0, now_ms - at_ms) / 1_000 if isinstance(at_ms, int) else 0.0
