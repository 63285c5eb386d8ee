"""A Faust worker under a certificate: `python -m tests.deploy.faust_user SETTINGS FILE`."""

import sys
from pathlib import Path

from services.classify.file_stage import classify_stage
from services.log.kafka_client import client_options
from services.log.kafka_journal import KafkaJournal
from services.log.kafka_producer import KafkaProducer
from services.runtime.faust_worker import FaustWorker
from services.runtime.limits import StageLimits
from services.runtime.metrics import Metrics
from services.runtime.scaled_settings import KafkaSettings
from services.runtime.system_clock import SystemClock
from tests.integration.kafka.faust_child import LineJournal


def main() -> int:
    """Classify as the settings say, until told to stop."""
    kafka = KafkaSettings.model_validate_json(sys.argv[1])
    producer = KafkaProducer(client_options(kafka, None, "classify-0"), kafka)
    return FaustWorker(
        classify_stage(None, ("en",)),
        kafka=kafka,
        password=None,
        instance="classify-0",
        journal=KafkaJournal(producer, LineJournal(Path(sys.argv[2]))),
        clock=SystemClock(),
        metrics=Metrics(),
        limits=StageLimits(),
    ).run()


if __name__ == "__main__":
    sys.exit(main())
