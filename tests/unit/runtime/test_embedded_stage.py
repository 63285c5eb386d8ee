"""The embedded runner of a stage: progress, recovery, its limit, and what it does about a bug."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import pytest

from services.log.memory_log import MemoryLog
from services.runtime.clock import ManualClock
from services.runtime.effects import Key
from services.runtime.embedded_stage import StageRunner
from services.runtime.errors import StorageRefusedError
from services.runtime.limits import StageLimits
from services.runtime.metrics import Metrics
from services.runtime.ports import Commit, Stage
from services.runtime.processors import InlineProcessor
from services.runtime.step import Outcome
from services.store.memory_journal import MemoryJournal
from tests.fakes import CountingStage, append_of, received, text_of, wait_until

LIMITS = StageLimits(batch_max=4, dead_letters_max=3, dead_letters_window=10)
TOPIC = "posts.received.v1"
Start = Callable[..., tuple[StageRunner, MemoryJournal]]


@pytest.fixture
def start(clock: ManualClock) -> Iterator[Start]:
    """Start a runner over posts with the given texts; all end with the test."""
    runners: list[StageRunner] = []

    def begin(
        texts: list[str],
        stage: Stage | None = None,
        fault: Callable[[Commit], None] | None = None,
        **given: Any,
    ) -> tuple[StageRunner, MemoryJournal]:
        log = MemoryLog()
        log.append(
            [append_of(received(i, text, conversation_id="one")) for i, text in enumerate(texts)]
        )
        journal = MemoryJournal(log, fault)
        stage = stage or CountingStage()
        runner = StageRunner(
            stage,
            InlineProcessor(stage),
            event_log=log,
            store=journal,
            journal=journal,
            clock=clock,
            metrics=Metrics(),
            limits=given.pop("limits", LIMITS),
            **given,
        )
        runner.start()
        runners.append(runner)
        return runner, journal

    yield begin
    for runner in runners:
        runner.stop()


def counted(journal: MemoryJournal) -> int:
    """Return how many posts of the one conversation were counted."""
    row = journal.rows.get(Key("known_posts", "one"))
    return int(str(row["removed"])) if row else 0


def test_everything_waiting_is_handled_in_order(start: Start) -> None:
    """Many batches, several in flight, one order."""
    texts = [f"post {i}" for i in range(50)]

    runner, journal = start(texts)
    wait_until(lambda: runner.lag() == 0)

    records = journal.log.read("teams.count.posts.v1", 0, 100)
    assert texts == [text_of(record.event) for record in records if record.event]
    assert counted(journal) == 50


def test_what_comes_later_is_handled_too(start: Start) -> None:
    """A runner at the end of its topic waits for more."""
    runner, journal = start(["a"])
    wait_until(lambda: runner.lag() == 0)

    journal.log.append([append_of(received(1, "b", conversation_id="one"))])
    wait_until(lambda: runner.lag() == 0)

    assert counted(journal) == 2


def test_a_refusing_store_delays_but_loses_and_doubles_nothing(start: Start) -> None:
    """While commits fail the stage begins again at its cursor, and ends with the same state."""
    failures = iter([True, True, False, True, False, False, True])

    def fault(_: Commit) -> None:
        if next(failures, False):
            raise StorageRefusedError("the disk is full")

    limits = replace(LIMITS, retry_wait_seconds_max=0.001)
    runner, journal = start([f"post {i}" for i in range(30)], fault=fault, limits=limits)
    wait_until(lambda: runner.lag() == 0)

    assert counted(journal) == 30
    assert journal.log.end_offset("teams.count.posts.v1") == 30


def test_too_many_dead_letters_stop_the_stage_and_say_why(start: Start) -> None:
    """The stage ends with its reason; what it set aside is kept."""
    runner, journal = start(["break"] * 12)
    wait_until(lambda: not runner.running)

    assert runner.stopped_because is not None
    assert "dead letters" in runner.stopped_because
    assert runner.crashed_with is None
    assert journal.log.end_offset("deadletters.written.v1") >= 4


def test_a_bug_in_the_runner_itself_is_told(start: Start) -> None:
    """What is no error of ours ends the stage and is handed up."""

    def broken(outcome: Outcome) -> None:
        raise ZeroDivisionError(str(outcome.handled))

    runner, _ = start(["a"], committed=broken)
    wait_until(lambda: not runner.running)

    assert isinstance(runner.crashed_with, ZeroDivisionError)


def test_the_batch_in_flight_is_seen_by_the_next(start: Start) -> None:
    """State on its way to the store counts for the events that follow, commit pending or not."""
    slow: list[Future[Any]] = []
    runner, journal = start([])
    commit = journal.commit

    def held(wanted: Commit) -> Future[Any]:
        future = commit(wanted)
        slow.append(future)
        return future

    journal.commit = held  # type: ignore[method-assign,assignment] # to watch what is committed
    journal.log.append([append_of(received(i, "x", conversation_id="one")) for i in range(12)])
    wait_until(lambda: runner.lag() == 0)

    assert counted(journal) == 12
    assert len(slow) >= 3
