"""Stages on a real broker and a real database, in this process or in one that may be killed."""

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Final

import psycopg
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from schemas.codec import decode_event
from schemas.envelope import Event
from services.log.kafka_client import client_options
from services.log.kafka_consumer import GroupConsumer
from services.log.kafka_journal import KafkaJournal
from services.log.kafka_log import KafkaLog
from services.log.kafka_producer import KafkaProducer
from services.log.kafka_topic_id import KafkaTopicId
from services.log.memory_log import MemoryLog
from services.runtime.effects import Row
from services.runtime.kafka_runner import KafkaStageRunner
from services.runtime.limits import StageLimits
from services.runtime.metrics import Metrics
from services.runtime.ports import Append, Commit, Stage
from services.runtime.processors import InlineProcessor
from services.runtime.scaled_settings import KafkaSettings
from services.runtime.step import intake_of, step
from services.runtime.system_clock import SystemClock
from services.runtime.topic_places import topic_made
from services.store.memory_journal import MemoryJournal
from services.store.postgres_journal import PostgresJournal
from services.store.tables import TABLES
from tests.fakes import MOMENT, append_of, received, record_of
from tests.kafka_server import make_topics
from tests.simulation.remains import remains_in_memory
from tests.simulation.stages import classify_stage, route_stage

ROOT: Final = Path(__file__).parents[3]
RECEIVED: Final = "posts.received.v1"
CLASSIFIED: Final = "posts.classified.v1"
ROUTED: Final = "posts.routed.v1"
PARTITIONS: Final = 6
STATE: Final = ("posts", "conversations", "cases")
TEXTS: Final = ("The lamp is out", "A pothole, danger", "buy now", "When do you open?")
QUICK: Final = {"session.timeout.ms": 3_000, "heartbeat.interval.ms": 500}


class Scene:
    """A broker's topics and an empty database, with the stages that work on them."""

    def __init__(self, kafka: KafkaSettings, address: str) -> None:
        self.kafka = kafka
        self.address = address
        self.options = client_options(kafka, None, "test")
        self._ending = ExitStack()
        make_topics(kafka, RECEIVED, CLASSIFIED, partitions=PARTITIONS)
        self.journal = PostgresJournal(address, SystemClock())
        self._ending.callback(self.journal.close)
        self.journal.migrate(0)
        self.topic_ids = {
            topic: KafkaTopicId(self.options, kafka, topic) for topic in (RECEIVED, CLASSIFIED)
        }
        self.producer = KafkaProducer(self.options, kafka)
        self._ending.callback(self.producer.close)

    def put(self, events: Iterable[Event], topic: str = RECEIVED) -> None:
        """Have events delivered."""
        self.producer.deliver([append_of(event, topic) for event in events])

    def classify(self, **given: Any) -> KafkaStageRunner:
        """Start a classify stage that answers straight to Kafka."""
        journal = KafkaJournal(self.producer, self.journal)
        return self.start(classify_stage(), journal=journal, in_database=False, **given)

    def route(self, **given: Any) -> KafkaStageRunner:
        """Start a route stage."""
        return self.start(route_stage(), **given)

    def start(self, stage: Stage, **given: Any) -> KafkaStageRunner:
        """Start a runner; it stops with the scene."""
        patience = {"poll_seconds_max": given.pop("poll_seconds_max", 300)}
        ports: dict[str, Any] = {
            "processor": InlineProcessor(stage),
            "journal": self.journal,
            "limits": StageLimits(batch_max=50, retry_wait_seconds_max=0.5),
            "in_database": True,
        } | given
        runner = KafkaStageRunner(
            stage,
            consumer_of=partial(
                GroupConsumer,
                self.options | QUICK,
                self.kafka,
                topic=stage.topic,
                group=stage.name,
                instance=None,
                identity=self.topic_ids[stage.topic].now if ports["in_database"] else None,
                **patience,
            ),
            store=self.journal.store,
            clock=SystemClock(),
            metrics=Metrics(),
            **ports,
        )
        runner.start()
        self._ending.callback(lambda: runner.stop() if runner.running else None)
        return runner

    def child(self, **told: Any) -> "subprocess.Popen[bytes]":
        """Start a route stage in a process of its own; it is killed with the scene."""
        settings = {
            "servers": self.kafka.servers,
            "prefix": self.kafka.prefix,
            "address": self.address,
            **told,
        }
        command = [sys.executable, "-m", "tests.integration.kafka.runner_child"]
        process = subprocess.Popen([*command, json.dumps(settings)], cwd=ROOT)
        self._ending.callback(_killed, process)
        return process

    def forget(self, topic: str, count: int) -> int:
        """Have the broker drop the oldest records of each partition; return how many went."""
        admin = AdminClient(self.options)
        name = self.kafka.topic(topic)
        places = [TopicPartition(name, each, count) for each in range(PARTITIONS)]
        return sum(f.result(30).low_watermark for f in admin.delete_records(places).values())

    def done(self, stage: str, topic: str) -> int:
        """Return how many offsets of a topic a stage has behind it, by the database."""
        cursor = self.journal.store.cursor
        kept_as = topic_made(topic, self.topic_ids[topic].now()) if stage == "route" else topic
        return sum(cursor(stage, kept_as, partition=each) for each in range(PARTITIONS))

    def make_anew(self, topic: str) -> None:
        """Delete a topic, and make another of its name."""
        name = self.kafka.topic(topic)
        admin = AdminClient(self.options)
        admin.delete_topics([name], operation_timeout=30)[name].result(30)
        make_topics(self.kafka, topic, partitions=PARTITIONS)

    def relayed(self, topic: str) -> list[Event]:
        """Return what waits for the relay, in order for each conversation."""
        text = "SELECT value FROM relay_rows WHERE topic = %s ORDER BY key, sequence"
        with psycopg.connect(self.address) as connection:
            rows = connection.execute(text, (topic,)).fetchall()
        return [decode_event(topic, bytes(value)) for (value,) in rows]

    def logged(self, topic: str) -> list[Event]:
        """Return what stands in Kafka, partition by partition."""
        log = KafkaLog(self.options, self.kafka)
        try:
            events: list[Event] = []
            for each in range(log.partitions(topic)):
                place, end = 0, log.end_offset(topic, partition=each)
                while place < end:
                    records = log.read(topic, place, 500, partition=each)
                    events += [decode_event(topic, record.value) for record in records]
                    place = records[-1].offset + 1
            return events
        finally:
            log.close()

    def state(self) -> dict[str, dict[str, Row]]:
        """Return the rows that routing keeps."""
        return {table: self._rows(table) for table in STATE}

    def close(self) -> None:
        """End whatever runs."""
        self._ending.close()

    def _rows(self, table: str) -> dict[str, Row]:
        names = ["id", *(column.name for column in TABLES[table].columns)]
        with psycopg.connect(self.address) as connection:
            rows = connection.execute(f"SELECT {', '.join(names)} FROM {table}".encode()).fetchall()
        return {row[0]: _said(dict(zip(names[1:], row[1:], strict=True))) for row in rows}


def posts(count: int, first: int = 0, conversations: int = 40) -> list[Event]:
    """Return posts of some conversations, told apart by their texts."""
    return [
        received(
            number,
            f"{TEXTS[number % len(TEXTS)]} ({number})",
            conversation_id=f"conversation-{number % conversations}",
        )
        for number in range(first, first + count)
    ]


def classified(events: Sequence[Event]) -> list[Event]:
    """Return what classify makes of posts, in one go and in memory."""
    records = [record_of(event, offset) for offset, event in enumerate(events)]
    outcome = step(classify_stage(), [intake_of(record) for record in records], _nothing, MOMENT)
    return [_event(append) for append in outcome.appends]


def state_without_faults(events: Sequence[Event]) -> dict[str, dict[str, Row]]:
    """Return the rows that routing keeps of classified posts, in one go and in memory."""
    journal = MemoryJournal(MemoryLog())
    records = [record_of(event, offset, CLASSIFIED) for offset, event in enumerate(events)]
    intakes = [intake_of(record) for record in records]
    outcome = step(route_stage(), intakes, journal.fetch, MOMENT)
    journal.commit(Commit(outcome.appends, outcome.writes)).result()
    rows = remains_in_memory(journal).rows
    return {table: {k: _said(row) for k, row in rows[table].items()} for table in STATE}


def first_causes(events: Sequence[Event]) -> dict[str, list[str]]:
    """Return, by conversation, the causes of events in the order they first came out."""
    causes: dict[str, dict[str, None]] = {}
    for event in events:
        assert event.causationid is not None
        causes.setdefault(event.subject, {})[event.causationid] = None
    return {conversation: list(each) for conversation, each in causes.items()}


def by_conversation(events: Sequence[Event]) -> dict[str, list[str]]:
    """Return the ids of events in order, by conversation."""
    ids: dict[str, list[str]] = {}
    for event in events:
        ids.setdefault(event.subject, []).append(event.id)
    return ids


def _said(row: Row) -> Row:
    """Return a row without the columns that say nothing: a store gives those back as None."""
    return {column: value for column, value in row.items() if value is not None}


def _event(append: Append) -> Event:
    assert append.event is not None
    return append.event


def _nothing(keys: Iterable[Any]) -> dict[Any, None]:
    return dict.fromkeys(keys)


def _killed(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()
