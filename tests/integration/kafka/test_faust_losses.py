"""How Faust loses events where it is used as its guide has it: why the worker is as it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.runtime.scaled_settings import KafkaSettings
from tests.fakes import received
from tests.integration.kafka.faust_rig import Rig

pytestmark = pytest.mark.scaled

EVENTS = [received(0, text="slow number zero", conversation_id="conversation")] + [
    received(number, conversation_id="conversation") for number in range(1, 50)
]


@pytest.fixture
def rig(kafka: KafkaSettings, tmp_path: Path) -> Iterator[Rig]:
    """Two topics of one partition each, and 50 events of one conversation."""
    made = Rig(kafka, tmp_path, partitions=1)
    made.put(EVENTS)
    yield made
    made.close()


def test_an_agent_that_raises_loses_its_event(rig: Rig) -> None:
    """Faust counts it as handled and commits it."""
    rig.start(program="careless_faust", way="raising")
    rig.read_until(lambda: rig.committed() > 0)

    assert EVENTS[0].id not in {answer.cause for answer in rig.answers}


def test_two_at_once_lose_a_slow_event_when_they_are_killed(rig: Rig) -> None:
    """The recipe of faust issue 606: the commit jumps over what is still being handled."""
    worker = rig.start(program="careless_faust", way="concurrent", slow_seconds=3_600)
    rig.read_until(lambda: rig.committed() == 50)
    worker.kill()
    worker.wait()
    rig.put([received(50, conversation_id="conversation")])
    rig.start(program="careless_faust", way="patient")
    rig.read_until(lambda: len({answer.cause for answer in rig.answers}) >= 50)

    assert EVENTS[0].id not in {answer.cause for answer in rig.answers}


def test_a_worker_of_ours_repeats_what_it_was_killed_at(rig: Rig) -> None:
    """While the first event is handled, nothing behind it is handled either."""
    worker = rig.start(slow_seconds=3_600, batch_max=1)
    rig.read_until(lambda: "held up" in rig.said())
    worker.kill()
    worker.wait()
    committed = rig.committed()
    rig.start()
    rig.read_all_of(EVENTS)

    assert committed == 0
    assert [event.id for event in EVENTS] == rig.first_answers_by_key()["conversation"]
