"""Both clients put a key on the same partition, so that a conversation is never parted."""

from collections.abc import Sequence
from functools import partial

import pytest
from aiokafka.partitioner import DefaultPartitioner
from confluent_kafka import KafkaError, Message, Producer
from hypothesis import example, given
from hypothesis import strategies as st

from services.log.kafka_client import PARTITIONER, client_options
from services.log.kafka_producer import KafkaProducer
from services.runtime.ports import Append
from services.runtime.scaled_settings import KafkaSettings
from tests.kafka_server import make_topics

TOPIC = "posts.received.v1"
KEYS = st.lists(st.text(min_size=1, max_size=80).filter(lambda key: key.isprintable()), max_size=20)


def by_aiokafka(keys: Sequence[str], partitions: int) -> list[int]:
    """Return the partition that aiokafka, and so Faust, chooses for each key."""
    choose = DefaultPartitioner()
    every = list(range(partitions))
    return [choose(key.encode(), every, every) for key in keys]


class InsideClient:
    """Librdkafka with the cluster that it can pretend: its partitioner, without a broker."""

    def __init__(self, partitioner: str) -> None:
        self._producer = Producer(
            {"test.mock.num.brokers": 1, "partitioner": partitioner, "log_level": 0, "linger.ms": 0}
        )
        self.partitions = len(
            self._producer.list_topics(TOPIC, timeout=10).topics[TOPIC].partitions
        )

    def choices(self, keys: Sequence[str]) -> list[int]:
        """Return the partition that was chosen for each key."""
        chosen: dict[int, int] = {}

        def note(number: int, error: KafkaError | None, message: Message) -> None:
            assert error is None
            chosen[number] = int(message.partition() or 0)

        for number, key in enumerate(keys):
            self._producer.produce(TOPIC, b"", key, on_delivery=partial(note, number))
        self._producer.flush(30)
        return [chosen[number] for number in range(len(keys))]


@pytest.fixture(scope="module")
def ours() -> InsideClient:
    """Our client, with the partitioner that it is set up with."""
    return InsideClient(PARTITIONER)


@given(keys=KEYS)
@example(keys=["k", "conversation", "ça", "Dùn Èideann", "🦊", "a" * 80])
def test_both_clients_choose_the_same_partition(ours: InsideClient, keys: list[str]) -> None:
    """For any key, of whatever script and length."""
    assert by_aiokafka(keys, ours.partitions) == ours.choices(keys)


def test_librdkafkas_own_choice_would_part_conversations() -> None:
    """The reason why the partitioner is set, and the proof that the comparison can fail."""
    keys = [f"k{number}" for number in range(40)]
    usual = InsideClient("consistent_random")

    assert by_aiokafka(keys, usual.partitions) != usual.choices(keys)


@pytest.mark.scaled
def test_a_real_broker_has_each_key_where_aiokafka_would_put_it(kafka: KafkaSettings) -> None:
    """The whole way: our producer, a broker, and as many partitions as are declared."""
    make_topics(kafka, TOPIC)
    keys = [f"conversation {number}" for number in range(500)]
    producer = KafkaProducer(client_options(kafka, None, "tests"), kafka)

    places = producer.deliver([Append(TOPIC, key, b"{}") for key in keys])
    producer.close()

    assert by_aiokafka(keys, 12) == [partition for partition, _ in places]
