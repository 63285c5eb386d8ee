"""The event log in Kafka, read place by place and by no group: for all but stages."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar, cast

from confluent_kafka import Consumer, Message, TopicPartition

from services.log.kafka_client import REQUEST_SECONDS_MAX, Heard, made
from services.log.kafka_marks import marks, partition_count
from services.runtime.errors import LogUnavailableError
from services.runtime.ports import Record
from services.runtime.scaled_settings import KafkaSettings

LOOK_SECONDS: Final = 0.05
QUEUED_KILOBYTES_MAX: Final = 4_096
FETCH_WAIT_MS_MAX: Final = 20
CLOSE_SECONDS_MAX: Final = 1.0
Answer = TypeVar("Answer")


class KafkaLog:
    """Reads topics of a cluster, one reader at a time; safe to call from any thread.

    Every method raises LogUnavailableError where Kafka is away, and SettingsError where it
    refuses us or has no such topic.
    """

    def __init__(self, options: Mapping[str, Any], kafka: KafkaSettings) -> None:
        self._kafka = kafka
        self._options = {
            **options,
            "group.id": kafka.group("reader"),  # none joins it: the client asks for a name
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "auto.offset.reset": "error",
            "queued.max.messages.kbytes": QUEUED_KILOBYTES_MAX,
            # A fetch that waits at one partition's end holds the next partition's up: by default
            # for half a second, twice, which made a page over twelve partitions take eleven.
            "fetch.wait.max.ms": FETCH_WAIT_MS_MAX,
        }
        self._heard = Heard()
        self._lock = threading.Lock()
        self._consumer: Consumer | None = None
        self._position: tuple[str, int, int] | None = None
        self._partitions: dict[str, int] = {}
        self._closing = threading.Event()

    def partitions(self, topic: str) -> int:
        """Return how many partitions a topic has."""
        if topic not in self._partitions:
            with self._lock:
                name = self._kafka.topic(topic)
                self._partitions[topic] = self._answered(
                    lambda: partition_count(self._open(), self._heard, name)
                )
        return self._partitions[topic]

    def read(self, topic: str, offset: int, limit: int, *, partition: int = 0) -> Sequence[Record]:
        """Return up to `limit` records from `offset` on, or from the oldest left."""
        with self._lock:
            start, end = self._marks(topic, partition)
            first = max(offset, start)
            count = min(limit, end - first)
            if count <= 0:
                return []
            self._go_to(topic, partition, first)
            return self._collected(topic, partition, first, count)

    def end_offset(self, topic: str, *, partition: int = 0) -> int:
        """Return the offset the next record of this partition will get."""
        with self._lock:
            return self._marks(topic, partition)[1]

    def start_offset(self, topic: str, *, partition: int = 0) -> int:
        """Return the offset of the oldest record left, or the end offset where none is."""
        with self._lock:
            return self._marks(topic, partition)[0]

    def wait(self, topic: str, offset: int, timeout_seconds: float, *, partition: int = 0) -> bool:
        """Wait until a record at `offset` exists; return whether it does now.

        It asks now and then: others may read in between.
        """
        until = time.monotonic() + timeout_seconds
        while self.end_offset(topic, partition=partition) <= offset:
            left = until - time.monotonic()
            if left <= 0 or self._closing.wait(min(left, LOOK_SECONDS)):
                return False
        return True

    def close(self) -> None:
        """End waits, and the client.

        One that still waits for a Kafka that is away is left to end with the process: it is in no
        group, and holds nothing that anybody else waits for.
        """
        self._closing.set()
        if not self._lock.acquire(timeout=CLOSE_SECONDS_MAX):
            return
        try:
            if self._consumer is not None:
                self._heard.ending()
                self._consumer.close()
                self._consumer = None
        finally:
            self._lock.release()

    def _open(self) -> Consumer:
        if self._consumer is None:
            self._consumer = made(Consumer, self._options, self._heard)
        return self._consumer

    def _marks(self, topic: str, partition: int) -> tuple[int, int]:
        name = self._kafka.topic(topic)
        return self._answered(lambda: marks(self._open(), self._heard, name, partition))

    def _answered(self, question: Callable[[], Answer]) -> Answer:
        try:
            return question()
        except LogUnavailableError as error:
            # What the client has to say of itself comes by a poll alone.
            self._position = None
            self._open().poll(0)
            if self._heard.refused:
                raise self._heard.failure(None, "a question") from error
            raise

    def _go_to(self, topic: str, partition: int, offset: int) -> None:
        """Have the client read from a place on, unless that is where it stands."""
        if self._position != (topic, partition, offset):
            self._open().assign([TopicPartition(self._kafka.topic(topic), partition, offset)])

    def _collected(self, topic: str, partition: int, first: int, count: int) -> Sequence[Record]:
        self._position = None
        records: list[Record] = []
        until = time.monotonic() + REQUEST_SECONDS_MAX
        while len(records) < count:
            messages = self._open().consume(count - len(records), LOOK_SECONDS)
            records.extend(self._record(topic, message) for message in messages)
            if time.monotonic() > until:
                raise self._heard.failure(None, "a read")
        self._position = (topic, partition, first + count)
        return records

    def _record(self, topic: str, message: Message) -> Record:
        error = message.error()
        if error is not None:
            raise LogUnavailableError(f"Kafka did not give a record of {topic}: {error.str()}")
        return Record(
            topic,
            cast("int", message.offset()),
            (message.key() or b"").decode("utf-8", "replace"),
            message.value() or b"",
            None,
            cast("int", message.partition()),
        )
