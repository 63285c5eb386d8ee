"""Topics on the cluster: what they are like, and having them made as they should be."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, Final

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourceType,
)

from services.log.kafka_client import ANSWER_SECONDS_MAX, Heard, error_in, made
from services.log.topic_plan import TopicChange, TopicFound, count_fault, topic_plan
from services.runtime.errors import LogUnavailableError, MercatError, SettingsError
from services.runtime.scaled_settings import KafkaSettings

CHANGE_SECONDS_MAX: Final = 60
LOOK_SECONDS: Final = 0.1
ASKED_TIMES: Final = 5


class KafkaTopics:
    """The topics of one body on a cluster.

    Every method raises LogUnavailableError where Kafka is away, and SettingsError where it
    refuses us or what is asked of it.
    """

    def __init__(self, options: Mapping[str, Any], kafka: KafkaSettings) -> None:
        self._kafka = kafka
        self._heard = Heard()
        self._admin: AdminClient = made(AdminClient, options, self._heard)

    def found(self, names: Iterable[str]) -> Mapping[str, TopicFound]:
        """Return those of the topics with these logical names that are there, by full name."""
        wanted = {self._kafka.topic(name) for name in names}
        there = {name: each for name, each in self._listed().items() if name in wanted}
        if not there:
            return {}
        resources = [ConfigResource(ResourceType.TOPIC, name) for name in there]
        asked = self._admin.describe_configs(resources, request_timeout=ANSWER_SECONDS_MAX)
        settings = {
            resource.name: {entry.name: str(entry.value) for entry in self._answer(future).values()}
            for resource, future in asked.items()
        }
        return {
            name: TopicFound(name, partitions, replicas, settings[name])
            for name, (partitions, replicas) in there.items()
        }

    def check(self, names: Sequence[str]) -> None:
        """Look that topics are there, with the partitions that are declared.

        Raises SettingsError naming every one that is not: elsewhere a key would lie on another
        partition, and order within a conversation would be lost.
        """
        there = self._listed()
        faults: list[str] = []
        for name in names:
            plan = topic_plan(name, self._kafka)
            if plan.name not in there:
                faults.append(f"{plan.name} is not there; make it with `mercat topics apply`")
            elif fault := count_fault(plan, there[plan.name][0]):
                faults.append(fault)
        if faults:
            raise SettingsError("\n".join(faults))

    def apply(self, changes: Iterable[TopicChange]) -> None:
        """Carry changes out one by one, and wait until the brokers know of the topics made.

        What was done before a failure stays done; doing all of it again is no harm. A change that
        is only told of is none of ours.
        """
        steps: dict[str, Callable[[TopicChange], Mapping[Any, Future[Any]]]] = {
            "make": self._make,
            "set": self._set,
            "repartition": self._repartition,
        }
        made_now = set()
        for change in changes:
            if change.kind not in steps:
                continue
            for future in steps[change.kind](change).values():
                self._answer(future, change)
            if change.kind == "make":
                made_now.add(change.plan.name)
        self._await(made_now)

    def _await(self, names: set[str]) -> None:
        until = time.monotonic() + CHANGE_SECONDS_MAX
        while not names <= self._listed().keys():
            if time.monotonic() > until:
                raise LogUnavailableError("Kafka made the topics, but its brokers do not show them")
            time.sleep(LOOK_SECONDS)

    def _listed(self) -> dict[str, tuple[int, int]]:
        """Return the count of partitions and replicas of each topic on the cluster."""
        found = self._metadata()
        return {
            name: (
                len(topic.partitions),
                min((len(each.replicas) for each in topic.partitions.values()), default=0),
            )
            for name, topic in found.topics.items()
            if topic.error is None
        }

    def _metadata(self) -> Any:
        """Ask a few times, and no more once the cluster has said that it will not have us."""
        for attempt in range(1, ASKED_TIMES + 1):
            try:
                return self._admin.list_topics(timeout=ANSWER_SECONDS_MAX / ASKED_TIMES)
            except KafkaException as exception:
                self._admin.poll(0)  # hear what the client has to say of itself
                if self._heard.refused or attempt == ASKED_TIMES:
                    raise self._heard.failure(error_in(exception), "a question") from exception
        raise AssertionError("unreachable")

    def _make(self, change: TopicChange) -> Mapping[Any, Future[Any]]:
        plan = change.plan
        topic = NewTopic(
            plan.name,
            num_partitions=plan.partitions,
            replication_factor=plan.replicas,
            config=dict(plan.settings),
        )
        return self._admin.create_topics([topic], operation_timeout=CHANGE_SECONDS_MAX)

    def _set(self, change: TopicChange) -> Mapping[Any, Future[Any]]:
        entries = [
            ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
            for name, value in change.settings.items()
        ]
        resource = ConfigResource(ResourceType.TOPIC, change.plan.name, incremental_configs=entries)
        return self._admin.incremental_alter_configs([resource])

    def _repartition(self, change: TopicChange) -> Mapping[Any, Future[Any]]:
        more = NewPartitions(change.plan.name, change.plan.partitions)
        return self._admin.create_partitions([more], operation_timeout=CHANGE_SECONDS_MAX)

    def _answer(self, future: Future[Any], change: TopicChange | None = None) -> Any:
        try:
            return future.result(CHANGE_SECONDS_MAX + ANSWER_SECONDS_MAX)
        except TimeoutError:
            self._admin.poll(0)
            raise self._heard.failure(None, "a change of topics") from None
        except KafkaException as exception:
            self._admin.poll(0)
            raise self._refusal(error_in(exception), change) from exception

    def _refusal(self, error: KafkaError, change: TopicChange | None) -> MercatError:
        if change is not None and error.code() == KafkaError.INVALID_REPLICATION_FACTOR:
            return SettingsError(
                f"{change.plan.name} cannot have {change.plan.replicas} replicas: {error.str()}; "
                "add brokers, or lower scaled.kafka.replicas in mercat.yaml"
            )
        return self._heard.failure(error, "a change of topics")
