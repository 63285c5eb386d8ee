"""How far the consumers of a group are behind, asked by somebody who is none of them."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from typing import Any, Final, NamedTuple

from confluent_kafka import (
    ConsumerGroupTopicPartitions,
    KafkaError,
    KafkaException,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient, OffsetSpec

from services.log.kafka_client import ANSWER_SECONDS_MAX, Heard, error_in, made
from services.runtime.scaled_settings import KafkaSettings

ASKED: Final = "a question about a group"
TRIES_MAX: Final = 20
PAUSE_SECONDS: Final = 0.5
_SOON: Final = frozenset(
    {
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        KafkaError.COORDINATOR_NOT_AVAILABLE,
        KafkaError.NOT_COORDINATOR,
    }
)
"""What a broker says that has only just become a group's own."""


class GroupStanding(NamedTuple):
    """How many events of a topic a group has before it, and how many consumers are at it."""

    waiting: int
    consumers: int


class KafkaGroups:
    """The consumer groups of one body on a cluster; changes nothing.

    Raises LogUnavailableError where Kafka is away, SettingsError where it refuses us.
    """

    def __init__(self, options: Mapping[str, Any], kafka: KafkaSettings) -> None:
        self._kafka = kafka
        self._heard = Heard()
        self._admin: AdminClient = made(AdminClient, options, self._heard)

    def standing(self, stage: str, topic: str, partitions: int) -> GroupStanding:
        """Return how a stage's group stands with a topic of so many partitions."""
        group, name = self._kafka.group(stage), self._kafka.topic(topic)
        places = [TopicPartition(name, number) for number in range(partitions)]
        begins = self._offsets(places, OffsetSpec.earliest())  # type: ignore[no-untyped-call]
        ends = self._offsets(places, OffsetSpec.latest())  # type: ignore[no-untyped-call]
        done = {**begins, **self._committed(group, places)}
        waiting = sum(ends[number] - max(done[number], begins[number]) for number in ends)
        return GroupStanding(max(0, waiting), self._consumers(group))

    def _offsets(self, places: list[TopicPartition], which: OffsetSpec) -> dict[int, int]:
        asked = self._admin.list_offsets(
            dict.fromkeys(places, which), request_timeout=ANSWER_SECONDS_MAX
        )
        return {place.partition: self._answer(future).offset for place, future in asked.items()}

    def _committed(self, group: str, places: list[TopicPartition]) -> dict[int, int]:
        wanted = [ConsumerGroupTopicPartitions(group, places)]
        found = self._answer_soon(
            lambda: self._admin.list_consumer_group_offsets(
                wanted, request_timeout=ANSWER_SECONDS_MAX
            )
        ).topic_partitions
        return {place.partition: place.offset for place in found if place.offset >= 0}

    def _consumers(self, group: str) -> int:
        found = self._answer_soon(
            lambda: self._admin.describe_consumer_groups(
                [group], request_timeout=ANSWER_SECONDS_MAX
            )
        )
        return len(found.members)

    def _answer_soon(self, question: Callable[[], Mapping[Any, "Future[Any]"]]) -> Any:
        """Return the one answer to a question, asked again while the group moves to its broker."""
        for _ in range(TRIES_MAX):
            (future,) = question().values()
            wait([future], ANSWER_SECONDS_MAX * 2)
            error = future.exception() if future.done() else None
            if not isinstance(error, KafkaException) or error_in(error).code() not in _SOON:
                break
            time.sleep(PAUSE_SECONDS)
        return self._answer(future)

    def _answer(self, future: "Future[Any]") -> Any:
        try:
            return future.result(ANSWER_SECONDS_MAX * 2)
        except TimeoutError:
            self._admin.poll(0)
            raise self._heard.failure(None, ASKED) from None
        except KafkaException as exception:
            self._admin.poll(0)
            raise self._heard.failure(error_in(exception), ASKED) from exception
