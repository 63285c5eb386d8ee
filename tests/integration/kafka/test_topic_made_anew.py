"""A topic deleted and made anew, longer than route had come: each of its events is handled."""

import pytest

from services.log.kafka_client import client_options
from services.log.kafka_topic_id import KafkaTopicId
from services.runtime.errors import SettingsError
from services.runtime.kafka_runner import KafkaStageRunner
from services.runtime.ports import Commit, Cursor
from services.runtime.scaled_settings import KafkaSettings
from services.runtime.topic_places import topic_made
from tests.fakes import wait_until
from tests.integration.kafka.runner_rig import (
    CLASSIFIED,
    PARTITIONS,
    RECEIVED,
    ROUTED,
    Scene,
    by_conversation,
    classified,
    first_causes,
    posts,
    state_without_faults,
)

pytestmark = pytest.mark.scaled


def test_route_started_again_on_a_topic_made_anew_handles_all_of_it(scene: Scene) -> None:
    """Its places in the old topic lie within the new one, and mean nothing there."""
    old, new = classified(posts(120)), classified(posts(400, first=1_000))
    scene.put(old, CLASSIFIED)
    first = scene.route()
    wait_until(lambda: scene.done("route", CLASSIFIED) == 120)
    first.stop()

    scene.make_anew(CLASSIFIED)
    scene.put(new, CLASSIFIED)
    scene.route()
    wait_until(lambda: scene.done("route", CLASSIFIED) == 400)

    assert state_without_faults([*old, *new]) == scene.state()
    assert by_conversation([*old, *new]) == first_causes(scene.relayed(ROUTED))


def test_a_topic_made_anew_under_a_running_route_is_read_from_its_start(scene: Scene) -> None:
    """Kafka's client would go on in the new one where it was in the old, and say nothing."""
    old, new = classified(posts(120)), classified(posts(400, first=1_000))
    scene.put(old, CLASSIFIED)
    runner = scene.route()
    wait_until(lambda: scene.done("route", CLASSIFIED) == 120)

    scene.make_anew(CLASSIFIED)
    scene.put(new, CLASSIFIED)
    wait_until(lambda: scene.done("route", CLASSIFIED) == 400)

    assert runner.running
    assert state_without_faults([*old, *new]) == scene.state()
    assert by_conversation([*old, *new]) == first_causes(scene.relayed(ROUTED))
    wait_until(lambda: runner.lag() == 0)


def test_classify_stopped_meanwhile_handles_all_of_a_topic_made_anew(scene: Scene) -> None:
    """Its places are the group's, and Kafka drops them with the topic."""
    old, new = posts(120), posts(400, first=1_000)
    scene.put(old)
    first = scene.classify()
    wait_until(lambda: first.lag() == 0 and counted(first, "handled") == 120)
    first.stop()

    scene.make_anew(RECEIVED)
    scene.put(new)
    again = scene.classify()
    wait_until(lambda: counted(again, "handled") == 400)

    assert by_conversation([*old, *new]) == first_causes(scene.logged(CLASSIFIED))


def test_places_kept_by_name_alone_are_taken_over_once(scene: Scene) -> None:
    """A body that worked before ids were kept goes on where it was, and its next topic is new."""
    answers = classified(posts(200))
    scene.put(answers, CLASSIFIED)
    runner = scene.route()
    wait_until(lambda: scene.done("route", CLASSIFIED) == 200)
    runner.stop()
    ends = as_before_ids(scene)

    more = classified(posts(50, first=500))
    scene.put(more, CLASSIFIED)
    again = scene.route()
    wait_until(lambda: scene.done("route", CLASSIFIED) == 250)
    again.stop()
    store = scene.journal.store
    left = [store.cursor("route", CLASSIFIED, partition=each) for each in range(PARTITIONS)]

    assert 200 == sum(ends)
    assert [0] * PARTITIONS == left
    assert (50, 0) == (counted(again, "handled"), counted(again, "repeat"))
    assert state_without_faults([*answers, *more]) == scene.state()


def test_a_topic_that_is_not_there_has_no_id(kafka: KafkaSettings) -> None:
    """Whoever asks is told how it is made."""
    asking = KafkaTopicId(client_options(kafka, None, "test"), kafka, CLASSIFIED)

    with pytest.raises(SettingsError, match="mercat topics apply"):
        asking.now()


def counted(runner: KafkaStageRunner, outcome: str) -> int:
    """Return how many events of a runner came to an outcome."""
    return int(runner._metrics.stage_events.labels(runner.stage.name, outcome)._value.get())


def as_before_ids(scene: Scene) -> list[int]:
    """Put route's places under the topic's name alone; return them."""
    kept_as = topic_made(CLASSIFIED, scene.topic_ids[CLASSIFIED].now())
    ends = [
        scene.journal.store.cursor("route", kept_as, partition=each) for each in range(PARTITIONS)
    ]
    moves = [
        Cursor("route", topic, start, end, partition)
        for partition, at in enumerate(ends)
        for topic, start, end in ((kept_as, at, 0), (CLASSIFIED, 0, at))
    ]
    scene.journal.commit(Commit(cursors=moves)).result()
    return ends
