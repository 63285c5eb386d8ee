"""How the embedded runners come through refusals, bugs, and deliverers that give up."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Any

import pytest

from services.ingest.door_stage import DoorStage, intake_of_item
from services.log.memory_log import MemoryLog
from services.runtime.clock import ManualClock
from services.runtime.effects import Effect, Expect, Key, Row
from services.runtime.embedded_door import DoorRunner
from services.runtime.embedded_stage import CONFLICTS_MAX, StageRunner
from services.runtime.errors import (
    OverloadedError,
    RetryLaterError,
    StateConflictError,
    StorageRefusedError,
)
from services.runtime.limits import StageLimits
from services.runtime.metrics import Metrics
from services.runtime.ports import Commit, Guard, Record
from services.runtime.processors import InlineProcessor
from services.runtime.view import View
from services.store.memory_journal import MemoryJournal
from tests.fakes import CountingStage, append_of, received, wait_until
from tests.unit.ingest.samples import pothole

LIMITS = StageLimits(batch_max=4, retry_wait_seconds_max=0.0)
TOPIC = "posts.received.v1"


class HeldJournal(MemoryJournal):
    """Keeps commits back until told to carry them out; `unreadable` refuses to tell cursors."""

    def __init__(self) -> None:
        super().__init__(MemoryLog())
        self.held: deque[tuple[Commit, Future[Sequence[Record]]]] = deque()
        self.unreadable = False

    def commit(self, commit: Commit) -> "Future[Sequence[Record]]":
        """Queue a commit."""
        future: Future[Sequence[Record]] = Future()
        self.held.append((commit, future))
        return future

    def carry_out(self) -> None:
        """Carry the oldest commit out."""
        commit, future = self.held.popleft()
        try:
            future.set_result(super().commit(commit).result())
        except StateConflictError as error:
            future.set_exception(error)

    def refuse(self) -> None:
        """Refuse the oldest commit."""
        self.held.popleft()[1].set_exception(StorageRefusedError("the disk is full"))

    def cursor(self, consumer: str, topic: str, *, partition: int = 0) -> int:
        """Return where a consumer is, unless nothing can be read."""
        if self.unreadable:
            raise StorageRefusedError("the disk would not answer")
        return super().cursor(consumer, topic, partition=partition)


@pytest.fixture
def journal() -> HeldJournal:
    """A journal that waits to be told."""
    return HeldJournal()


@pytest.fixture
def door(journal: HeldJournal, clock: ManualClock) -> DoorRunner:
    """A door that is turned by hand."""
    return door_at(journal, clock)


def door_at(journal: HeldJournal, clock: ManualClock, stage: DoorStage | None = None) -> DoorRunner:
    """Return a door over a journal."""
    return DoorRunner(
        stage or DoorStage(),
        store=journal,
        journal=journal,
        clock=clock,
        batch_max=1,
        linger_seconds=0.0,
        committed=lambda _outcome: None,
    )


def delivered(
    door: DoorRunner, native_id: str, writes: Mapping[Key, Row | None] | None = None
) -> "Future[None]":
    """Hand one post in."""
    return door.deliver([intake_of_item("town", pothole(native_id=native_id))], writes)


def test_a_deliverer_that_gives_up_takes_nobody_with_it(
    door: DoorRunner, journal: HeldJournal
) -> None:
    """A caller that hung up cannot cancel what is being written."""
    impatient, patient = delivered(door, "1"), delivered(door, "2")
    door.turn()
    door.turn()

    assert not impatient.cancel()
    journal.carry_out()
    journal.carry_out()
    door.turn()
    door.turn()

    assert (impatient.result(0), patient.result(0)) == (None, None)
    assert journal.log.end_offset(TOPIC) == 2


class RestingDoor(DoorStage):
    """A door that rests each post on a row that it does not write."""

    def handle(self, event: Any, features: Any, view: View, now: datetime) -> Iterable[Effect]:
        """Expect that there is no such row."""
        yield from DoorStage.handle(self, event, features, view, now)
        yield Expect(Key("acts", "a"), "version", None)


def test_what_a_door_rests_on_is_looked_at_by_its_commit(
    journal: HeldJournal, clock: ManualClock
) -> None:
    """No runner drops what a stage expects of others' rows."""
    door = door_at(journal, clock, RestingDoor())
    delivered(door, "1")

    door.turn()

    assert [(Guard(Key("acts", "a"), None),)] == [commit.guards for commit, _ in journal.held]


def test_a_refused_commit_sends_back_all_that_stood_on_it(
    door: DoorRunner, journal: HeldJournal
) -> None:
    """What was worked out on top of a failed commit fails with it, and can be handed in again."""
    answers = [delivered(door, "1"), delivered(door, "2")]
    door.turn()
    door.turn()
    journal.refuse()
    journal.carry_out()
    door.turn()

    assert [StorageRefusedError] * 2 == [type(answer.exception(0)) for answer in answers]
    again = delivered(door, "1")
    door.turn()
    journal.carry_out()
    door.turn()
    assert again.result(0) is None
    assert journal.log.end_offset(TOPIC) == 1


def test_a_door_that_cannot_even_read_goes_on_where_it_failed(
    door: DoorRunner, journal: HeldJournal
) -> None:
    """The number of the failed commit is the next one's, whether or not the store can say so."""
    refused = delivered(door, "1")
    door.turn()
    journal.refuse()
    journal.unreadable = True
    door.turn()
    journal.unreadable = False
    again = delivered(door, "1")
    door.turn()
    journal.carry_out()
    door.turn()

    assert isinstance(refused.exception(0), StorageRefusedError)
    assert again.result(0) is None


def test_a_bug_at_the_door_sends_everyone_away(journal: HeldJournal, clock: ManualClock) -> None:
    """Nobody is left waiting for an answer that will never come."""
    door = door_at(journal, clock)

    def broken(_: Commit) -> "Future[Sequence[Record]]":
        raise KeyError("no such column")

    journal.commit = broken  # type: ignore[method-assign,assignment] # a bug made to order
    answers = [delivered(door, "1"), delivered(door, "2")]
    door.start()
    wait_until(lambda: all(answer.done() for answer in answers))
    door.stop()

    assert [OverloadedError] * 2 == [type(answer.exception(0)) for answer in answers]
    assert isinstance(door.crashed_with, KeyError)
    with pytest.raises(OverloadedError):
        delivered(door, "3")


Turned = Callable[[MemoryJournal], StageRunner]


@pytest.fixture
def stage_over(clock: ManualClock) -> Turned:
    """Make a stage over a journal, turned by hand, with some posts before it."""

    def make(journal: MemoryJournal) -> StageRunner:
        journal.log.append([append_of(received(n)) for n in range(6)])
        stage = CountingStage()
        return StageRunner(
            stage,
            InlineProcessor(stage),
            event_log=journal.log,
            store=journal,
            journal=journal,
            clock=clock,
            metrics=Metrics(),
            limits=LIMITS,
        )

    return make


def test_what_is_on_disk_but_not_in_the_log_yet_still_counts_as_waiting(
    journal: HeldJournal, stage_over: Turned
) -> None:
    """A commit moves the cursor before readers are shown its events: nothing rests till then."""
    runner = stage_over(journal)
    assert 6 == runner.lag()
    runner.turn()
    runner.turn()
    first, second = (
        (future, MemoryJournal.commit(journal, commit).result()) for commit, future in journal.held
    )

    assert 6 == journal.cursor("count", TOPIC)
    assert 6 == runner.lag()
    for (future, records), left in ((first, 2), (second, 0)):
        future.set_result(records)
        runner.turn()
        assert left == runner.lag()


def refusing(error: type[Exception]) -> Callable[[Commit], None]:
    """Return a fault that befalls every commit."""

    def fault(_: Commit) -> None:
        raise error("as ordered")

    return fault


def test_a_conflict_that_stays_stops_the_stage(stage_over: Turned) -> None:
    """Beginning again that never helps is a bug, to be said and not to be repeated for ever."""
    runner = stage_over(MemoryJournal(MemoryLog(), refusing(StateConflictError)))

    def turned_often() -> None:
        for _ in range(10 * CONFLICTS_MAX):
            runner.turn()

    with pytest.raises(StateConflictError):
        turned_often()


def test_a_refusal_that_stays_is_waited_out_longer_each_time(stage_over: Turned) -> None:
    """Reading on between two refusals is no progress: only a commit is."""
    runner = stage_over(MemoryJournal(MemoryLog(), refusing(StorageRefusedError)))

    for _ in range(12):
        runner.turn()

    assert runner._failures >= 4


def test_a_delivery_is_refused_with_a_reason_to_come_back(
    door: DoorRunner, journal: HeldJournal
) -> None:
    """The deliverer can tell that the same items may be handed in later."""
    answer = delivered(door, "1")
    door.turn()
    journal.refuse()
    door.turn()

    with pytest.raises(RetryLaterError, match="the disk is full"):
        answer.result(0)
