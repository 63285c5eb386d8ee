"""The metrics of one running Mercat, as the catalogue declares them, ready to count by.

No label holds an author, a post, a person or an account, and none takes more values than declared.
"""

import threading
from collections.abc import Sequence

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
)
from prometheus_client import Metric as Family

from services.runtime import listening_metrics as listening
from services.runtime import machine_metrics as machine
from services.runtime import speaking_metrics as speaking
from services.runtime.metric import OTHER, Label, Metric

# When each series began would be a series of its own: twice as many, and nobody asks for it.
disable_created_metrics()  # type: ignore[no-untyped-call]


class LabelValues:
    """Keeps each label within the values it may have: the first come are kept, then `other`."""

    def __init__(self) -> None:
        self._seen: dict[Label, set[str]] = {}
        self._lock = threading.Lock()

    def bounded(self, label: Label, value: str) -> str:
        """Return the value, or `other` where the label has as many as it may have."""
        with self._lock:
            seen = self._seen.setdefault(label, set(label.values))
            if value in seen:
                return value
            if len(seen) >= label.values_max:
                return OTHER
            seen.add(value)
            return value


class KnownGauge(Gauge):
    """A gauge that is told once it has a value: who does not know a thing does not say nought."""

    _known = False

    def set(self, value: float) -> None:
        """Set it."""
        self._known = True
        super().set(value)

    def inc(self, amount: float = 1) -> None:
        """Raise it."""
        self._known = True
        super().inc(amount)

    def collect(self) -> Sequence[Family]:
        """Return what is told: nothing of a gauge without labels that was never set."""
        families = list(super().collect())
        if self._labelnames or self._known:
            return families
        return [Family(each.name, each.documentation, each.type) for each in families]


class Metrics:
    """Every metric of one running Mercat, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.values = LabelValues()
        self._gauges: dict[Metric, Gauge] = {}
        self._count_listening()
        self._count_cases()
        self._count_policy()
        self._count_publishing()
        self._count_machine()

    def gauge(self, metric: Metric) -> Gauge:
        """Return the gauge that the catalogue declares so. Raises KeyError where it is none."""
        return self._gauges[metric]

    def _count_listening(self) -> None:
        self.stage_events = self._counter(listening.STAGE_EVENTS)
        self.stage_batch_seconds = self._histogram(listening.STAGE_BATCH_SECONDS)
        self.stage_lag_events = self._gauge(listening.STAGE_LAG_EVENTS)
        self.stage_oldest_age_seconds = self._gauge(listening.STAGE_OLDEST_AGE_SECONDS)
        self.stage_running = self._gauge(listening.STAGE_RUNNING)
        self.stage_retries = self._counter(listening.STAGE_RETRIES)
        self.door_items = self._counter(listening.DOOR_ITEMS)
        self.source_fresh_timestamp = self._gauge(listening.SOURCE_FRESH_TIMESTAMP)
        self.source_failures = self._counter(listening.SOURCE_FAILURES)
        self.source_answering = self._gauge(listening.SOURCE_ANSWERING)
        self.source_exhausted = self._gauge(listening.SOURCE_EXHAUSTED)
        self.classify_answers = self._counter(listening.CLASSIFY_ANSWERS)
        self.classify_confidence = self._histogram(listening.CLASSIFY_CONFIDENCE)
        self.log_records_pruned = self._counter(listening.LOG_RECORDS_PRUNED)
        self.log_records = self._gauge(listening.LOG_RECORDS)
        self.dead_letters = self._gauge(listening.DEAD_LETTERS)
        self.relay_rows = self._counter(listening.RELAY_ROWS)
        self.relay_waiting_rows = self._gauge(listening.RELAY_WAITING_ROWS)
        self.relay_oldest_age_seconds = self._gauge(listening.RELAY_OLDEST_AGE_SECONDS)
        self.relay_held_shards = self._gauge(listening.RELAY_HELD_SHARDS)

    def _count_cases(self) -> None:
        self.source_sentiment = self._counter(listening.SOURCE_SENTIMENT)
        self.team_posts = self._counter(listening.TEAM_POSTS)
        self.accepted_to_routed_seconds = self._histogram(listening.ACCEPTED_TO_ROUTED_SECONDS)
        self.cases_open = self._gauge(listening.CASES_OPEN)
        self.cases_overdue = self._gauge(listening.CASES_OVERDUE)
        self.cases_due_soon = self._gauge(listening.CASES_DUE_SOON)
        self.case_answers = self._counter(listening.CASE_ANSWERS)
        self.case_answer_seconds = self._histogram(listening.CASE_ANSWER_SECONDS)

    def _count_policy(self) -> None:
        self.verdicts = self._counter(speaking.VERDICTS)
        self.verdict_reasons = self._counter(speaking.VERDICT_REASONS)
        self.verdict_seconds = self._histogram(speaking.VERDICT_SECONDS)
        self.engine_failures = self._counter(speaking.ENGINE_FAILURES)
        self.engine_answering = self._gauge(speaking.ENGINE_ANSWERS)
        self.rules_number = self._gauge(speaking.RULES_NUMBER)
        self.rules_refused = self._counter(speaking.RULES_REFUSED)
        self.acts = self._gauge(speaking.ACTS)
        self.oldest_held_age_seconds = self._gauge(speaking.OLDEST_HELD_AGE_SECONDS)
        self.approval_wait_seconds = self._histogram(speaking.APPROVAL_WAIT_SECONDS)
        self.halts = self._gauge(speaking.HALTS)
        self.takeovers = self._gauge(speaking.TAKEOVERS)
        self.grants_live = self._gauge(speaking.GRANTS_LIVE)
        self.incidents_open = self._gauge(speaking.INCIDENTS_OPEN)
        self.rogue_posts = self._counter(speaking.ROGUE_POSTS)
        self.timeline_oldest_age_seconds = self._gauge(speaking.TIMELINE_OLDEST_AGE_SECONDS)
        self.reviews_overdue = self._gauge(speaking.REVIEWS_OVERDUE)
        self.exported_head_timestamp = self._gauge(speaking.EXPORTED_HEAD_TIMESTAMP)
        self.unexported_checkpoints = self._gauge(speaking.UNEXPORTED_CHECKPOINTS)
        self.audit_uncovered_age_seconds = self._gauge(speaking.AUDIT_ENTRIES_UNCOVERED_AGE_SECONDS)

    def _count_publishing(self) -> None:
        self.publish_sendings = self._counter(speaking.SENDINGS)
        self.publish_send_seconds = self._histogram(speaking.SEND_SECONDS)
        self.publish_unknown_sendings = self._gauge(speaking.UNKNOWN_SENDINGS)
        self.publish_queue_acts = self._gauge(speaking.QUEUE_ACTS)
        self.publish_waiting_senders = self._gauge(speaking.SENDERS_WAITING)
        self.publish_clock_skew_seconds = self._gauge(speaking.CLOCK_SKEW_SECONDS)
        self.publish_halt_drain_seconds = self._histogram(speaking.HALT_DRAIN_SECONDS)
        self.bell_messages = self._counter(speaking.BELL_MESSAGES)
        self.bell_waiting = self._gauge(speaking.BELL_WAITING)

    def _count_machine(self) -> None:
        self.build_info = self._gauge(machine.BUILD_INFO)
        self.store_bytes = self._gauge(machine.STORE_BYTES)
        self.folder_free_bytes = self._gauge(machine.FOLDER_FREE_BYTES)
        self.gauges_read_timestamp = self._gauge(machine.GAUGES_READ_TIMESTAMP)

    def _counter(self, metric: Metric) -> Counter:
        return Counter(metric.name, metric.help, metric.label_names, registry=self.registry)

    def _gauge(self, metric: Metric) -> Gauge:
        made = KnownGauge(metric.name, metric.help, metric.label_names, registry=self.registry)
        self._gauges[metric] = made
        return made

    def _histogram(self, metric: Metric) -> Histogram:
        return Histogram(
            metric.name,
            metric.help,
            metric.label_names,
            buckets=metric.buckets,
            registry=self.registry,
        )
