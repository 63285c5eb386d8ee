"""A Faust worker hosted as `mercat serve` hosts it: `python faust_stage_child.py '{settings}'`."""

import json
import signal
import sys
import threading
from pathlib import Path

from services.bootstrap_listening_services import FaustThread
from services.log.kafka_client import client_options
from services.log.kafka_journal import KafkaJournal
from services.log.kafka_producer import KafkaProducer
from services.log_lines import write_log_lines
from services.runtime.faust_worker import FaustWorker
from services.runtime.metrics import Metrics
from services.runtime.scaled_settings import KafkaSettings
from services.runtime.system_clock import SystemClock
from services.store.postgres_journal import PostgresJournal
from tests.contract.passing_stage import PassingStage
from tests.contract.runner_faults import FaultyJournal, LettersRefused
from tests.contract.runner_stands import LIMITS


def main() -> int:
    """Run a worker until it is told to stop, or ends by itself; write down why it did."""
    told = json.loads(sys.argv[1])
    folder = Path(told["folder"])
    write_log_lines("info", "json")
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    kafka = KafkaSettings(**told["kafka"])
    producer = KafkaProducer(client_options(kafka, None, "one"), kafka)
    letters = PostgresJournal(told["address"], SystemClock())
    faulty = FaultyJournal(letters, LettersRefused(folder, told["letters_refused"]))
    hosted = FaustThread(
        FaustWorker(
            PassingStage(folder),
            kafka=kafka,
            password=None,
            instance="one",
            journal=KafkaJournal(producer, faulty),
            clock=SystemClock(),
            metrics=Metrics(),
            limits=LIMITS,
            session_seconds=6.0,
        )
    )
    hosted.start()
    while hosted.running and not stopping.wait(0.05):
        pass
    hosted.stop()
    producer.close()
    letters.close()
    Path(told["reason"]).write_text(json.dumps(hosted.stopped_because))
    if hosted.crashed_with is not None:
        raise hosted.crashed_with
    return 0


if __name__ == "__main__":
    sys.exit(main())
