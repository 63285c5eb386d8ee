"""A topic of received posts, filled before the clock starts, and how far its answers are."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from itertools import islice
from typing import Final

from confluent_kafka import Consumer, TopicPartition

from bench.file_posts import town_intakes
from schemas.topics import POSTS_CLASSIFIED, POSTS_RECEIVED, topic_declared
from services.ingest.door_stage import DoorStage
from services.log.kafka_client import client_options
from services.log.kafka_producer import KafkaProducer
from services.runtime.ports import Append
from services.runtime.scaled_settings import KafkaSettings
from services.runtime.step import step
from tests.kafka_server import fresh_prefix, make_topics

BATCH_POSTS: Final = 500
WATERMARK_SECONDS_MAX: Final = 10.0
_NOW: Final = datetime(2026, 3, 9, tzinfo=UTC)


def received_appends(count: int, label: str = "post") -> Iterator[list[Append]]:
    """Yield `count` posts of the town as the door would admit them, in batches."""
    door = DoorStage()
    intakes = town_intakes(count, label)
    while batch := list(islice(intakes, BATCH_POSTS)):
        outcome = step(door, batch, dict.fromkeys, _NOW)
        yield [append for append in outcome.appends if append.topic == POSTS_RECEIVED.name]


class FilledTopic:
    """Topics under a prefix of their own on one broker, the first of them filled with posts."""

    def __init__(self, servers: str, count: int) -> None:
        self.kafka = KafkaSettings(
            servers=(servers,), prefix=fresh_prefix(), replicas=1, replicas_in_sync_min=1
        )
        self.count = 0
        make_topics(self.kafka, POSTS_RECEIVED.name, POSTS_CLASSIFIED.name)
        producer = KafkaProducer(client_options(self.kafka, None, "bench"), self.kafka)
        for appends in received_appends(count):
            producer.deliver(appends)
            self.count += len(appends)
        producer.close()

    def answered(self) -> int:
        """Return how many answers there are so far."""
        name = self.kafka.topic(POSTS_CLASSIFIED.name)
        places = [
            TopicPartition(name, number)
            for number in range(topic_declared(POSTS_CLASSIFIED.name).partitions)
        ]
        return sum(
            self._consumer.get_watermark_offsets(place, WATERMARK_SECONDS_MAX)[1]
            for place in places
        )

    @cached_property
    def _consumer(self) -> Consumer:
        return Consumer({**client_options(self.kafka, None, "bench"), "group.id": "bench"})
