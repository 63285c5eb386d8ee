"""How far each stage is behind, read off the log of one process: also while it stands still."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.runtime import listening_metrics as metrics
from services.runtime.clock import Clock
from services.runtime.gauges import Figure
from services.runtime.ports import EventLog, Record, StateReader
from services.runtime.waiting_heads import made_at


class StageGauges:
    """Reads the oldest event that each stage has not handled. `stages` maps names to topics."""

    def __init__(
        self, log: EventLog, store: StateReader, clock: Clock, stages: Mapping[str, str]
    ) -> None:
        self._log = log
        self._store = store
        self._clock = clock
        self._stages = stages

    def __call__(self) -> Sequence[Figure]:
        """Return how many events wait for each stage, and since when. Raises RetryLaterError."""
        return [figure for name, topic in self._stages.items() for figure in self._of(name, topic)]

    def _of(self, name: str, topic: str) -> Sequence[Figure]:
        done = self._store.cursor(name, topic)
        waiting = self._log.read(topic, done, 1)
        age_seconds = age_of(waiting[0], self._clock.now()) if waiting else 0.0
        lag = max(0, self._log.end_offset(topic) - done)
        return [
            Figure(metrics.STAGE_LAG_EVENTS, lag, (name,)),
            Figure(metrics.STAGE_OLDEST_AGE_SECONDS, age_seconds, (name,)),
        ]


def age_of(record: Record, now: datetime) -> float:
    """Return how old an event is by its own time, in seconds; what cannot be read has no age."""
    told = made_at(record)
    return 0.0 if told is None else max(0.0, (now - told).total_seconds())
