"""A door for which a commit is dear: after each it waits a little, for more to go together."""

from concurrent.futures import Future
from random import Random

import pytest

from services.ingest.door_stage import DoorStage, intake_of_item
from services.log.memory_log import MemoryLog
from services.runtime.clock import ManualClock
from services.runtime.embedded_door import DoorRunner
from services.store.memory_journal import MemoryJournal
from tests.fakes import wait_until
from tests.simulation.slow_journal import SlowJournal
from tests.unit.ingest.samples import pothole

GATHER_SECONDS = 0.01


class CountingJournal(MemoryJournal):
    """Notes how many events each commit held."""

    def __init__(self) -> None:
        super().__init__(MemoryLog(), lambda commit: self.sizes.append(len(commit.appends)))
        self.sizes: list[int] = []


@pytest.fixture
def journal() -> CountingJournal:
    """A journal that counts."""
    return CountingJournal()


@pytest.fixture
def door(journal: CountingJournal, clock: ManualClock) -> DoorRunner:
    """A door that gathers, turned by hand."""
    return gathering(journal, clock)


def gathering(
    journal: MemoryJournal, clock: ManualClock, queue: SlowJournal | None = None
) -> DoorRunner:
    """Return a door that gathers up to three posts."""
    return DoorRunner(
        DoorStage(),
        store=journal,
        journal=queue or journal,
        clock=clock,
        batch_max=3,
        linger_seconds=0.0,
        committed=lambda _outcome: None,
        gather_seconds=GATHER_SECONDS,
    )


def hand_in(door: DoorRunner, native_id: str) -> "Future[None]":
    """Hand one post in."""
    return door.deliver([intake_of_item("town", pothole(native_id=native_id))])


def test_what_comes_soon_after_a_commit_goes_together(
    door: DoorRunner, journal: CountingJournal, clock: ManualClock
) -> None:
    """The first is not held up; those behind it wait for one another."""
    hand_in(door, "1")
    door.turn()
    for native_id in ("2", "3"):
        hand_in(door, native_id)
        door.turn()
    before = list(journal.sizes)
    clock.advance(GATHER_SECONDS)
    door.turn()

    assert [1] == before
    assert [1, 2] == journal.sizes


def test_enough_for_a_commit_waits_no_longer(door: DoorRunner, journal: CountingJournal) -> None:
    """As many as go together go at once, although no time has passed."""
    hand_in(door, "1")
    door.turn()
    for native_id in ("2", "3", "4"):
        hand_in(door, native_id)
    door.turn()
    door.turn()

    assert [1, 3] == journal.sizes


def test_whoever_is_kept_hears_of_it_while_others_are_gathered(
    journal: CountingJournal, clock: ManualClock
) -> None:
    """A commit comes home in its own time, not at the end of the next one's waiting."""
    queue = SlowJournal(journal, Random(1))
    door = gathering(journal, clock, queue)
    first = hand_in(door, "1")
    door.turn()
    second = hand_in(door, "2")

    door._groups[0].done.result()
    door.turn()

    assert first.done()
    assert not second.done()


def test_a_door_that_stops_gathers_no_more(clock: ManualClock, journal: CountingJournal) -> None:
    """What waits is kept before it ends, and nobody waits for a moment that does not come."""
    door = gathering(journal, clock)
    door.start()
    wait_until(lambda: door.running)
    futures = [hand_in(door, native_id) for native_id in ("1", "2")]
    door.stop()

    assert [None, None] == [future.result(0) for future in futures]
