"""Topics on a real broker: made by the command, looked at by services when they start."""

import json
from pathlib import Path

import pytest

from schemas.topics import TOPICS, team_topic
from services.log.kafka_client import client_options
from services.log.kafka_topics import KafkaTopics
from services.log.topic_plan import TopicFound
from services.runtime.errors import LogUnavailableError, SettingsError
from services.runtime.scaled_settings import KafkaSettings
from tests.folders import make_folder
from tests.kafka_server import broker_port, make_topics
from tests.mercat_process import Ended, call, environment

pytestmark = pytest.mark.scaled
RECEIVED = "posts.received.v1"
DIFFERS = 1


class Body:
    """A body's folder whose settings name the cluster, and the command that looks after it."""

    def __init__(self, place: Path, kafka: KafkaSettings) -> None:
        self.folder = make_folder(place / "body")
        self.kafka = kafka
        self._keys = place / "keys"
        settings = self.folder / "mercat.yaml"
        scaled = {"kafka": json.loads(kafka.model_dump_json(exclude_none=True))}
        settings.write_text(
            f"{settings.read_text('utf-8')}\nscaled: {json.dumps(scaled)}\n", "utf-8"
        )

    def apply(self, *options: str) -> Ended:
        """Run `mercat topics apply` on the folder."""
        env = environment(self._keys, MERCAT_FOLDER=str(self.folder))
        return call("topics", "apply", *options, env=env)

    def found(self, name: str = RECEIVED) -> TopicFound | None:
        """Return a topic as the cluster has it."""
        cluster = KafkaTopics(client_options(self.kafka, None, "tests"), self.kafka)
        return cluster.found([name]).get(self.kafka.topic(name))


@pytest.fixture
def body(tmp_path: Path, kafka: KafkaSettings) -> Body:
    """A body that has no topics yet."""
    return Body(tmp_path, kafka)


def test_topics_are_shown_then_made_as_declared(body: Body) -> None:
    """A look changes nothing; after the deed there is nothing left to do."""
    looked = body.apply("--dry-run")
    nothing_yet = body.found()
    done = body.apply("--yes")
    again = body.apply("--yes")

    assert (0, 0, 0) == (looked.code, done.code, again.code)
    assert nothing_yet is None
    for name in (*(t.name for t in TOPICS if "{" not in t.name), team_topic("waste")):
        assert f"{body.kafka.topic(name)} is made" in looked.out
    assert "All topics are as they should be." in again.out
    received = body.found()
    assert received is not None
    assert (12, 1) == (received.partitions, received.replicas)
    assert "604800000" == received.settings["retention.ms"]
    letters = body.found("deadletters.written.v1")
    assert letters is not None
    assert 1 == letters.partitions


def test_nothing_is_changed_where_nobody_can_be_asked(body: Body) -> None:
    """A job without a terminal has to say that it means it."""
    ended = body.apply()

    assert 1 == ended.code
    assert "add --yes" in ended.err
    assert body.found() is None


def test_programs_are_told_in_json_and_never_asked(body: Body) -> None:
    """A line of JSON has no room for a question."""
    refused = body.apply("--json")
    told = body.apply("--json", "--dry-run")

    assert 2 == refused.code
    changes = json.loads(told.out)["changes"]
    assert {"make"} == {change["kind"] for change in changes}
    assert body.kafka.topic(RECEIVED) in {change["topic"] for change in changes}


def test_settings_that_differ_are_set_right(body: Body) -> None:
    """How long posts are kept is a promise to people, whoever changed it."""
    make_topics(body.kafka, RECEIVED, retention_ms="1000")

    ended = body.apply("--yes")

    assert "retention.ms from 1000 to 604800000" in ended.out
    found = body.found()
    assert found is not None
    assert "604800000" == found.settings["retention.ms"]


def test_too_few_partitions_are_refused_until_people_mean_it(body: Body) -> None:
    """Keys would move, so the command says what has to be true first, and services do not start."""
    make_topics(body.kafka, RECEIVED, partitions=6)
    refused = body.apply("--yes")
    cluster = KafkaTopics(client_options(body.kafka, None, "tests"), body.kafka)
    with pytest.raises(SettingsError, match="has 6 partitions and should have 12"):
        cluster.check([RECEIVED])
    before = body.found()
    meant = body.apply("--yes", "--repartition")
    after = body.found()

    assert (DIFFERS, 0) == (refused.code, meant.code)
    assert "stop what writes" in refused.out
    assert before is not None
    assert after is not None
    assert (6, 12) == (before.partitions, after.partitions)


def test_too_many_partitions_are_told_of_and_left(body: Body) -> None:
    """Nothing is ever taken away, with whatever option."""
    make_topics(body.kafka, RECEIVED, partitions=14)

    ended = body.apply("--yes", "--repartition")

    assert DIFFERS == ended.code
    assert "has 14 partitions and should have 12" in ended.out
    found = body.found()
    assert found is not None
    assert 14 == found.partitions


def test_more_replicas_than_brokers_is_a_wrong_setting(
    tmp_path: Path, kafka: KafkaSettings
) -> None:
    """The error names the setting, and both ways out."""
    many = kafka.model_copy(update={"replicas": 3})

    ended = Body(tmp_path, many).apply("--yes")

    assert 1 == ended.code
    assert "lower scaled.kafka.replicas" in ended.err


def test_a_missing_topic_keeps_a_service_from_starting(kafka: KafkaSettings) -> None:
    """Every one that is missing is named at once."""
    cluster = KafkaTopics(client_options(kafka, None, "tests"), kafka)

    with pytest.raises(SettingsError, match="mercat topics apply") as refused:
        cluster.check([RECEIVED, "posts.routed.v1"])

    assert 2 == len(str(refused.value).splitlines())


def test_a_cluster_that_is_away_is_waited_for() -> None:
    """It is no wrong setting: the same call may succeed later."""
    kafka = KafkaSettings(servers=(f"127.0.0.1:{broker_port()}",))
    cluster = KafkaTopics(client_options(kafka, None, "tests"), kafka)

    with pytest.raises(LogUnavailableError):
        cluster.check([RECEIVED])
