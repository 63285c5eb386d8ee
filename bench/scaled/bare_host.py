"""Classify in a plain loop on confluent-kafka: the most that one process could do.

It is no way to run anything: a batch whose delivery fails is lost, and nothing is fenced.
"""

from typing import Final

from confluent_kafka import Consumer, Message, Producer

from schemas.topics import POSTS_CLASSIFIED
from services.log.kafka_client import client_options, producer_options
from services.runtime.ports import Record, Stage
from services.runtime.scaled_settings import KafkaSettings
from services.runtime.step import intake_of, step
from services.runtime.system_clock import SystemClock

BATCH_MAX: Final = 500
POLL_SECONDS: Final = 0.1


def run(stage: Stage, kafka: KafkaSettings) -> None:
    """Consume, work out, produce, flush, commit; for ever."""
    options = client_options(kafka, None, "bare")
    producer = Producer(producer_options(options))
    consumer = Consumer(
        {
            **options,
            "group.id": kafka.group(stage.name),
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([kafka.topic(stage.topic)])
    clock = SystemClock()
    target = kafka.topic(POSTS_CLASSIFIED.name)
    while True:
        messages = consumer.consume(BATCH_MAX, POLL_SECONDS)
        if not messages:
            continue
        intakes = [intake_of(_record(stage.topic, message)) for message in messages]
        for append in step(stage, intakes, lambda _: {}, clock.now()).appends:
            producer.produce(target, append.value, append.key)
        producer.flush()
        consumer.commit(asynchronous=True)


def _record(topic: str, message: Message) -> Record:
    key, value = message.key(), message.value()
    assert isinstance(key, bytes), "every event has a key"
    assert isinstance(value, bytes), "every event has a value"
    return Record(topic, message.offset() or 0, key.decode(), value)
