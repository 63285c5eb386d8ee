"""Where a partition begins and ends, asked of a Kafka client."""

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from services.log.kafka_client import ANSWER_SECONDS_MAX, Heard, error_in, error_of
from services.runtime.errors import LogUnavailableError, MercatError

_UNCLEAR = (KafkaError._UNKNOWN_PARTITION, KafkaError._UNKNOWN_TOPIC)


def marks(consumer: Consumer, heard: Heard, name: str, partition: int) -> tuple[int, int]:
    """Return the offset of a partition's oldest record, and the one its next record will get.

    `name` is the topic's on the cluster. Raises LogUnavailableError where Kafka is away,
    SettingsError where it refuses us or has no such partition.
    """
    place = TopicPartition(name, partition)
    try:
        start, end = consumer.get_watermark_offsets(place, ANSWER_SECONDS_MAX, cached=False)
    except KafkaException as exception:
        raise _failure(consumer, heard, place, error_in(exception)) from exception
    heard.went_well()
    return start, end


def partition_count(consumer: Consumer, heard: Heard, name: str) -> int:
    """Return how many partitions a topic has. Raises as `marks` does."""
    try:
        found = consumer.list_topics(name, timeout=ANSWER_SECONDS_MAX)
    except KafkaException as exception:
        raise heard.failure(error_in(exception), f"a question about {name}") from exception
    metadata = found.topics[name]
    if metadata.error is not None:
        raise error_of(metadata.error, f"a question about {name}")
    return len(metadata.partitions)


def _failure(
    consumer: Consumer, heard: Heard, place: TopicPartition, error: KafkaError
) -> MercatError:
    """Return what a failed question means.

    A client that has lost its brokers says that a partition is unknown: the cluster knows better.
    """
    asked = f"a question about {place.topic}"
    if error.code() not in _UNCLEAR:
        return heard.failure(error, asked)
    if place.partition < partition_count(consumer, heard, place.topic):
        return LogUnavailableError(f"{place.topic} has no broker that leads its partition now")
    return error_of(error, asked)
