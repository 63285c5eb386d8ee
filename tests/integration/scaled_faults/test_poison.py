"""Poison straight in the topics of a body that works: dead letters, and its neighbours go on."""

import json
from collections.abc import Mapping

import pytest
from confluent_kafka import Producer

from schemas.codec import encode_event
from services.log.kafka_client import client_options, producer_options
from services.runtime.scaled_settings import KafkaSettings
from tests.fakes import received
from tests.integration.faults.poison import poison_in_topics
from tests.integration.scaled_faults.living import Living, until
from tests.simulation.remains import CONSUMERS

pytestmark = pytest.mark.scaled

LONG_TEXT = "The lamp is out. " * 53_000
"""900 kB: Kafka takes it, and no post is so long."""
KEYS = 4


def poison() -> Mapping[str, bytes]:
    """Return what is put into each topic, by what is wrong with it."""
    event = json.loads(encode_event(received(1)))
    long = event | {"data": event["data"] | {"text": LONG_TEXT}}
    null = event | {"id": "0" * 32, "data": event["data"] | {"text": "be\x00fore"}}
    return {
        **poison_in_topics(),
        "long text": json.dumps(long).encode(),
        "null character": json.dumps(null).encode(),
    }


def put(kafka: KafkaSettings, topic: str, keys: list[str]) -> int:
    """Put the poison among the events of some conversations; return how much of it there is."""
    producer = Producer(producer_options(client_options(kafka, None, "poisoner")))
    bad = poison()
    for number, value in enumerate(bad.values()):
        producer.produce(kafka.topic(topic), value, keys[number % len(keys)])
    assert 0 == producer.flush(60)
    return len(bad)


def keys_of(living: Living) -> list[str]:
    """Return the keys of a few conversations, as far as route knows that many."""
    return [key for (key,) in living.body.rows(f"SELECT id FROM conversations LIMIT {KEYS}")]


@pytest.mark.parametrize("runner", ["kafka", "faust"])
def test_poison_costs_a_dead_letter_each_and_its_neighbours_go_on(
    living: Living, runner: str
) -> None:
    """Whoever put it there, both stages name its place and cause, and no conversation stops."""
    living.at_work(runner)
    before = {topic: len(living.letters()[topic]) for topic in CONSUMERS.values()}

    with living.feeder:
        living.fed(10)
        until(lambda: len(keys_of(living)) == KEYS, f"{KEYS} conversations are known")
        keys = keys_of(living)
        bad = {topic: put(living.body.kafka, topic, keys) for topic in CONSUMERS.values()}
        living.fed(10)
    living.settle()

    letters = {topic: len(living.letters()[topic]) for topic in CONSUMERS.values()}
    assert {topic: before[topic] + bad[topic] for topic in bad} == letters
    assert [] == living.breaches()
