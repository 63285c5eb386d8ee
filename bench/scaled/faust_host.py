"""Classify on the Faust worker of the scaled way, as `mercat serve classify` runs it."""

import os
import threading

from services.log.kafka_client import client_options
from services.log.kafka_journal import KafkaJournal
from services.log.kafka_producer import KafkaProducer
from services.log.memory_log import MemoryLog
from services.runtime.faust_worker import FaustWorker
from services.runtime.limits import StageLimits
from services.runtime.metrics import Metrics
from services.runtime.ports import Stage
from services.runtime.scaled_settings import KafkaSettings
from services.runtime.system_clock import SystemClock
from services.store.memory_journal import MemoryJournal


def run(stage: Stage, kafka: KafkaSettings) -> None:
    """Work for ever; nothing is set aside here, so dead letters need no database."""
    producer = KafkaProducer(client_options(kafka, None, "faust"), kafka)
    worker = FaustWorker(
        stage,
        kafka=kafka,
        password=None,
        instance=f"bench-{os.getpid()}",
        journal=KafkaJournal(producer, MemoryJournal(MemoryLog())),
        clock=SystemClock(),
        metrics=Metrics(),
        limits=StageLimits(),
    )
    worker.run(threading.Event())
