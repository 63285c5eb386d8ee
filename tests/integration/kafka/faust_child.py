"""A Faust worker for tests to start, kill and read from: `python faust_child.py '{settings}'`.

It classifies with Mercat's own model. A post that says `slow` holds its batch up for a while.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import Any

from schemas.envelope import Event
from services.classify.file_stage import classify_stage
from services.log.kafka_client import client_options
from services.log.kafka_journal import KafkaJournal
from services.log.kafka_producer import KafkaProducer
from services.log_lines import write_log_lines
from services.runtime.effects import Effect, Key
from services.runtime.errors import StorageRefusedError
from services.runtime.faust_worker import FaustWorker
from services.runtime.limits import StageLimits
from services.runtime.metrics import Metrics
from services.runtime.ports import Commit, Record
from services.runtime.scaled_settings import KafkaSettings
from services.runtime.system_clock import SystemClock
from services.runtime.view import View
from tests.fakes import text_of


class SlowedStage:
    """Classify at a pace, a pause to each batch, and held up for longer where a post says so."""

    def __init__(self, pace_seconds: float, slow_seconds: float) -> None:
        self._inner = classify_stage(None, ("en",))
        self._pace_seconds = pace_seconds
        self._slow_seconds = slow_seconds
        self.name = self._inner.name
        self.version = self._inner.version
        self.topic = self._inner.topic
        self.knows_repeats = False

    def needs(self, event: Event) -> Iterable[Key]:
        """Return what classify needs."""
        return self._inner.needs(event)

    def prepare(self, events: Sequence[Event]) -> Sequence[Any]:
        """Return classify's answers, later where a post says so."""
        slow = any("slow" in text_of(event) for event in events)
        if slow:
            print("held up", file=sys.stderr, flush=True)  # noqa: T201 - a test waits for it
        threading.Event().wait(self._slow_seconds if slow else self._pace_seconds)
        return self._inner.prepare(events)

    def handle(self, event: Event, features: Any, view: View, now: datetime) -> Iterable[Effect]:
        """Return what classify says."""
        return self._inner.handle(event, features, view, now)


class LineJournal:
    """Writes the event ids of dead letters to a file, a line each; refuses once it is a folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def commit(self, commit: Commit) -> "Future[Sequence[Record]]":
        """Write down what was set aside, and see it on the disk."""
        future: Future[Sequence[Record]] = Future()
        try:
            with self._path.open("a") as lines:
                for row in commit.writes.values():
                    assert row is not None
                    lines.write(f"{row['place']!s} {row['cause']!s}\n")
                lines.flush()
                os.fsync(lines.fileno())
            future.set_result(
                [Record(each.topic, 0, each.key, each.value) for each in commit.appends]
            )
        except OSError as error:
            future.set_exception(StorageRefusedError(str(error)))
        return future


def main() -> int:
    """Run a worker as told, until it is stopped."""
    told = json.loads(sys.argv[1])
    write_log_lines("info", "json")
    kafka = KafkaSettings(**told["kafka"])
    producer = KafkaProducer(client_options(kafka, told.get("password"), told["instance"]), kafka)
    worker = FaustWorker(
        SlowedStage(told.get("pace_seconds", 0.0), told.get("slow_seconds", 0.0)),
        kafka=kafka,
        password=told.get("password"),
        instance=told["instance"],
        journal=KafkaJournal(producer, LineJournal(Path(told["letters"]))),
        clock=SystemClock(),
        metrics=Metrics(),
        limits=StageLimits(
            batch_max=told.get("batch_max", 100),
            linger_seconds=told.get("linger_seconds", 0.0),
            dead_letters_max=told.get("dead_letters_max", 100),
        ),
        session_seconds=told.get("session_seconds", 6.0),
        delivery_seconds_max=told.get("delivery_seconds_max", 60.0),
    )
    if not told.get("threaded", True):
        return worker.run()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(worker.run(stopping)))
    thread.start()
    thread.join()
    return codes[0]


if __name__ == "__main__":
    sys.exit(main())
