"""What retention ends, deleted in bounded runs between everything else."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Final, Protocol

import structlog

from schemas.topics import topic_declared
from services.runtime.clock import DAY_MS, Clock, from_epoch_ms, to_epoch_ms
from services.runtime.effects import Value
from services.runtime.errors import RetryLaterError
from services.runtime.metrics import Metrics
from services.runtime.ports import EventLog, StateReader

log = structlog.get_logger(__name__)
REPEATS_KNOWN_DAYS: Final = 30
"""For so long an order given again under its key gets the first answer (docs/api.md)."""
SIGN_INS_KEPT_DAYS: Final = 30
"""Sessions and links that are over help whoever looks into a break-in; the record says the rest."""
OUTCOMES_KEPT_DAYS: Final = 400
"""Longer than the twelve months of what became of acts that anybody is shown."""
RUNS_MAX: Final = 10_000


class PrunableLog(EventLog, Protocol):
    """A log that can say which topics it has."""

    def topics(self) -> list[str]:
        """Return the names of all topics that hold, or held, a record."""
        ...


class PrunableJournal(Protocol):
    """A journal that can delete what is old; each call queues one bounded run."""

    def prune(self, topic: str, before_ms: int, offset_kept: int) -> "Future[int]":
        """Delete old records of a topic; resolves to how many went."""
        ...

    def forget(self, sweep: str, parameters: Sequence[Value]) -> "Future[int]":
        """Delete rows by a sweep declared in `services/store/sweeps.py`; resolves to how many."""
        ...


class Pruner:
    """Deletes records and memories whose retention has ended and that nobody needs any more.

    A record is needed until every stage that reads its topic has handled it, however old it is.
    Without `event_log` the log sees to its own retention, as Kafka does, and only memories go.
    `consumers` maps each stage's name to its topic; `days_max` shortens every topic's retention.
    """

    def __init__(
        self,
        *,
        event_log: PrunableLog | None,
        store: StateReader,
        journal: PrunableJournal,
        clock: Clock,
        metrics: Metrics,
        consumers: Mapping[str, str],
        days_max: int | None,
    ) -> None:
        self._log = event_log
        self._store = store
        self._journal = journal
        self._clock = clock
        self._metrics = metrics
        self._consumers = consumers
        self._days_max = days_max

    def prune(self) -> int:
        """Delete all that may go; return how many records and rows went.

        Where the disk refuses even that, what is left goes with the next pruning.
        """
        try:
            return self._prune_all()
        except RetryLaterError as error:
            log.warning("pruning waits", reason=str(error))
            return 0

    def _prune_all(self) -> int:
        now_ms = to_epoch_ms(self._clock.now())
        pruned = 0
        if self._log is not None:
            log, topics = self._log, self._log.topics()
            pruned = sum(self._prune_topic(log, topic, now_ms) for topic in topics)
        for stage, topic in self._consumers.items():
            before_ms = now_ms - self._kept_ms(topic) - DAY_MS
            bounds = (f"{stage}:", f"{stage}:{max(0, before_ms) // 1_000:010d}")
            pruned += _all_of(partial(self._journal.forget, "handled_events", bounds))
        pruned += _all_of(lambda: self._journal.forget("webhook_ids", (now_ms,)))
        month = f"{from_epoch_ms(now_ms - OUTCOMES_KEPT_DAYS * DAY_MS):%Y-%m}"
        pruned += _all_of(lambda: self._journal.forget("act_outcomes", (month,)))
        signed_in_ms = now_ms - SIGN_INS_KEPT_DAYS * DAY_MS
        for sweep in ("sessions", "sign_in_links"):
            pruned += _all_of(partial(self._journal.forget, sweep, (signed_in_ms,)))
        repeats_ms = now_ms - REPEATS_KNOWN_DAYS * DAY_MS
        return pruned + _all_of(lambda: self._journal.forget("command_keys", (repeats_ms,)))

    def _prune_topic(self, log: PrunableLog, topic: str, now_ms: int) -> int:
        before_ms = now_ms - self._kept_ms(topic)
        needed = self._oldest_needed(log, topic)
        count = _all_of(lambda: self._journal.prune(topic, before_ms, needed))
        if count:
            self._metrics.log_records_pruned.labels(topic_declared(topic).name).inc(count)
        return count

    def _kept_ms(self, topic: str) -> int:
        declared = topic_declared(topic).retention_days
        return min(declared, self._days_max or declared) * DAY_MS

    def _oldest_needed(self, log: PrunableLog, topic: str) -> int:
        cursors = [
            self._store.cursor(stage, topic)
            for stage, read in self._consumers.items()
            if read == topic
        ]
        return min(cursors, default=log.end_offset(topic))


def _all_of(run: Callable[[], "Future[int]"]) -> int:
    """Repeat a bounded run until nothing is left for it; return how many went in all."""
    total = 0
    for _ in range(RUNS_MAX):
        count = run().result()
        if not count:
            break
        total += count
    return total
