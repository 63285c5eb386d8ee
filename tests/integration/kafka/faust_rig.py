"""Faust workers as processes, and what goes in and comes out of them."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from confluent_kafka import Consumer, Producer, TopicPartition

from schemas.codec import encode_event
from schemas.post import PostReceived
from services.runtime.scaled_settings import KafkaSettings
from tests.fakes import received
from tests.kafka_server import make_topics

ROOT = Path(__file__).parents[3]
PARTITIONS = 4
SOURCE = "posts.received.v1"
TARGET = "posts.classified.v1"


class Answer(NamedTuple):
    """What came out: of which event, at which place, in which bytes."""

    cause: str
    key: str
    partition: int
    value: bytes


class Rig:
    """A stage's two topics, its workers, and everything they answered so far."""

    def __init__(self, kafka: KafkaSettings, folder: Path, *, partitions: int = PARTITIONS) -> None:
        self.kafka = kafka
        self.letters = folder / "letters.txt"
        self.answers: list[Answer] = []
        self.partition_of: dict[str, int] = {}
        self._partitions = partitions
        self._said = folder / "said.txt"
        self._workers: list[subprocess.Popen[bytes]] = []
        make_topics(kafka, SOURCE, TARGET, partitions=partitions)
        self._producer = Producer(self._client(partitioner="murmur2_random", **{"linger.ms": 5}))
        self._reader = Consumer(self._client(**{"group.id": "reader", "enable.auto.commit": False}))
        self._reader.assign(
            [TopicPartition(kafka.topic(TARGET), number, 0) for number in range(partitions)]
        )

    def put(self, events: Sequence[PostReceived]) -> None:
        """Put events in, keyed by conversation, and see them safe."""
        for event in events:
            self.put_bytes(event.subject, encode_event(event), flush=False)
        assert self._producer.flush(30) == 0

    def put_bytes(self, key: str, value: bytes, *, flush: bool = True) -> None:
        """Put anything in."""

        def confirmed(error: Any, message: Any) -> None:
            assert error is None, error
            self.partition_of[key] = message.partition()

        self._producer.produce(self.kafka.topic(SOURCE), value, key, on_delivery=confirmed)
        self._producer.poll(0)
        if flush:
            assert self._producer.flush(30) == 0

    def start(
        self, instance: str = "a", *, program: str = "faust_child", **told: Any
    ) -> "subprocess.Popen[bytes]":
        """Start a worker, or another program of this folder; what it says is kept in a file."""
        settings = {
            "kafka": self.kafka.model_dump(),
            "instance": instance,
            "letters": str(self.letters),
            **told,
        }
        with self._said.open("ab") as said:
            worker = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    f"tests.integration.kafka.{program}",
                    json.dumps(settings),
                ],
                cwd=ROOT,
                stdout=said,
                stderr=said,
            )
        self._workers.append(worker)
        return worker

    def read(self, seconds: float = 0.2) -> int:
        """Take in what came out meanwhile; return how much there is by now."""
        for message in self._reader.consume(500, seconds):
            assert message.error() is None, message.error()
            key, value, partition = message.key(), message.value(), message.partition()
            assert key is not None
            assert value is not None
            assert partition is not None
            said = json.loads(value)
            cause = said.get("causationid") or said["id"]
            self.answers.append(Answer(cause, key.decode(), partition, value))
        return len(self.answers)

    def read_until(
        self, enough: Callable[[], bool], *, tries: int = 600, seconds: float = 0.2
    ) -> None:
        """Take in what comes out until it is enough, two minutes at most."""
        for _ in range(tries):
            self.read(seconds)
            if enough():
                return
        raise AssertionError(f"{len(self.answers)} answers, and not enough; {self.said()[-3_000:]}")

    def read_more(self, count: int, of: int) -> None:
        """Take in some more of what comes out, or the rest where less is to come."""
        target = min(self.read(0.01) + count, of)
        self.read_until(lambda: len(self.answers) >= target, tries=6_000, seconds=0.02)

    def read_all_of(self, events: Sequence[PostReceived]) -> None:
        """Take in what comes out until every event has its answer."""
        wanted = {event.id for event in events}
        self.read_until(lambda: wanted <= {answer.cause for answer in self.answers})

    def first_answers_by_key(self) -> dict[str, list[str]]:
        """Return, for each key, the causes of its answers in order, repeats left out."""
        seen: dict[str, list[str]] = defaultdict(list)
        for answer in self.answers:
            if answer.cause not in seen[answer.key]:
                seen[answer.key].append(answer.cause)
        return dict(seen)

    def committed(self) -> int:
        """Return how many events the group has committed, in all partitions."""
        group = Consumer(self._client(**{"group.id": self.kafka.group("classify")}))
        places = [
            TopicPartition(self.kafka.topic(SOURCE), number) for number in range(self._partitions)
        ]
        total = sum(max(0, place.offset) for place in group.committed(places, timeout=30))
        group.close()
        return total

    def said(self) -> str:
        """Return what all workers said so far."""
        return self._said.read_text(errors="replace")

    def close(self) -> None:
        """End what still runs."""
        for worker in self._workers:
            if worker.poll() is None:
                worker.kill()
            worker.wait()
        self._reader.close()

    def _client(self, **options: Any) -> dict[str, Any]:
        return {"bootstrap.servers": ",".join(self.kafka.servers), "log_level": 0, **options}


def events_of(count: int, conversations: int, **first: Any) -> list[PostReceived]:
    """Return posts of some conversations in turn; `first` is what the first one of all says."""
    return [
        received(
            number,
            text=first["text"] if first and number == 0 else f"Street {number} has potholes.",
            conversation_id=f"conversation-{number % conversations}",
        )
        for number in range(count)
    ]


def by_key(events: Sequence[PostReceived]) -> dict[str, list[str]]:
    """Return the ids of events by their key, in order."""
    ids: dict[str, list[str]] = defaultdict(list)
    for event in events:
        ids[event.subject].append(event.id)
    return dict(ids)
