"""How far a group is behind, as somebody outside it is told by a real broker."""

import pytest

from services.log.kafka_client import client_options
from services.log.kafka_consumer import GroupConsumer
from services.log.kafka_groups import GroupStanding, KafkaGroups
from services.log.kafka_producer import KafkaProducer
from services.runtime.errors import LogUnavailableError
from services.runtime.ports import Append, Record
from services.runtime.scaled_settings import KafkaSettings
from tests.fakes import wait_until
from tests.kafka_server import make_topics

pytestmark = pytest.mark.scaled
TOPIC = "posts.received.v1"
PARTITIONS = 2
EVENTS = 30
DONE = 4


@pytest.fixture
def filled(kafka: KafkaSettings) -> KafkaSettings:
    """A topic with some events."""
    make_topics(kafka, TOPIC, partitions=PARTITIONS)
    producer = KafkaProducer(client_options(kafka, None, "tests"), kafka)
    producer.deliver([Append(TOPIC, f"k{number}", b"x") for number in range(EVENTS)])
    producer.close()
    return kafka


def standing(kafka: KafkaSettings) -> GroupStanding:
    """Return how the group of classify stands."""
    groups = KafkaGroups(client_options(kafka, None, "tests"), kafka)
    return groups.standing("classify", TOPIC, PARTITIONS)


def test_a_group_that_never_was_has_everything_before_it(filled: KafkaSettings) -> None:
    """Where no consumer ever came, all that the topic holds waits."""
    assert GroupStanding(EVENTS, 0) == standing(filled)


def test_what_is_committed_waits_no_more(filled: KafkaSettings) -> None:
    """The consumer is counted while it is there, and what it did afterwards, too."""
    consumer = GroupConsumer(
        client_options(filled, None, "tests"),
        filled,
        topic=TOPIC,
        group="classify",
        instance=None,
        assigned=dict.fromkeys,
        revoked=lambda _: None,
        lost=lambda _: None,
    )
    read: list[Record] = []

    def read_some() -> bool:
        read.extend(consumer.poll(100, 0.05))
        return len(read) == EVENTS

    wait_until(read_some, tries=400)
    consumer.store(0, DONE)
    consumer.commit()
    during = standing(filled)
    consumer.close()

    assert GroupStanding(EVENTS - DONE, 1) == during
    assert GroupStanding(EVENTS - DONE, 0) == standing(filled)


def test_a_cluster_that_is_away_may_be_asked_later() -> None:
    """Nobody is told a number that nobody knows."""
    kafka = KafkaSettings(servers=("127.0.0.1:1",))

    with pytest.raises(LogUnavailableError):
        standing(kafka)
