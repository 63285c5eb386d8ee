"""What it takes to make a cluster's topics what they are declared to be."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.topics import TEAM_PLACE, TOPICS, UndeclaredTopicError, team_topic
from services.log.topic_plan import (
    TopicFound,
    count_fault,
    plan_topics,
    topic_plan,
)
from services.runtime.event_size import MESSAGE_BYTES_MAX
from services.runtime.scaled_settings import KafkaSettings

KAFKA = KafkaSettings(prefix="burgh.")
NAMES = [t.name for t in TOPICS if TEAM_PLACE not in t.name] + [team_topic("waste")]
RECEIVED = "posts.received.v1"


def as_planned(name: str, kafka: KafkaSettings = KAFKA) -> TopicFound:
    """Return a topic that is just as it should be."""
    plan = topic_plan(name, kafka)
    return TopicFound(plan.name, plan.partitions, plan.replicas, plan.settings)


def found(*topics: TopicFound) -> Mapping[str, TopicFound]:
    """Return topics as a cluster has them."""
    return {topic.name: topic for topic in topics}


def received(partitions: int = 12, replicas: int = 3, **settings: str) -> Mapping[str, TopicFound]:
    """Return the first topic, found with a difference."""
    is_now = as_planned(RECEIVED)
    differing = {name.replace("_", "."): value for name, value in settings.items()}
    return found(TopicFound(is_now.name, partitions, replicas, {**is_now.settings, **differing}))


def test_an_empty_cluster_gets_every_declared_topic() -> None:
    """Each is made with its own partitions and retention, under the body's prefix."""
    changes = plan_topics(NAMES, {}, KAFKA)

    assert ["make"] * len(NAMES) == [change.kind for change in changes]
    assert [f"burgh.{name}" for name in NAMES] == [change.plan.name for change in changes]
    assert [12, 12, 12, 1, 12, 12, 1, 3] == [change.plan.partitions for change in changes]
    assert "604800000" == changes[0].settings["retention.ms"]
    assert "86400000" == changes[0].settings["segment.ms"]
    assert "delete" == changes[0].settings["cleanup.policy"]


def test_a_topic_takes_the_largest_message_with_room_around_it() -> None:
    """A producer's own bound is the one that refuses, since it can say which event it was."""
    taken = int(topic_plan(RECEIVED, KAFKA).settings["max.message.bytes"])

    assert MESSAGE_BYTES_MAX < taken


def test_topics_as_they_should_be_need_nothing() -> None:
    """What was applied is applied."""
    there = found(*(as_planned(name) for name in NAMES))

    assert [] == plan_topics(NAMES, there, KAFKA)


def test_what_is_not_declared_is_left_alone() -> None:
    """Topics of others on the same cluster are none of ours."""
    there = found(as_planned(RECEIVED), TopicFound("burgh.made.up.v1", 1, 1, {}))

    assert [] == plan_topics([RECEIVED], there, KAFKA)


def test_only_what_differs_is_set_and_shown_from_and_to() -> None:
    """Whoever decides sees what it is now and what it will be."""
    [change] = plan_topics([RECEIVED], received(retention_ms="1000"), KAFKA)

    assert "set" == change.kind
    assert {"retention.ms": "604800000"} == change.settings
    assert "from 1000 to 604800000" in change.sentence


def test_more_partitions_are_never_added_unasked() -> None:
    """They would move keys, so it is a step of its own, with its cure."""
    [change] = plan_topics([RECEIVED], received(partitions=6), KAFKA)

    assert "repartition" == change.kind
    assert "has 6 partitions and should have 12" in change.sentence
    assert "--repartition" in change.sentence


def test_partitions_are_never_taken_away() -> None:
    """Kafka cannot; people are told how."""
    [change] = plan_topics([RECEIVED], received(partitions=24), KAFKA)

    assert "told" == change.kind
    assert "delete the topic" in change.sentence
    assert "begins at the start of the new one" in change.sentence


def test_too_few_replicas_are_told_of_and_more_are_welcome() -> None:
    """Moving replicas is the cluster's work, and too many harm nothing."""
    [change] = plan_topics([RECEIVED], received(replicas=1), KAFKA)

    assert "told" == change.kind
    assert "has 1 replica and should have 3" in change.sentence
    assert [] == plan_topics([RECEIVED], received(replicas=5), KAFKA)


def test_several_differences_of_a_topic_are_several_steps() -> None:
    """What can be done is done, whatever else cannot."""
    changes = plan_topics([RECEIVED], received(6, 1, cleanup_policy="compact"), KAFKA)

    assert ["repartition", "told", "set"] == [change.kind for change in changes]


def test_a_topic_nobody_declared_has_no_plan() -> None:
    """No topic comes into being by being asked for."""
    with pytest.raises(UndeclaredTopicError, match=r"made\.up"):
        plan_topics(["made.up.v1"], {}, KAFKA)


@given(st.integers(1, 40))
def test_any_other_count_of_partitions_is_a_fault(count: int) -> None:
    """One more or one fewer puts keys elsewhere."""
    plan = topic_plan(RECEIVED, KAFKA)

    assert (count != plan.partitions) == (count_fault(plan, count) is not None)
