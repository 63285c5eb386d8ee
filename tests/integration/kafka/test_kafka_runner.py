"""Stages on Kafka and PostgreSQL: the same state as in one process, whoever dies or comes late."""

import signal

import pytest

from services.runtime.kafka_runner import KafkaStageRunner
from services.runtime.limits import StageLimits
from services.runtime.scaled_settings import KafkaSettings
from tests.conftest import absent
from tests.fakes import wait_until
from tests.integration.kafka.runner_child import SlowProcessor
from tests.integration.kafka.runner_rig import (
    CLASSIFIED,
    PARTITIONS,
    ROUTED,
    Scene,
    by_conversation,
    classified,
    first_causes,
    posts,
    state_without_faults,
)
from tests.kafka_server import KafkaServer, kafka_jars
from tests.postgres_server import fresh_database
from tests.simulation.stages import classify_stage, route_stage

pytestmark = pytest.mark.scaled


def test_a_small_week_comes_to_the_state_of_one_process(scene: Scene) -> None:
    """Through classify, Kafka, route and PostgreSQL, with repeats in both topics."""
    events = posts(600)
    scene.put(events)
    scene.put(events[100:150])

    scene.classify()
    scene.route()
    wait_until(lambda: scene.done("route", CLASSIFIED) == 650)

    told = scene.logged(CLASSIFIED)
    assert state_without_faults(classified(events)) == scene.state()
    assert by_conversation(events) == first_causes(told)
    assert first_causes(classified(events)).keys() == first_causes(told).keys()
    routed = scene.relayed(ROUTED)
    assert 600 == len({event.id for event in routed}) == len(routed)


def test_a_worker_killed_in_its_work_loses_and_doubles_nothing(scene: Scene) -> None:
    """The other worker goes on at the cursors in the database."""
    answers = classified(posts(600))
    scene.put(answers, CLASSIFIED)
    first = scene.child(batch_max=20, record_seconds=0.005)
    scene.child(batch_max=20, record_seconds=0.005)
    wait_until(lambda: scene.done("route", CLASSIFIED) > 150)

    first.kill()
    wait_until(lambda: scene.done("route", CLASSIFIED) == 600)

    routed = scene.relayed(ROUTED)
    assert state_without_faults(answers) == scene.state()
    assert by_conversation(answers) == first_causes(routed)
    assert 600 == len(routed)


@pytest.mark.parametrize(
    "place",
    [
        "route.commit.before",
        "cursor.move.after",
        "log.commit.before",
        "log.commit.after",
        "route.commit.after",
    ],
)
def test_a_worker_that_dies_at_any_step_of_a_commit_is_taken_over_from(
    scene: Scene, place: str
) -> None:
    """Whatever of the commit was kept, the next worker begins behind it."""
    answers = classified(posts(300))
    scene.put(answers, CLASSIFIED)

    first = scene.child(batch_max=20, record_seconds=0.0, die_at=place)
    first.wait(60)
    scene.route()
    wait_until(lambda: scene.done("route", CLASSIFIED) == 300)

    assert -signal.SIGKILL == first.returncode
    assert state_without_faults(answers) == scene.state()
    assert 300 == len(scene.relayed(ROUTED))


def test_a_worker_that_slept_through_its_eviction_is_fenced_when_it_wakes(scene: Scene) -> None:
    """What it had in hand was another's by then: its late commit is refused, and it goes on."""
    answers = classified(posts(600))
    scene.put(answers, CLASSIFIED)
    sleeper = scene.child(batch_max=40, record_seconds=0.02)
    wait_until(lambda: scene.done("route", CLASSIFIED) > 0)

    sleeper.send_signal(signal.SIGSTOP)
    scene.route()
    wait_until(lambda: scene.done("route", CLASSIFIED) == 600)
    sleeper.send_signal(signal.SIGCONT)
    more = classified(posts(200, first=600))
    scene.put(more, CLASSIFIED)
    wait_until(lambda: scene.done("route", CLASSIFIED) == 800)

    assert sleeper.poll() is None
    assert state_without_faults([*answers, *more]) == scene.state()
    assert 800 == len(scene.relayed(ROUTED))


def test_a_broker_killed_and_started_again_costs_repeats_at_most(postgres_server: str) -> None:
    """Both stages wait for it, and go on where they were."""
    jars = kafka_jars()
    if jars is None:
        absent("Kafka's jars are not there (needs java and mvn: `make kafka`)")
        return
    with KafkaServer(jars) as broker:
        kafka = KafkaSettings(servers=(broker.servers,), replicas=1, replicas_in_sync_min=1)
        scene = Scene(kafka, fresh_database(postgres_server))
        try:
            events = posts(1_000)
            scene.put(events)
            scene.classify(processor=SlowProcessor(classify_stage(), 0.004))
            scene.route()
            wait_until(lambda: scene.done("route", CLASSIFIED) > 100)

            broker.restart()
            wait_until(lambda: len(scene.relayed(ROUTED)) == 1_000, tries=6_000)

            assert state_without_faults(classified(events)) == scene.state()
            assert by_conversation(events) == first_causes(scene.logged(CLASSIFIED))
        finally:
            scene.close()


def test_a_worker_slower_than_its_group_allows_is_fenced_and_takes_less(scene: Scene) -> None:
    """Evicted, it joins again with smaller batches, and there is no end to neither."""
    answers = classified(posts(200))
    scene.put(answers, CLASSIFIED)
    slow = scene.start(
        route_stage(),
        processor=SlowProcessor(route_stage(), 0.05),
        limits=StageLimits(batch_max=128),
        poll_seconds_max=3,
    )

    wait_until(lambda: scene.done("route", CLASSIFIED) == 200, tries=6_000)

    assert 16 <= slow._size.now < 128
    assert slow.running
    assert state_without_faults(answers) == scene.state()
    assert 200 == len(scene.relayed(ROUTED))


def test_partitions_that_move_between_workers_take_nothing_along(scene: Scene) -> None:
    """A worker joins in the midst of the work, and the first leaves; order is kept."""
    answers = classified(posts(900))
    scene.put(answers[:300], CLASSIFIED)
    first = scene.route(processor=SlowProcessor(route_stage(), 0.002))
    wait_until(lambda: scene.done("route", CLASSIFIED) > 0)

    second = scene.route()
    scene.put(answers[300:600], CLASSIFIED)
    wait_until(lambda: bool(second._places.partitions))
    scene.put(answers[600:], CLASSIFIED)
    first.stop()
    wait_until(lambda: scene.done("route", CLASSIFIED) == 900)

    routed = scene.relayed(ROUTED)
    assert state_without_faults(answers) == scene.state()
    assert by_conversation(answers) == first_causes(routed)
    assert 900 == len(routed)


def test_a_new_database_on_an_old_topic_begins_at_the_oldest_record_left(scene: Scene) -> None:
    """What retention took is passed over, and is no lag."""
    answers = classified(posts(300))
    scene.put(answers, CLASSIFIED)
    gone = scene.forget(CLASSIFIED, 20)

    runner = scene.route()
    wait_until(lambda: handled(runner) == 300 - gone)
    wait_until(lambda: runner.lag() == 0)

    assert 300 == scene.done("route", CLASSIFIED)
    assert 300 - gone == len(scene.relayed(ROUTED))


def test_lag_and_liveness_are_told_from_what_the_broker_holds(scene: Scene) -> None:
    """Once all is committed nothing waits, and the next worker begins where the group was."""
    scene.put(posts(100))
    runner = scene.classify()
    wait_until(lambda: handled(runner) == 100)

    wait_until(lambda: runner.lag() == 0)
    alive = runner.alive(60.0)
    runner.stop()
    again = scene.classify()
    wait_until(lambda: len(again._places.partitions) == PARTITIONS)
    scene.put(posts(7, first=100))
    wait_until(lambda: handled(again) > 0 and again.lag() == 0)

    assert alive
    assert not runner.alive(60.0)
    assert 7 == handled(again)


def handled(runner: KafkaStageRunner) -> int:
    """Return how many events a runner handled."""
    return int(runner._metrics.stage_events.labels(runner.stage.name, "handled")._value.get())
