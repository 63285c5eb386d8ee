"""What the topics of a cluster should be like, and what it takes to make them so."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from schemas.topics import topic_declared
from services.runtime.event_size import MESSAGE_BYTES_MAX
from services.runtime.scaled_settings import KafkaSettings

BATCH_ROOM_BYTES: Final = 65_536
"""What a batch has around its messages; a topic that took less than a producer sends would refuse
events that are none too large."""
DAY_MS: Final = 86_400_000
SEGMENT_DAYS: Final = 1
"""Kafka deletes whole segments: so much longer than its retention may a word stay."""

Kind = Literal["make", "set", "repartition", "told"]


@dataclass(frozen=True, slots=True)
class TopicPlan:
    """A topic as it should be on the cluster. `settings` are the broker's, by its names."""

    name: str
    partitions: int
    replicas: int
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TopicFound:
    """A topic as it is on the cluster; `replicas` is the least that any partition has."""

    name: str
    partitions: int
    replicas: int
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TopicChange:
    """One step from what is to what should be, with a plain sentence for whoever decides.

    `make` a topic; `set` settings of one; `repartition`, which adds partitions and so moves keys;
    `told`: a difference that only people can put right, with the way to do it. `settings` are
    those to set.
    """

    plan: TopicPlan
    kind: Kind
    sentence: str
    settings: Mapping[str, str] = field(default_factory=dict)


def topic_plan(name: str, kafka: KafkaSettings) -> TopicPlan:
    """Return what a declared topic should be like on a cluster, by its logical name."""
    topic = topic_declared(name)
    return TopicPlan(
        name=kafka.topic(name),
        partitions=topic.partitions,
        replicas=kafka.replicas,
        settings={
            "cleanup.policy": "delete",
            "retention.ms": str(topic.retention_days * DAY_MS),
            # Kafka deletes whole segments, and without this keeps a quiet one open for a week.
            "segment.ms": str(SEGMENT_DAYS * DAY_MS),
            "min.insync.replicas": str(kafka.replicas_in_sync_min),
            "max.message.bytes": str(MESSAGE_BYTES_MAX + BATCH_ROOM_BYTES),
        },
    )


def plan_topics(
    declared: Iterable[str], found: Mapping[str, TopicFound], kafka: KafkaSettings
) -> Sequence[TopicChange]:
    """Return the steps that lead from the topics found to those declared, topic by topic.

    `declared` are logical names, `found` goes by names on the cluster. No step takes anything
    away: neither a topic that is not declared, nor a partition.
    """
    changes: list[TopicChange] = []
    for name in declared:
        plan = topic_plan(name, kafka)
        is_now = found.get(plan.name)
        if is_now is None:
            changes.append(_made(plan))
        else:
            changes.extend(_changed(plan, is_now))
    return changes


def count_fault(plan: TopicPlan, partitions: int) -> str | None:
    """Return what is wrong with a topic's count of partitions, and its cure, or None."""
    if partitions < plan.partitions:
        return (
            f"{plan.name} has {partitions} partitions and should have {plan.partitions}; a key "
            "would move to another partition, and be read there before what is left of it in the "
            "old one: stop what writes (ingest, console, relay), wait until nothing is left to "
            "read, then run `mercat topics apply --repartition`"
        )
    if partitions > plan.partitions:
        return (
            f"{plan.name} has {partitions} partitions and should have {plan.partitions}; Kafka "
            "takes none away: stop what writes, wait until nothing is left to read, stop what "
            "reads, delete the topic with Kafka's own tools, run `mercat topics apply`, then start "
            "what reads: it begins at the start of the new one"
        )
    return None


def _made(plan: TopicPlan) -> TopicChange:
    settings = ", ".join(f"{name}={value}" for name, value in plan.settings.items())
    return TopicChange(
        plan,
        "make",
        f"{plan.name} is made: {_counted(plan.partitions, 'partition')}, "
        f"{_counted(plan.replicas, 'replica')}, {settings}",
        plan.settings,
    )


def _changed(plan: TopicPlan, found: TopicFound) -> Iterator[TopicChange]:
    fault = count_fault(plan, found.partitions)
    if fault is not None:
        kind: Kind = "repartition" if found.partitions < plan.partitions else "told"
        yield TopicChange(plan, kind, fault)
    if found.replicas < plan.replicas:
        yield TopicChange(
            plan,
            "told",
            f"{plan.name} has {_counted(found.replicas, 'replica')} and should have "
            f"{plan.replicas}; give it more with Kafka's kafka-reassign-partitions, or lower "
            "scaled.kafka.replicas",
        )
    differing = {
        name: value
        for name, value in plan.settings.items()
        if found.settings.get(name, "") != value
    }
    if differing:
        said = ", ".join(
            f"{name} from {found.settings.get(name, 'nothing')} to {value}"
            for name, value in differing.items()
        )
        yield TopicChange(plan, "set", f"{plan.name} is changed: {said}", differing)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
