"""Watches posts.routed.v1 in Kafka: which posts are through, and how long each waited."""

import re
import time
from types import TracebackType
from typing import Final, Self

from confluent_kafka import Consumer, TopicPartition

from bench.errors import MeasurementError
from schemas.assignment import PostRouted
from schemas.codec import decode_event
from schemas.topics import POSTS_ROUTED, topic_declared
from services.log.kafka_client import client_options
from services.runtime.clock import to_epoch_ms
from services.runtime.scaled_settings import KafkaSettings

MESSAGES_MAX: Final = 1_000
POLL_SECONDS: Final = 0.2
SILENT_SECONDS_MAX: Final = 120.0
_POST_ID: Final = re.compile(rb'"post_id":"([^"]+)"')


class RoutedEvents:
    """Reads every partition from its end on, by no group; a post that comes twice counts once."""

    def __init__(self, kafka: KafkaSettings) -> None:
        self._consumer = Consumer(
            {
                **client_options(kafka, None, "bench-routed"),
                "group.id": "bench",
                "enable.auto.commit": False,
            }
        )
        name = kafka.topic(POSTS_ROUTED.name)
        self._places = [
            TopicPartition(name, number, 0)
            for number in range(topic_declared(POSTS_ROUTED.name).partitions)
        ]
        self._seen: set[str] = set()

    def __enter__(self) -> Self:
        self._consumer.assign(self._places)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._consumer.close()

    def wait(self, count: int) -> list[float]:
        """Wait until `count` more posts are through; return how many milliseconds each waited.

        Raises MeasurementError where none comes for two minutes.
        """
        waits_ms: list[float] = []
        heard_at = time.perf_counter()
        while len(waits_ms) < count:
            found = self._poll()
            if found:
                heard_at = time.perf_counter()
            elif time.perf_counter() - heard_at > SILENT_SECONDS_MAX:
                raise MeasurementError(f"{len(waits_ms)} of {count} posts came through")
            waits_ms += found
        return waits_ms

    def count_now(self) -> int:
        """Return how many more posts are through by now, without a wait for any."""
        before = len(self._seen)
        while messages := self._consumer.consume(MESSAGES_MAX, 0):
            for message in messages:
                # Reading each event whole would take a core's share of what is measured.
                found = _POST_ID.search(message.value() or b"")
                if message.error() is None and found is not None:
                    self._seen.add(found[1].decode())
        return len(self._seen) - before

    def _poll(self) -> list[float]:
        waits_ms = []
        for message in self._consumer.consume(MESSAGES_MAX, POLL_SECONDS):
            value = message.value()
            if message.error() is not None or not isinstance(value, bytes):
                continue
            event = decode_event(POSTS_ROUTED.name, value)
            if not isinstance(event, PostRouted) or event.data.post.post_id in self._seen:
                continue
            self._seen.add(event.data.post.post_id)
            waits_ms.append(
                float(message.timestamp()[1] - to_epoch_ms(event.data.post.received_at))
            )
        return waits_ms
