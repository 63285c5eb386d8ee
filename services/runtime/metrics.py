"""The metrics, declared once; no label holds an author, a post, a person or an account."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

LATENCY_BUCKETS_SECONDS: Final = (
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0,
)  # fmt: skip


class Metrics:
    """Every metric of one running Mercat, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.stage_events = Counter(
            "mercat_stage_events_total",
            "Events a stage came to an end with, by result: handled, repeat, rejected.",
            ("stage", "result"),
            registry=self.registry,
        )
        self.stage_batch_seconds = Histogram(
            "mercat_stage_batch_seconds",
            "Time from reading a batch to its commit.",
            ("stage",),
            buckets=LATENCY_BUCKETS_SECONDS,
            registry=self.registry,
        )
        self.stage_lag_events = Gauge(
            "mercat_stage_lag_events",
            "Events in the log that a stage has not handled yet.",
            ("stage",),
            registry=self.registry,
        )
        self.stage_running = Gauge(
            "mercat_stage_running",
            "1 while a stage works, 0 once it stopped.",
            ("stage",),
            registry=self.registry,
        )
        self.stage_retries = Counter(
            "mercat_stage_retries_total",
            "Times a stage had to wait for its store and begin again.",
            ("stage",),
            registry=self.registry,
        )
        self.door_items = Counter(
            "mercat_ingest_items_total",
            "Items that came to the door, by source and what became of them.",
            ("source", "result"),
            registry=self.registry,
        )
        self.source_fresh_timestamp = Gauge(
            "mercat_ingest_source_fresh_timestamp_seconds",
            "When a source last answered, as seconds since 1970.",
            ("source",),
            registry=self.registry,
        )
        self.source_failures = Counter(
            "mercat_ingest_source_failures_total",
            "Times a source could not be read.",
            ("source",),
            registry=self.registry,
        )
        self.accepted_to_routed_seconds = Histogram(
            "mercat_route_accepted_to_routed_seconds",
            "Time from accepting a post to its team having it, for the slowest post of each batch.",
            buckets=LATENCY_BUCKETS_SECONDS,
            registry=self.registry,
        )
        self.log_records_pruned = Counter(
            "mercat_log_records_pruned_total",
            "Records deleted from the log because their retention ended.",
            ("topic",),
            registry=self.registry,
        )
        self._count_sendings()
        self._count_relay()
        self._count_rules()

    def _count_sendings(self) -> None:
        self.publish_sendings = Counter(
            "mercat_publish_sendings_total",
            "Steps of sendings, by what became of the act: sent, refused, unknown, deferred, "
            "reconciled, held.",
            ("platform", "result"),
            registry=self.registry,
        )
        self.publish_send_seconds = Histogram(
            "mercat_publish_send_seconds",
            "Time from giving an act to a platform to its answer.",
            ("platform",),
            buckets=LATENCY_BUCKETS_SECONDS,
            registry=self.registry,
        )
        self.publish_unknown_sendings = Gauge(
            "mercat_publish_unknown_sendings",
            "Acts of which nobody knows yet whether a platform carried them out.",
            registry=self.registry,
        )
        self.publish_queue_acts = Gauge(
            "mercat_publish_queue_acts",
            "Acts that were approved and not begun.",
            registry=self.registry,
        )
        self.publish_halt_drain_seconds = Histogram(
            "mercat_publish_halt_drain_seconds",
            "Time from a halt to the end of the one act that was on its way, for each account.",
            buckets=LATENCY_BUCKETS_SECONDS,
            registry=self.registry,
        )

    def _count_relay(self) -> None:
        self.relay_rows = Counter(
            "mercat_relay_rows_total",
            "Rows the relay came to an end with, by result: sent, rejected.",
            ("result",),
            registry=self.registry,
        )
        self.relay_waiting_rows = Gauge(
            "mercat_relay_waiting_rows",
            "Rows that wait in the database to be sent, a million at most; every relay tells all.",
            registry=self.registry,
        )
        self.relay_oldest_age_seconds = Gauge(
            "mercat_relay_oldest_age_seconds",
            "For how long the oldest row waits that is yet to be sent.",
            registry=self.registry,
        )
        self.relay_held_shards = Gauge(
            "mercat_relay_held_shards",
            "Shards that this relay holds; over all relays they add up to 16.",
            registry=self.registry,
        )

    def _count_rules(self) -> None:
        self.rules_number = Gauge(
            "mercat_rules_number",
            "The number of the rules that this process asks.",
            registry=self.registry,
        )
        self.rules_refused = Counter(
            "mercat_rules_refused_total",
            "Revisions of the rules that were refused, while those before stayed in force.",
            registry=self.registry,
        )
