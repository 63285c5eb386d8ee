"""Each service can do on Kafka what it must, under its own certificate, and nothing of others'."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from schemas.topics import TEAM_PLACE, TOPICS, team_topic
from services.log.kafka_consumer import GroupConsumer
from services.log.kafka_log import KafkaLog
from services.log.kafka_producer import KafkaProducer
from services.log.kafka_topics import KafkaTopics
from services.log.topic_plan import plan_topics
from services.runtime.errors import MercatError
from services.runtime.ports import Record
from tests.conftest import absent
from tests.deploy.closed_kafka import ClosedKafka, closed_kafka
from tests.deploy.places import ROOT
from tests.fakes import append_of, received
from tests.kafka_server import kafka_jars

pytestmark = pytest.mark.scaled

RECEIVED = "posts.received.v1"
CLASSIFIED = "posts.classified.v1"
ROUTED = "posts.routed.v1"
NAMES = [
    *(topic.name for topic in TOPICS if TEAM_PLACE not in topic.name),
    team_topic("waste"),
]
TRIES_MAX = 240


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClosedKafka]:
    """A broker with the rights of the manifests, on which the job `topics` has made the topics."""
    jars = kafka_jars()
    if jars is None:
        absent("Kafka's jars are not there (needs java and mvn: `make kafka`)")
        return
    with closed_kafka(jars, tmp_path_factory.mktemp("closed")) as closed:
        topics = KafkaTopics(closed.client("kafka-topics"), closed.settings("kafka-topics"))
        settings = closed.settings("kafka-topics")
        topics.apply(plan_topics(NAMES, topics.found(NAMES), settings))
        assert [] == list(plan_topics(NAMES, topics.found(NAMES), settings))
        sent(closed, "kafka-relay", *NAMES)
        yield closed


def sent(kafka: ClosedKafka, user: str, *topics: str) -> None:
    """Send an event to each topic as a user, and see it confirmed."""
    producer = KafkaProducer(kafka.client(user), kafka.settings(user))
    try:
        producer.deliver([append_of(received(1), topic) for topic in topics])
    finally:
        producer.close()


def polled(kafka: ClosedKafka, user: str, topic: str, group: str) -> list[Record]:
    """Return records of a topic as a member of a group, and commit behind them."""
    consumer = GroupConsumer(
        kafka.client(user),
        kafka.settings(user),
        topic=topic,
        group=group,
        instance=None,
        assigned=dict.fromkeys,
        revoked=lambda _: None,
        lost=lambda _: None,
    )
    found: list[Record] = []
    try:
        for _ in range(TRIES_MAX):
            found = consumer.poll(10, 0.25)
            if found:
                break
        for record in found:
            consumer.store(record.partition, record.offset + 1)
        consumer.commit()
    finally:
        consumer.close()
    return found


def read(kafka: ClosedKafka, user: str, topic: str) -> list[Record]:
    """Return what lies in a topic, as a user who is in no group."""
    log = KafkaLog(kafka.client(user), kafka.settings(user))
    try:
        return [
            record
            for partition in range(log.partitions(topic))
            for record in log.read(topic, 0, 100, partition=partition)
        ]
    finally:
        log.close()


def test_relay_sends_to_every_topic(kafka: ClosedKafka) -> None:
    """Relay sees that the topics are there, and writes each of them."""
    KafkaTopics(kafka.client("kafka-relay"), kafka.settings("kafka-relay")).check(NAMES)

    sent(kafka, "kafka-relay", *NAMES)


def test_classify_reads_and_answers_by_the_kafka_runner(kafka: ClosedKafka) -> None:
    """Classify's group reads what came in, and its producer writes what it is about."""
    sent(kafka, "kafka-relay", RECEIVED)

    found = polled(kafka, "kafka-classify", RECEIVED, "classify")

    assert found
    sent(kafka, "kafka-classify", CLASSIFIED)


def test_classify_reads_and_answers_by_faust(kafka: ClosedKafka, tmp_path: Path) -> None:
    """A Faust worker under classify's certificate classifies what relay sends."""
    settings = kafka.settings("kafka-classify").model_dump_json()
    event = received(7)
    producer = KafkaProducer(kafka.client("kafka-relay"), kafka.settings("kafka-relay"))
    with (tmp_path / "said").open("w") as said:
        worker = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.deploy.faust_user"),
                *(settings, str(tmp_path / "letters")),
            ],
            cwd=ROOT,
            stdout=said,
            stderr=said,
        )
    try:
        producer.deliver([append_of(event, RECEIVED)])
        causes = (
            answer.value.decode()
            for _ in range(TRIES_MAX)
            for answer in read(kafka, "kafka-console", CLASSIFIED)
        )
        answered = any(f'"causationid":"{event.id}"' in cause for cause in causes)
    finally:
        worker.terminate()
        worker.wait(60)
        producer.close()

    assert answered, (tmp_path / "said").read_text(encoding="utf-8")[-3_000:]


def test_route_reads_as_its_group(kafka: ClosedKafka) -> None:
    """Route's group reads what was classified; what it gives out goes by relay."""
    sent(kafka, "kafka-classify", CLASSIFIED)

    assert polled(kafka, "kafka-route", CLASSIFIED, "route")


def test_the_console_follows_what_is_routed(kafka: ClosedKafka) -> None:
    """The console reads what went to teams, in no group."""
    sent(kafka, "kafka-relay", ROUTED)

    assert read(kafka, "kafka-console", ROUTED)


def test_the_scaler_sees_how_far_behind_a_group_is(kafka: ClosedKafka) -> None:
    """Whoever scales can ask where a group stands, and where its topic ends."""
    admin = AdminClient(kafka.client("kafka-scaler"))
    place = TopicPartition(RECEIVED, 0)
    latest = OffsetSpec.latest()  # type: ignore[no-untyped-call] # the client has no type for it

    asked = admin.list_consumer_group_offsets(
        [ConsumerGroupTopicPartitions("mercat.classify", [place])]
    )
    ends = admin.list_offsets({place: latest})

    assert "mercat.classify" == asked["mercat.classify"].result(30).group_id
    assert 0 <= ends[place].result(30).offset


@pytest.mark.parametrize(
    "act",
    [
        lambda kafka: sent(kafka, "kafka-classify", ROUTED),
        lambda kafka: sent(kafka, "kafka-route", ROUTED),
        lambda kafka: sent(kafka, "kafka-console", CLASSIFIED),
        lambda kafka: sent(kafka, "kafka-scaler", RECEIVED),
        lambda kafka: sent(kafka, "kafka-topics", RECEIVED),
        lambda kafka: read(kafka, "kafka-relay", RECEIVED),
        lambda kafka: read(kafka, "kafka-scaler", RECEIVED),
        lambda kafka: read(kafka, "kafka-topics", RECEIVED),
        lambda kafka: read(kafka, "kafka-console", team_topic("waste")),
        lambda kafka: polled(kafka, "kafka-route", RECEIVED, "route"),
        lambda kafka: polled(kafka, "kafka-route", CLASSIFIED, "classify"),
        lambda kafka: polled(kafka, "kafka-console", ROUTED, "route"),
    ],
    ids=[
        "classify gives no post to a team",
        "route sends nothing by itself",
        "the console classifies nothing",
        "the scaler sends nothing",
        "who makes topics sends nothing",
        "relay reads nothing",
        "the scaler reads nothing",
        "who makes topics reads nothing",
        "the console reads no team's own topic",
        "route reads nothing unclassified",
        "route is not classify",
        "the console joins no group",
    ],
)
def test_nobody_does_what_is_anothers(
    act: Callable[[ClosedKafka], object], kafka: ClosedKafka
) -> None:
    """What is another service's is refused by Kafka, and the refusal is told, as none of ours."""
    with pytest.raises(MercatError) as refused:
        act(kafka)

    assert "authorization failed" in str(refused.value), repr(refused.value)
