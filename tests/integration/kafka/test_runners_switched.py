"""Switching the runner of classify: each goes on where the other committed."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from services.classify.file_stage import classify_stage
from services.log.kafka_client import client_options
from services.log.kafka_consumer import GroupConsumer
from services.log.kafka_journal import KafkaJournal
from services.log.kafka_producer import KafkaProducer
from services.log.memory_log import MemoryLog
from services.runtime.kafka_runner import KafkaStageRunner
from services.runtime.limits import StageLimits
from services.runtime.metrics import Metrics
from services.runtime.processors import InlineProcessor
from services.runtime.scaled_settings import KafkaSettings
from services.runtime.system_clock import SystemClock
from services.store.memory_journal import MemoryJournal
from tests.integration.kafka.faust_rig import Rig, by_key, events_of

pytestmark = pytest.mark.scaled


@pytest.fixture
def rig(kafka: KafkaSettings, tmp_path: Path) -> Iterator[Rig]:
    """Two topics of a prefix of their own, and no worker yet."""
    made = Rig(kafka, tmp_path)
    yield made
    made.close()


def kafka_runner(rig: Rig) -> KafkaStageRunner:
    """Return the other runner of the same stage, of the same group."""
    stage = classify_stage(None, ("en",))
    options = client_options(rig.kafka, None, "switched")
    letters = MemoryJournal(MemoryLog())
    return KafkaStageRunner(
        stage,
        InlineProcessor(stage),
        consumer_of=partial(
            GroupConsumer,
            options,
            rig.kafka,
            topic=stage.topic,
            group=stage.name,
            instance="switched",
            poll_seconds_max=6.0,
        ),
        store=letters,
        journal=KafkaJournal(KafkaProducer(options, rig.kafka), letters),
        clock=SystemClock(),
        metrics=Metrics(),
        limits=StageLimits(batch_max=50),
        in_database=False,
    )


def test_each_runner_goes_on_where_the_other_stopped_and_nothing_is_lost_or_repeated(
    rig: Rig,
) -> None:
    """Both are of one group, and what either committed holds for the other."""
    events = events_of(900, 30)
    runner = kafka_runner(rig)

    rig.put(events[:300])
    worker = rig.start(session_seconds=2.0)
    rig.read_all_of(events[:300])
    worker.terminate()
    first_ended = worker.wait(60)
    rig.put(events[300:600])
    runner.start()
    rig.read_all_of(events[:600])
    runner.stop()
    rig.put(events[600:])
    worker = rig.start(session_seconds=2.0)
    rig.read_all_of(events)
    worker.terminate()

    assert (first_ended, worker.wait(60)) == (0, 0)
    assert len(rig.answers) == 900
    assert by_key(events) == rig.first_answers_by_key()


def test_a_faust_worker_waits_while_the_other_runner_is_in_the_group(rig: Rig) -> None:
    """It says what it waits for, and takes over once the other has gone."""
    events = events_of(200, 20)
    runner = kafka_runner(rig)
    rig.put(events[:100])
    runner.start()
    rig.read_all_of(events[:100])

    rig.start()
    rig.read_until(lambda: "workers of another runner are still in the group" in rig.said())
    runner.stop()
    rig.put(events[100:])
    rig.read_all_of(events)

    assert len(rig.answers) == 200
