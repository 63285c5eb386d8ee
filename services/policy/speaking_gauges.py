"""How speaking stands: acts that wait, halts, takeovers, leave, incidents, reviews and bells."""

from collections.abc import Mapping, Sequence
from typing import Final

from services.policy.bell_counts import ringer_of
from services.runtime import speaking_metrics as metrics
from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.effects import Value
from services.runtime.gauges import Figure, age_seconds
from services.runtime.metric import Metric
from services.runtime.ports import Store

_COUNTED: Final = (
    (metrics.ACTS, "gauge_acts", "state", "acts"),
    (metrics.HALTS, "gauge_halts", "kind", "halts"),
    (metrics.TAKEOVERS, "gauge_takeovers", "state", "takeovers"),
)
"""What is counted by one label: all its values are told, those without any as none."""


class SpeakingGauges:
    """Reads what policy's tables hold. Without `reads_back`, no age of a timeline is told.

    `channels` are the ways of messages to people: `mail`, and `webhook:NAME` for each.
    """

    def __init__(
        self, store: Store, clock: Clock, *, reads_back: bool, channels: Sequence[str] = ()
    ) -> None:
        self._store = store
        self._clock = clock
        self._reads_back = reads_back
        self._channels = channels

    def __call__(self) -> Sequence[Figure]:
        """Return the figures. Raises RetryLaterError."""
        now_ms = to_epoch_ms(self._clock.now())
        figures = [figure for counted in _COUNTED for figure in self._by_label(*counted)]
        figures += [
            Figure(metrics.BELL_WAITING, _number(waiting["ringings"]), (ringer_of(channel),))
            for channel in self._channels
            for waiting in self._store.select("gauge_bells", (channel,))
        ]
        held = self._one("gauge_held")
        grants = self._one("gauge_grants", now_ms, now_ms)
        policy = self._one("gauge_policy", now_ms)
        figures += [
            Figure(metrics.OLDEST_HELD_AGE_SECONDS, age_seconds(now_ms, held["at_ms"])),
            Figure(metrics.GRANTS_LIVE, _number(grants["grants"])),
            Figure(metrics.INCIDENTS_OPEN, _number(policy["incidents"])),
            Figure(metrics.REVIEWS_OVERDUE, _number(policy["reviews"])),
        ]
        if self._reads_back and policy["read_at_ms"] is not None:
            age = age_seconds(now_ms, policy["read_at_ms"])
            figures.append(Figure(metrics.TIMELINE_OLDEST_AGE_SECONDS, age))
        return figures

    def _by_label(self, metric: Metric, query: str, label: str, value: str) -> list[Figure]:
        rows = {str(row[label]): _number(row[value]) for row in self._store.select(query)}
        (declared,) = metric.labels
        names = dict.fromkeys([*declared.values, *rows])
        return [Figure(metric, rows.get(name, 0.0), (name,)) for name in names]

    def _one(self, query: str, *parameters: Value) -> Mapping[str, Value]:
        return self._store.select(query, parameters)[0]


def _number(value: object) -> float:
    return float(str(value))
