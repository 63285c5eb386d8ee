"""Topics: each declared once, under a name and a number that stay its own."""

import re

import pytest

from schemas.codec import decode_event
from schemas.documents import events_by_type, type_of
from schemas.envelope import Event
from schemas.topics import (
    TEAM_POSTS,
    TOPICS,
    Topic,
    UndeclaredTopicError,
    team_topic,
    topic_declared,
)

WORD = r"[a-z][a-z0-9-]*"
TOPIC_NAME = re.compile(rf"{WORD}(\.(\{{team\}}|{WORD}))+\.v[1-9][0-9]*")
EVENT_TYPE = re.compile(rf"mercat\.{WORD}\.{WORD}\.v[1-9][0-9]*")


def test_names_and_numbers_are_unique() -> None:
    """No two topics share a name, nor a number in logs that number them."""
    assert len(TOPICS) == len({topic.name for topic in TOPICS})
    assert len(TOPICS) == len({topic.number for topic in TOPICS})


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_a_topic_is_named_by_domain_fact_and_version(topic: Topic) -> None:
    """Names have dots only: Kafka's metrics take a dot and an underscore for the same."""
    assert TOPIC_NAME.fullmatch(topic.name)


@pytest.mark.parametrize("name", ["posts_received.v1", "posts.received", "Posts.received.v1"])
def test_the_name_rule_refuses_other_names(name: str) -> None:
    """The rule above can fail."""
    assert not TOPIC_NAME.fullmatch(name)


@pytest.mark.parametrize("event", events_by_type().values(), ids=lambda event: event.__name__)
def test_an_event_type_is_named_by_domain_fact_and_version(event: type[Event]) -> None:
    """An event's type is `mercat.<domain>.<fact>.v<N>`."""
    assert EVENT_TYPE.fullmatch(type_of(event))


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_a_topic_says_all_that_its_readers_ask(topic: Topic) -> None:
    """Purpose, key, events, both ends, retention and partitions are stated for every topic."""
    assert all((topic.purpose, topic.key, topic.events, topic.producers, topic.consumers))
    assert topic.retention_days > 0
    assert topic.partitions > 0
    assert len(topic.events) == len(set(topic.events))


@pytest.mark.parametrize("topic", [topic for topic in TOPICS if topic is not TEAM_POSTS])
def test_a_declared_topic_is_found_by_its_name(topic: Topic) -> None:
    """A topic's name leads to its declaration."""
    assert topic is topic_declared(topic.name)


@pytest.mark.parametrize("team", ["waste", "environmental-health", "a", "ward-7"])
def test_every_team_has_a_topic(team: str) -> None:
    """A team's topic falls under the one declaration for all teams."""
    assert TEAM_POSTS is topic_declared(team_topic(team))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "posts.received",
        "posts.received.v2",
        "posts.received.v1 ",
        "teams.posts.v1",
        "teams..posts.v1",
        "teams.Waste.posts.v1",
        "teams.waste.north.posts.v1",
        "teams.waste.posts.v1\n",
        "teams.{team}.posts.v1",
    ],
)
def test_an_undeclared_topic_is_refused(name: str) -> None:
    """No topic comes into being by being named."""
    with pytest.raises(UndeclaredTopicError, match=r"schemas/topics\.py"):
        topic_declared(name)
    with pytest.raises(UndeclaredTopicError):
        decode_event(name, b"{}")
