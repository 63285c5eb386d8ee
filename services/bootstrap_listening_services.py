"""The services `classify` and `route`: one stage each, on the partitions its group gives it."""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, Protocol

from fastapi import FastAPI

from schemas.topics import POSTS_CLASSIFIED, POSTS_RECEIVED
from services.bootstrap_gauges import gauge_work_of, listening_readings_of
from services.bootstrap_listening import classify_build, classify_processor, routed_counts_of
from services.bootstrap_scaled import Scaled, imported, kafka_password
from services.bootstrap_services import Order, Service
from services.console.parts import PartStatus
from services.console.service_app import create_service_app
from services.route.stage import RouteStage
from services.runtime.batch_told import BatchTold, Committed
from services.runtime.patient_work import PatientWork
from services.runtime.ports import Journal, Stage
from services.runtime.processors import InlineProcessor, Processor
from services.settings import read_rules

THREAD_SECONDS_MAX: Final = 60.0
NO_PARTITIONS: Final = (
    "no partition is its own: others have them all, or the group gives it some within a minute"
)


class Runner(Protocol):
    """What hosts a stage; see `services/runtime/kafka_runner.py`."""

    @property
    def stopped_because(self) -> str | None:
        """Why the stage will not go on by itself, if it will not."""
        ...

    @property
    def crashed_with(self) -> BaseException | None:
        """The bug that ended the stage, if one did."""
        ...

    @property
    def running(self) -> bool:
        """Whether the stage still works."""
        ...

    def start(self) -> None:
        """Begin work in a thread of its own."""
        ...

    def stop(self) -> None:
        """Finish what is in flight and end."""
        ...

    def partitions(self) -> int:
        """Return how many partitions of its topic it has."""
        ...

    def lag(self) -> int:
        """Return how many events of its partitions wait."""
        ...

    def alive(self, stuck_seconds_max: float) -> bool:
        """Return whether events move on, or none wait."""
        ...


class FaustThread:
    """A Faust worker in a thread of its own, for a process that answers over HTTP beside it.

    What could lose an event does not come back here: the worker ends the process itself.
    """

    def __init__(self, worker: Any) -> None:
        self._worker = worker
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="faust", daemon=True)
        self.crashed_with: BaseException | None = None

    @property
    def stopped_because(self) -> str | None:
        """Why the stage will not go on by itself, if it will not."""
        reason: str | None = self._worker.stopped_because
        return reason

    @property
    def running(self) -> bool:
        """Whether the stage still works."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin work."""
        self._thread.start()

    def stop(self) -> None:
        """Let the batch at work come home, and end."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(THREAD_SECONDS_MAX)

    def partitions(self) -> int:
        """Return how many partitions of its topic the worker has."""
        return int(self._worker.partitions())

    def lag(self) -> int:
        """Return how many events of its partitions wait."""
        return int(self._worker.lag())

    def alive(self, stuck_seconds_max: float) -> bool:
        """Return whether events move on, or none wait."""
        return bool(self._worker.alive(stuck_seconds_max))

    def _run(self) -> None:
        try:
            self._worker.run(self._stopping)
        except BaseException as error:  # noqa: BLE001 - handed up: the process ends with it
            self.crashed_with = error


class StageService:
    """One stage at work. `closes` are let go of in order, once the stage has ended."""

    def __init__(
        self,
        name: str,
        scaled: Scaled,
        runner: Runner,
        closes: Sequence[Callable[[], None]] = (),
        *,
        gauges: PatientWork | None = None,
    ) -> None:
        self._name = name
        self._runner = runner
        self._gauges = gauges
        self._closes = (*closes, scaled.close)
        self._stuck_seconds_max = scaled.settings.scaled.service.stuck_seconds_max
        self.app: FastAPI = create_service_app(
            scaled.metrics.registry, self.statuses, alive=self.alive
        )
        self._started = False

    def start(self) -> None:
        """Join the group and work."""
        self._started = True
        self._runner.start()
        if self._gauges is not None:
            self._gauges.start()

    def stop(self) -> None:
        """Commit what is in flight, leave the group, and let go of everything."""
        if self._started and self._gauges is not None:
            self._gauges.stop()
        if self._started:
            self._runner.stop()
        for close in self._closes:
            close()

    def crash(self) -> BaseException | None:
        """Return the bug that ended the stage, if one did."""
        gauges = None if self._gauges is None else self._gauges.crashed_with
        return self._runner.crashed_with or gauges

    def stopped_because(self) -> str | None:
        """Return why the stage will not go on by itself, if it will not."""
        reason = self._runner.stopped_because
        return None if reason is None else f"{self._name} stopped: {reason}"

    def alive(self) -> bool:
        """Return False where events wait and none moves on.

        A stage that stopped for a reason counts as alive: started again it would do the same harm.
        """
        if self._runner.stopped_because is not None:
            return True
        return self._runner.alive(self._stuck_seconds_max)

    def statuses(self) -> Sequence[PartStatus]:
        """Return how the stage is."""
        lag = self._runner.lag()
        waiting = f"{lag} event{'' if lag == 1 else 's'} waiting" if lag else "nothing waiting"
        if not self._runner.partitions():
            waiting = NO_PARTITIONS
        return [
            PartStatus(
                name=self._name,
                kind="stage",
                working=self._runner.running,
                needed=True,
                sentence=self._runner.stopped_because or waiting,
            )
        ]


def classify(order: Order) -> Service:
    """Open the service `classify`, on Faust or on the Kafka runner, as ordered."""
    scaled = Scaled.of(order, "classify")
    try:
        scaled.check_topics([POSTS_RECEIVED.name, POSTS_CLASSIFIED.name])
        if order.runner == "faust":
            return _classify_on_faust(scaled)
        return _classify_on_kafka(scaled)
    except BaseException:
        scaled.close()
        raise


def route(order: Order) -> Service:
    """Open the service `route`, which keeps its place in the database with its state."""
    rules = read_rules(order.folder, order.settings)
    scaled = Scaled.of(order, "route")
    try:
        scaled.check_topics([POSTS_CLASSIFIED.name])
        stage = RouteStage(order.settings.routing, rules)
        runner = _kafka_runner(
            scaled,
            stage,
            InlineProcessor(stage),
            journal=scaled.journal,
            in_database=True,
            committed=_told(
                scaled, stage, routed_counts_of(scaled.metrics, scaled.clock, order.settings)
            ),
        )
    except BaseException:
        scaled.close()
        raise
    gauges = gauge_work_of(scaled, listening_readings_of(scaled))
    return StageService("route", scaled, runner, gauges=gauges)


def _classify_on_faust(scaled: Scaled) -> Service:
    listening = scaled.settings.listening
    journal, close = _straight_to_kafka(scaled)
    stage = classify_build(scaled.folder, scaled.settings)()
    worker = imported("services.runtime.faust_worker").FaustWorker(
        stage,
        kafka=scaled.settings.scaled.kafka,
        password=kafka_password(scaled.settings, scaled.environment, scaled.keys),
        instance=scaled.instance,
        journal=journal,
        clock=scaled.clock,
        metrics=scaled.metrics,
        limits=listening.limits(listening.stage_linger_ms),
        committed=_told(scaled, stage),
    )
    return StageService("classify", scaled, FaustThread(worker), [close])


def _classify_on_kafka(scaled: Scaled) -> Service:
    journal, close = _straight_to_kafka(scaled)
    stage, processor = classify_processor(scaled.folder, scaled.settings)
    runner = _kafka_runner(
        scaled,
        stage,
        processor,
        journal=journal,
        in_database=False,
        committed=_told(scaled, stage),
    )
    return StageService("classify", scaled, runner, [close])


def _told(scaled: Scaled, stage: Stage, *counts: Committed) -> Committed:
    """Return what is called with what each batch came to."""
    return BatchTold(stage.name, scaled.clock, *counts, tracing=scaled.tracing)


def _straight_to_kafka(scaled: Scaled) -> tuple[Journal, Callable[[], None]]:
    """Return the journal of a stage without state, and what ends it."""
    producers = imported("services.log.kafka_producer")
    journals = imported("services.log.kafka_journal")
    producer = producers.KafkaProducer(scaled.client, scaled.settings.scaled.kafka)
    return journals.KafkaJournal(producer, scaled.journal), producer.close


def _kafka_runner(
    scaled: Scaled,
    stage: Stage,
    processor: Processor,
    *,
    journal: Journal,
    in_database: bool,
    committed: Committed,
) -> Runner:
    listening = scaled.settings.listening
    consumers = imported("services.log.kafka_consumer")
    topic_ids = imported("services.log.kafka_topic_id")
    kafka = scaled.settings.scaled.kafka
    topic_id = topic_ids.KafkaTopicId(scaled.client, kafka, stage.topic)
    consumer_of = partial(
        consumers.GroupConsumer,
        scaled.client,
        kafka,
        topic=stage.topic,
        group=stage.name,
        # A name that a start takes up again keeps its partitions for it over the restart; any
        # other would only keep them from the rest of the group.
        instance=scaled.environment.instance,
        linger_seconds=listening.stage_linger_ms / 1_000,
        # The group's own places go with the topic; those in the database have to tell it apart.
        identity=topic_id.now if in_database else None,
    )
    runner: Runner = imported("services.runtime.kafka_runner").KafkaStageRunner(
        stage,
        processor,
        consumer_of=consumer_of,
        store=scaled.journal.store,
        journal=journal,
        clock=scaled.clock,
        metrics=scaled.metrics,
        limits=listening.limits(listening.stage_linger_ms),
        in_database=in_database,
        committed=committed,
    )
    return runner
