"""Classify on the Kafka runner, as `mercat serve classify --runner kafka` has it."""

import threading
from functools import partial

from services.log.kafka_client import client_options
from services.log.kafka_consumer import GroupConsumer
from services.log.kafka_journal import KafkaJournal
from services.log.kafka_producer import KafkaProducer
from services.log.memory_log import MemoryLog
from services.runtime.kafka_runner import KafkaStageRunner
from services.runtime.limits import StageLimits
from services.runtime.metrics import Metrics
from services.runtime.ports import Stage
from services.runtime.processors import InlineProcessor
from services.runtime.scaled_settings import KafkaSettings
from services.runtime.system_clock import SystemClock
from services.store.memory_journal import MemoryJournal


def run(stage: Stage, kafka: KafkaSettings) -> None:
    """Work for ever; nothing is set aside here, so dead letters need no database."""
    options = client_options(kafka, None, "kafka-runner")
    letters = MemoryJournal(MemoryLog())
    producer = KafkaProducer(options, kafka)
    runner = KafkaStageRunner(
        stage,
        InlineProcessor(stage),
        consumer_of=partial(
            GroupConsumer, options, kafka, topic=stage.topic, group=stage.name, instance=None
        ),
        store=letters,
        journal=KafkaJournal(producer, letters),
        clock=SystemClock(),
        metrics=Metrics(),
        limits=StageLimits(),
        in_database=False,
    )
    runner.start()
    threading.Event().wait()
