"""A route stage on Kafka for tests to start and kill: `runner_child '{settings}'`."""

import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime
from functools import partial

from services.log.kafka_client import client_options
from services.log.kafka_consumer import GroupConsumer
from services.log.kafka_topic_id import KafkaTopicId
from services.runtime.failpoints import order_at_failpoints
from services.runtime.kafka_runner import KafkaStageRunner
from services.runtime.limits import StageLimits
from services.runtime.metrics import Metrics
from services.runtime.ports import Record
from services.runtime.processors import InlineProcessor
from services.runtime.scaled_settings import KafkaSettings
from services.runtime.step import Fetch, Outcome
from services.runtime.system_clock import SystemClock
from services.store.postgres_journal import PostgresJournal
from tests.simulation.stages import route_stage


class SlowProcessor(InlineProcessor):
    """Takes its time over each record, so that a test finds it in the midst of its work."""

    def __init__(self, stage: object, record_seconds: float) -> None:
        super().__init__(stage)  # type: ignore[arg-type] # whatever stage the test runs
        self._record_seconds = record_seconds

    def submit(self, records: Sequence[Record], fetch: Fetch, now: datetime) -> "Future[Outcome]":
        """Work a batch out, slowly."""
        threading.Event().wait(self._record_seconds * len(records))
        return super().submit(records, fetch, now)


def die_at(name: str, times: int) -> None:
    """Have this process killed where it comes to a place for the n-th time."""
    visits = iter(range(1, times))

    def order(reached: str) -> None:
        if reached == name and next(visits, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    order_at_failpoints(order)


def main() -> None:
    """Run until killed."""
    told = json.loads(sys.argv[1])
    if "die_at" in told:
        die_at(told["die_at"], 4)
    kafka = KafkaSettings(
        servers=tuple(told["servers"]), prefix=told["prefix"], replicas=1, replicas_in_sync_min=1
    )
    stage = route_stage()
    journal = PostgresJournal(told["address"], SystemClock())
    options = client_options(kafka, None, "child")
    runner = KafkaStageRunner(
        stage,
        SlowProcessor(stage, told["record_seconds"]),
        consumer_of=partial(
            GroupConsumer,
            options | {"session.timeout.ms": 3_000, "heartbeat.interval.ms": 500},
            kafka,
            topic=stage.topic,
            group=stage.name,
            instance=None,
            identity=KafkaTopicId(options, kafka, stage.topic).now,
        ),
        store=journal.store,
        journal=journal,
        clock=SystemClock(),
        metrics=Metrics(),
        limits=StageLimits(batch_max=told["batch_max"]),
        in_database=True,
    )
    runner.start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
