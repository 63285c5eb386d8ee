"""A source's door that two processes keep: what one took in, the other knows or learns."""

from random import Random

import pytest

from schemas.post import PostReceived
from services.ingest.door_stage import DoorStage, intake_of_item
from services.log.memory_log import MemoryLog
from services.runtime.clock import ManualClock
from services.runtime.effects import Key
from services.runtime.embedded_door import DoorRunner
from services.runtime.errors import RuleBrokenError, StaleStateError, StateConflictError
from services.store.memory_journal import MemoryJournal
from tests.fakes import wait_until
from tests.simulation.slow_journal import SlowJournal
from tests.unit.ingest.samples import pothole

TOPIC = "posts.received.v1"
SHARED = "door:town"


@pytest.fixture
def journal() -> MemoryJournal:
    """A journal that both processes write to."""
    return MemoryJournal(MemoryLog())


def door_at(
    journal: MemoryJournal,
    clock: ManualClock,
    shared_as: str | None,
    queue: SlowJournal | None = None,
) -> DoorRunner:
    """Return a process's door over the journal, turned by hand from where the journal stands.

    `queue` is its line to the journal, where that takes its time.
    """
    door = DoorRunner(
        DoorStage(),
        store=journal,
        journal=queue or journal,
        clock=clock,
        batch_max=10,
        linger_seconds=0.0,
        committed=lambda _outcome: None,
        shared_as=shared_as,
    )
    door._sequence = journal.cursor(shared_as or "door", "intake")
    return door


def hand_in(door: DoorRunner, native_id: str, **values: str) -> BaseException | None:
    """Hand a post in, and return what it failed with, if it did."""
    done = door.deliver([intake_of_item("town", pothole(native_id=native_id, **values))])
    door.turn()
    door.turn()
    return done.exception(0)


def received_in(journal: MemoryJournal) -> list[PostReceived]:
    """Return the posts that came in."""
    return [
        record.event
        for record in journal.log.read(TOPIC, 0, 100)
        if isinstance(record.event, PostReceived)
    ]


def test_who_was_overtaken_hands_in_afresh(journal: MemoryJournal, clock: ManualClock) -> None:
    """A commit worked out on rows that another process changed meanwhile does not stand."""
    one, other = door_at(journal, clock, SHARED), door_at(journal, clock, SHARED)
    hand_in(one, "1")

    assert isinstance(hand_in(other, "2"), StaleStateError)
    assert hand_in(other, "2") is None

    assert ["1", "2"] == [event.data.native_id for event in received_in(journal)]


def test_what_was_worked_out_on_an_overtaken_delivery_does_not_stand(
    journal: MemoryJournal, clock: ManualClock
) -> None:
    """The other's commit brought the door's count to just where the second of two begins."""
    queue = SlowJournal(journal, Random(1))
    one, other = door_at(journal, clock, SHARED), door_at(journal, clock, SHARED, queue)
    futures = []
    for revision in ("first", "second"):
        seen = pothole(native_id="2", revision=revision)
        futures.append(other.deliver([intake_of_item("town", seen)]))
        other.turn()
    hand_in(one, "1")

    other.turn()

    assert [StaleStateError] * 2 == [type(future.exception(0)) for future in futures]
    assert 1 == len(journal.log.read(TOPIC, 0, 100))


def test_one_post_seen_by_two_comes_in_once(journal: MemoryJournal, clock: ManualClock) -> None:
    """The process that is late learns that the post is known, and takes nothing in."""
    one, other = door_at(journal, clock, SHARED), door_at(journal, clock, SHARED)
    hand_in(one, "1")
    clock.advance(5.0)
    hand_in(other, "1")

    assert hand_in(other, "1") is None

    assert 1 == len(received_in(journal))


def test_answers_to_one_post_meet_whoever_takes_them_in(
    journal: MemoryJournal, clock: ManualClock
) -> None:
    """Two answers to a post nobody has seen, one at each process, are one conversation."""
    one, other = door_at(journal, clock, SHARED), door_at(journal, clock, SHARED)
    hand_in(one, "1", parent_native_id="root")
    hand_in(other, "2", parent_native_id="root")
    hand_in(other, "2", parent_native_id="root")

    assert 1 == len({event.subject for event in received_in(journal)})
    assert 2 == len(received_in(journal))


def test_doors_of_different_sources_do_not_hold_each_other_up(
    journal: MemoryJournal, clock: ManualClock
) -> None:
    """Each source's door is counted for itself."""
    town, other = door_at(journal, clock, SHARED), door_at(journal, clock, "door:other")

    assert hand_in(town, "1") is None
    assert hand_in(other, "2", source="other") is None


def test_a_row_that_the_database_forbids_is_told_as_what_it_is(
    journal: MemoryJournal, clock: ManualClock
) -> None:
    """Nobody was quicker, so that handing the same in afresh would never end."""
    door = door_at(journal, clock, SHARED)
    forbidden = {Key("objections", "o"): {"added_at_ms": 2**63}}

    done = door.deliver([intake_of_item("town", pothole(native_id="1"))], forbidden)
    door.turn()
    door.turn()

    assert isinstance(done.exception(0), RuleBrokenError)
    assert hand_in(door, "2") is None


def test_a_door_of_one_process_alone_is_overtaken_by_nobody(
    journal: MemoryJournal, clock: ManualClock
) -> None:
    """Where only one process may keep the door, a commit that does not stand is a bug."""
    one, other = door_at(journal, clock, None), door_at(journal, clock, None)
    hand_in(one, "1")

    assert isinstance(hand_in(other, "2"), StateConflictError)


def test_a_shared_door_begins_where_the_others_are(
    journal: MemoryJournal, clock: ManualClock
) -> None:
    """A process that starts later takes in at once."""
    hand_in(door_at(journal, clock, SHARED), "1")
    late = door_at(journal, clock, SHARED)
    late.start()

    answer = late.deliver([intake_of_item("town", pothole(native_id="2"))])
    wait_until(answer.done)
    late.stop()

    assert answer.exception() is None
