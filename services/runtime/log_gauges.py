"""How much the log keeps of each topic, and what was set aside that nobody has put back."""

from collections.abc import Sequence
from typing import Protocol

from schemas.topics import topic_declared
from services.runtime import listening_metrics as metrics
from services.runtime.gauges import Figure
from services.runtime.ports import EventLog, Store


class ListedLog(EventLog, Protocol):
    """A log that can say which topics it has."""

    def topics(self) -> list[str]:
        """Return the names of all topics that hold, or held, a record."""
        ...


class LogGauges:
    """Reads a log without partitions; the topics of all teams are told as one."""

    def __init__(self, log: ListedLog) -> None:
        self._log = log

    def __call__(self) -> Sequence[Figure]:
        """Return the figures. Raises RetryLaterError."""
        return [
            Figure(
                metrics.LOG_RECORDS,
                self._log.end_offset(topic) - self._log.start_offset(topic),
                (topic_declared(topic).name,),
            )
            for topic in self._log.topics()
        ]


class DeadLetterGauges:
    """Reads the dead letters, by where they come from: a topic, or `source:NAME`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self) -> Sequence[Figure]:
        """Return the figures. Raises RetryLaterError."""
        rows = self._store.select("gauge_dead_letters")
        return [
            Figure(metrics.DEAD_LETTERS, float(str(row["letters"])), (str(row["origin"]),))
            for row in rows
        ]
