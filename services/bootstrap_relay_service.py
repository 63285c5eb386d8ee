"""The service `relay`: brings what was committed to Kafka, and tidies the database now and then."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI

from schemas.topics import TEAM_PLACE, TOPICS, team_topic
from services.bootstrap_gauges import database_readings_of, gauge_work_of
from services.bootstrap_scaled import Scaled, imported
from services.bootstrap_services import Order, Service
from services.classify.file_stage import CLASSIFY
from services.console.parts import PartStatus
from services.console.service_app import create_service_app
from services.route.stage import RouteStage
from services.runtime.embedded_pruner import Pruner
from services.runtime.housekeeping import Housekeeping
from services.settings import BodySettings

STAGES = {CLASSIFY.name: CLASSIFY.topic, RouteStage.name: RouteStage.topic}


def topics_of(settings: BodySettings) -> list[str]:
    """Return the names of all topics of a body, each team's among them."""
    fixed = [topic.name for topic in TOPICS if TEAM_PLACE not in topic.name]
    return [*fixed, *(team_topic(team.id) for team in settings.routing.teams)]


class RelayService:
    """The relay, and under a lease what retention ends and the parts that tables are kept in."""

    def __init__(self, order: Order) -> None:
        self._scaled = Scaled.of(order, "relay")
        self._stuck_seconds_max = order.settings.scaled.service.stuck_seconds_max
        try:
            self._scaled.check_topics(topics_of(order.settings))
            self._relay, self._producer = self._open_relay()
            self._leases: Any = imported("services.store.postgres_leases").Leases(
                self._scaled.address
            )
            self._housekeeping = self._open_housekeeping()
            readings = database_readings_of(self._scaled.journal.pool)
            self._gauges = gauge_work_of(self._scaled, readings)
        except BaseException:
            self._scaled.close()
            raise
        self.app: FastAPI = create_service_app(self._scaled.metrics.registry, self.statuses)
        self._started = False

    def start(self) -> None:
        """Begin to send, and to tidy."""
        self._started = True
        self._relay.start()
        self._housekeeping.start()
        self._gauges.start()

    def stop(self) -> None:
        """Mark what was confirmed, and let go of everything."""
        if self._started:
            self._gauges.stop()
            self._housekeeping.stop()
            self._relay.stop()
        self._producer.close()
        self._leases.close()
        self._scaled.close()

    def crash(self) -> BaseException | None:
        """Return the bug that ended a part, if one did."""
        works = (self._relay, self._housekeeping, self._gauges)
        return next((each.crashed_with for each in works if each.crashed_with), None)

    def stopped_because(self) -> str | None:
        """Return why the relay will not go on by itself, if it will not."""
        reason = self._relay.stopped_because
        return None if reason is None else f"relay stopped: {reason}"

    def statuses(self) -> Sequence[PartStatus]:
        """Return how the relay is."""
        lag = self._relay.lag()
        waiting = f"{lag} event{'' if lag == 1 else 's'} on the way" if lag else "nothing waiting"
        return [
            PartStatus(
                name="relay",
                kind="relay",
                working=self._relay.running,
                needed=True,
                sentence=self._relay.stopped_because or waiting,
            )
        ]

    def _open_relay(self) -> tuple[Any, Any]:
        scaled = self._scaled
        rows = imported("services.store.postgres_relay").RelayRows(scaled.journal.pool)
        producers = imported("services.log.kafka_producer")
        producer = producers.KafkaProducer(scaled.client, scaled.settings.scaled.kafka)
        relay = imported("services.runtime.kafka_relay").Relay(
            rows,
            producer,
            clock=scaled.clock,
            metrics=scaled.metrics,
            letters=scaled.journal,
            limits=scaled.settings.listening.limits(0.0),
        )
        return relay, producer

    def _open_housekeeping(self) -> Housekeeping:
        scaled, listening = self._scaled, self._scaled.settings.listening
        pruner = Pruner(
            event_log=None,
            store=scaled.journal.store,
            journal=scaled.journal,
            clock=scaled.clock,
            metrics=scaled.metrics,
            consumers=STAGES,
            days_max=listening.retention_days,
        )
        partitions = imported("services.store.postgres_partitions")

        def keep_partitions() -> None:
            partitions.keep_partitions(scaled.journal.pool, scaled.clock.now())

        def forget_keys() -> None:
            at_rest = imported("services.store.postgres_relay").forget_keys_at_rest
            at_rest(scaled.journal, scaled.clock.now())

        chores = (keep_partitions, pruner.prune, forget_keys)
        return Housekeeping(self._leases, chores, listening.prune_every_minutes * 60)


def relay(order: Order) -> Service:
    """Open the service `relay`."""
    return RelayService(order)
