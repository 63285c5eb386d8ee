"""Classifying in Faust workers: nothing lost, order kept, whoever dies and whenever."""

import random
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from services.classify.file_stage import classify_stage
from services.runtime.scaled_settings import KafkaSettings
from services.runtime.step import intake_of, step
from tests.conftest import absent
from tests.fakes import record_of
from tests.integration.kafka.faust_rig import Rig, by_key, events_of
from tests.kafka_server import KafkaServer, kafka_jars

pytestmark = pytest.mark.scaled

PACED: Final[dict[str, Any]] = {"batch_max": 20, "pace_seconds": 0.05}
"""Slow enough for a moment to be in the middle of the work."""


@pytest.fixture
def rig(kafka: KafkaSettings, tmp_path: Path) -> Iterator[Rig]:
    """Two topics of a prefix of their own, and no worker yet."""
    made = Rig(kafka, tmp_path)
    yield made
    made.close()


def test_each_post_is_answered_once_in_order_on_its_partition_with_the_bytes_of_the_embedded_way(
    rig: Rig,
) -> None:
    """Without faults, what comes out is what the same step gives in one process."""
    events = events_of(400, 40)
    records = [record_of(event, number) for number, event in enumerate(events)]
    stage = classify_stage(None, ("en",))
    expected = step(
        stage, [intake_of(record) for record in records], dict.fromkeys, datetime.now(UTC)
    )
    rig.put(events)

    rig.start()
    rig.read_all_of(events)

    assert by_key(events) == rig.first_answers_by_key()
    assert len(rig.answers) == 400
    assert {append.value for append in expected.appends} == {a.value for a in rig.answers}
    assert rig.partition_of == {answer.key: answer.partition for answer in rig.answers}


def test_what_is_no_event_is_set_aside_and_its_neighbours_are_answered(rig: Rig) -> None:
    """Poison costs one dead letter, with its place, and nothing beside it."""
    events = events_of(60, 6)
    rig.put(events[:30])
    rig.put_bytes("conversation-1", b"no event at all")
    rig.put(events[30:])

    worker = rig.start(threaded=False)
    rig.read_all_of(events)
    worker.terminate()

    assert worker.wait(60) == 0
    assert "not an event" in rig.letters.read_text()
    assert by_key(events) == rig.first_answers_by_key()
    assert rig.committed() == 61


def test_a_worker_killed_at_any_moment_loses_nothing_and_keeps_the_order(rig: Rig) -> None:
    """After each kill the next worker begins at what was committed, and repeats are whole runs."""
    moments = random.Random(5)
    events = events_of(1_500, 50)
    rig.put(events)

    for _ in range(6):
        worker = rig.start(**PACED)
        rig.read_more(moments.randint(1, 200), of=1_500)
        worker.kill()
        worker.wait()
    rig.start()
    rig.read_all_of(events)

    assert by_key(events) == rig.first_answers_by_key()


def test_a_worker_told_to_stop_commits_what_it_did_so_that_nothing_is_repeated(rig: Rig) -> None:
    """SIGTERM lets the batch at work come home, whenever it comes."""
    moments = random.Random(7)
    events = events_of(1_500, 50)
    rig.put(events)

    for _ in range(5):
        worker = rig.start(**PACED)
        rig.read_more(moments.randint(1, 200), of=1_500)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
    worker = rig.start()
    rig.read_all_of(events)
    worker.terminate()

    assert worker.wait(60) == 0
    assert len(rig.answers) == 1_500
    assert by_key(events) == rig.first_answers_by_key()
    assert rig.committed() == 1_500


def test_what_a_worker_had_gathered_and_not_begun_when_told_to_stop_is_left_to_the_next(
    rig: Rig,
) -> None:
    """Faust counts it as handled while it is taken down; the commit is cut to what was done."""
    events = events_of(40, 4)
    rig.put(events[:20])
    worker = rig.start(linger_seconds=2.0)
    rig.read_all_of(events[:20])

    rig.put(events[20:])
    rig.read(1.0)
    worker.terminate()
    ended = worker.wait(60)
    committed = rig.committed()
    rig.start()
    rig.read_all_of(events)

    assert ended == 0
    assert committed == 20
    assert by_key(events) == rig.first_answers_by_key()


def test_an_end_at_any_moment_loses_nothing_while_partitions_move_and_each_first_event_is_slow(
    rig: Rig,
) -> None:
    """Workers come every few seconds and are killed: the recipe by which Faust loses events."""
    moments = random.Random(606)
    events = events_of(2_000, 60)
    slow = [
        event.model_copy(update={"data": event.data.model_copy(update={"text": "slow"})})
        for event in events[:60]
    ]
    events[:60] = slow
    told = {**PACED, "slow_seconds": 3.0, "session_seconds": 2.0}
    rig.put(events)

    standing = rig.start("standing", **told)
    for number in range(5):
        passing = rig.start(f"passing-{number}", **told)
        rig.read_more(moments.randint(60, 250), of=2_000)
        passing.kill()
        if number == 3:
            standing.kill()
            standing = rig.start("standing", **told)
    rig.read_all_of(events)

    assert set(by_key(events)) == set(rig.first_answers_by_key())
    assert "Faust would have committed" not in rig.said()


def test_a_worker_whose_dead_letters_cannot_be_kept_ends_at_once_and_goes_on_later(
    rig: Rig,
) -> None:
    """An event that can neither be handled nor set aside is not passed over."""
    events = events_of(40, 4)
    rig.put(events[:20])
    rig.put_bytes("conversation-1", b"no event at all")
    rig.put(events[20:])
    rig.letters.mkdir()

    worker = rig.start(batch_max=10)
    ended = worker.wait(60)
    rig.letters.rmdir()
    committed = rig.committed()
    rig.start()
    rig.read_all_of(events)

    assert ended == 70
    assert "stage ends at once" in rig.said()
    assert committed < 41
    assert "not an event" in rig.letters.read_text()


def test_a_worker_that_its_group_refuses_for_good_ends_and_says_so(rig: Rig) -> None:
    """Faust itself goes on without partitions for ever; this session is too short."""
    worker = rig.start(session_seconds=0.5)

    assert worker.wait(60) == 70
    assert "InvalidSessionTimeoutError" in rig.said()


def test_too_many_dead_letters_stop_a_worker_with_a_sentence(rig: Rig) -> None:
    """A stage that sets everything aside stops; what it did set aside stays committed."""
    for number in range(30):
        rig.put_bytes(f"conversation-{number}", b"no event at all")

    worker = rig.start(batch_max=5, dead_letters_max=10)

    assert worker.wait(60) == 1
    assert "became dead letters" in rig.said()
    assert rig.committed() == len(rig.letters.read_text().splitlines())


def test_a_worker_ends_at_once_when_its_answers_are_not_confirmed_and_goes_on_later(
    tmp_path: Path,
) -> None:
    """A broker that is gone ends the process; when both are back, nothing is missing."""
    jars = kafka_jars()
    if jars is None:
        absent("Kafka's jars are not there (needs java and mvn: `make kafka`)")
        return
    with KafkaServer(jars) as server:
        kafka = KafkaSettings(servers=(server.servers,), replicas=1, replicas_in_sync_min=1)
        rig = Rig(kafka, tmp_path)
        events = events_of(1_000, 50)
        rig.put(events)
        worker = rig.start(**PACED, delivery_seconds_max=2.0)
        rig.read_more(50, of=1_000)
        server.kill()
        ended = worker.wait(60)
        server.restart()
        rig.start()
        rig.read_all_of(events)
        rig.close()

    assert ended == 70
    assert by_key(events) == rig.first_answers_by_key()
