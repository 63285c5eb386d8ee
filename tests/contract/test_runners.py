"""What every runner of a stage promises, embedded and in a group: one suite.

What holds without state, under Faust too, is in `test_stateless_runners.py`.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from datetime import datetime
from itertools import islice
from typing import Any

import pytest

from schemas.envelope import Event
from services.runtime.clock import ManualClock
from services.runtime.effects import Effect, Expect, Key, Remember, Row
from services.runtime.embedded_stage import StageRunner
from services.runtime.errors import StorageRefusedError
from services.runtime.kafka_runner import KafkaStageRunner
from services.runtime.ports import Append, Commit, Journal, Record
from services.runtime.processors import InlineProcessor
from services.runtime.step import Fetch, Outcome
from services.runtime.view import View
from tests.contract.runner_stands import (
    CONVERSATIONS,
    TOPIC,
    GroupStand,
    KafkaStand,
    Stand,
    embedded_stand,
    real_parts,
)
from tests.fakes import CountingStage, wait_until


def stand_of(request: pytest.FixtureRequest, clock: ManualClock, ending: ExitStack) -> Stand:
    """Return what the test's parameter names."""
    if request.param == "kafka":
        return KafkaStand(CountingStage, *real_parts(request, ending, TOPIC))
    if request.param == "group":
        return GroupStand(CountingStage, clock)
    return embedded_stand(request, CountingStage, clock, ending)


@pytest.fixture(
    params=["memory", "sqlite", "group", pytest.param("kafka", marks=pytest.mark.scaled)]
)
def stand(request: pytest.FixtureRequest, clock: ManualClock) -> Iterator[Stand]:
    """An empty topic and store under each runner."""
    with ExitStack() as ending:
        stand = stand_of(request, clock, ending)
        ending.callback(stand.close)
        yield stand


def test_events_of_a_key_are_handled_in_their_order(stand: Stand) -> None:
    """Many batches, several in flight: each conversation keeps its order."""
    texts = [f"post {i}" for i in range(50)]
    stand.put(texts)

    stand.start()
    wait_until(lambda: counted(stand) == 50)

    expected = {each: texts[place::4] for place, each in enumerate(CONVERSATIONS)}
    assert expected == stand.texts_told()


def test_what_comes_later_is_handled_too(stand: Stand) -> None:
    """A runner at the end of its topic waits for more."""
    stand.put(["a"])
    stand.start()
    wait_until(lambda: counted(stand) == 1)

    stand.put(["b"], first=1)
    wait_until(lambda: counted(stand) == 2)

    assert {"one": ["a"], "two": ["b"]} == stand.texts_told()


def test_lag_is_nothing_once_everything_is_committed(stand: Stand) -> None:
    """What was handled no longer waits."""
    stand.put(["a"] * 9)
    runner = stand.start()
    wait_until(lambda: counted(stand) == 9)

    assert isinstance(runner, StageRunner | KafkaStageRunner)
    wait_until(lambda: runner.lag() == 0)

    assert runner.running


def test_poison_is_set_aside_and_its_neighbours_go_on(stand: Stand) -> None:
    """What breaks the handler, is refused, or is no event at all costs nobody else anything."""
    stand.put(["a", "break", "refuse", "b"])
    stand.append([Append(TOPIC, "one", b"no event")])
    stand.put(["c", "d"], first=4)

    stand.start()
    wait_until(lambda: counted(stand) == 4)

    assert {"one": ["a", "c"], "two": ["d"], "four": ["b"]} == stand.texts_told()
    wait_until(lambda: rejected(stand) == 3)


def test_a_repeat_has_no_second_effect(stand: Stand) -> None:
    """An event that a relay or a producer sent twice is handled once."""
    stand.put(["a", "b", "c", "d"])
    stand.put(["a", "b", "c", "d"])
    stand.put(["last"], first=4)

    stand.start()
    wait_until(lambda: counted(stand) == 5)

    assert 5 == len(stand.told())
    wait_until(lambda: result_count(stand, "repeat") == 4)


def test_a_refused_commit_loses_and_doubles_nothing(stand: Stand) -> None:
    """The stage begins again at its place, and ends with the same state."""
    failures = iter([True, True, False, True, False, False, True])

    def fault(_: Commit) -> None:
        if next(failures, False):
            raise StorageRefusedError("the disk is full")

    texts = [f"post {i}" for i in range(30)]
    stand.put(texts)

    stand.start(fault)
    wait_until(lambda: counted(stand) == 30)

    expected = {each: texts[place::4] for place, each in enumerate(CONVERSATIONS)}
    assert expected == stand.texts_told()


ADVICE = Key("objections", "advice")
HEARD = Key("source_states", "heard")


class HeedingStage(CountingStage):
    """Writes down what a row of somebody else's said, and rests on that it still does."""

    def needs(self, event: Event) -> Sequence[Key]:
        """Return the other's row, too."""
        return (*CountingStage.needs(self, event), ADVICE)

    def handle(self, event: Event, features: Any, view: View, now: datetime) -> Iterable[Effect]:
        """Count, and keep what was read."""
        yield from CountingStage.handle(self, event, features, view, now)
        said = (view.get(ADVICE) or {}).get("reason")
        yield Expect(ADVICE, "reason", said)
        yield Remember(HEARD, {"state": said})


class OvertakenProcessor(InlineProcessor):
    """Has another worker change that row each time a batch is worked out, a few times over."""

    def __init__(self, journal: Journal, times: int) -> None:
        super().__init__(HeedingStage())
        self._journal = journal
        self._changes = iter(range(times))

    def submit(self, records: Sequence[Record], fetch: Fetch, now: datetime) -> Future[Outcome]:
        """Work the batch out, and then let the other be quicker."""
        worked_out = super().submit(records, fetch, now)
        for number in islice(self._changes, 1):
            row: Row = {"reason": f"advice {number}"}
            self._journal.commit(Commit(writes={ADVICE: row})).result()
        return worked_out


def test_what_rests_on_a_row_that_changed_is_decided_afresh(stand: Stand) -> None:
    """However often others were quicker, what is kept goes by what they left, and only once."""
    stand.put([f"post {i}" for i in range(8)])

    stand.start(processor=OvertakenProcessor(stand.journal, times=3))
    wait_until(lambda: counted(stand) == 8)

    heard = stand.store.fetch([HEARD])[HEARD] or {}
    assert "advice 2" == heard["state"]
    assert 8 == len(stand.told())


def test_stopping_brings_home_what_is_in_flight(stand: Stand) -> None:
    """What was committed is counted, and nothing is committed after the stop."""
    outcomes: list[Outcome] = []
    stand.put([f"post {i}" for i in range(80)])
    runner = stand.start(committed=outcomes.append)
    wait_until(lambda: counted(stand) > 0)

    runner.stop()

    handled = sum(outcome.handled for outcome in outcomes)
    assert handled == counted(stand) == len(stand.told())
    assert not runner.running
    assert runner.stopped_because is None


def test_a_restart_goes_on_where_the_last_one_stopped(stand: Stand) -> None:
    """Two lives come to the same as one."""
    texts = [f"post {i}" for i in range(60)]
    stand.put(texts[:40])
    first = stand.start()
    wait_until(lambda: counted(stand) > 0)
    first.stop()
    stand.put(texts[40:], first=40)

    stand.start()
    wait_until(lambda: counted(stand) == 60)

    expected = {each: texts[place::4] for place, each in enumerate(CONVERSATIONS)}
    assert expected == stand.texts_told()


def test_too_many_dead_letters_stop_the_stage_and_say_why(stand: Stand) -> None:
    """The stage ends with its reason before everything drains into dead letters."""
    stand.put(["break"] * 40)
    runner = stand.start()

    wait_until(lambda: not runner.running)

    assert runner.stopped_because is not None
    assert "dead letters" in runner.stopped_because
    assert runner.crashed_with is None


def test_a_bug_in_the_runner_itself_is_told(stand: Stand) -> None:
    """What is no error of ours ends the stage and is handed up."""

    def broken(outcome: Outcome) -> None:
        raise ZeroDivisionError(str(outcome.handled))

    stand.put(["a"])
    runner = stand.start(committed=broken)
    wait_until(lambda: not runner.running)

    assert isinstance(runner.crashed_with, ZeroDivisionError)


def test_a_running_stage_is_counted_as_one(stand: Stand) -> None:
    """Its metrics say whether it runs, and how many events it came to an end with."""
    stand.put(["a", "b", "c"])
    runner = stand.start()
    wait_until(lambda: result_count(stand, "handled") == 3)
    while_running = stand.metrics.stage_running.labels("count")._value.get()

    runner.stop()

    assert 1 == while_running
    assert 0 == stand.metrics.stage_running.labels("count")._value.get()


def counted(stand: Stand) -> int:
    """Return how many posts were counted, over all conversations."""
    rows = stand.store.fetch([Key("known_posts", each) for each in CONVERSATIONS])
    return sum(int(str(row["removed"])) for row in rows.values() if row)


def result_count(stand: Stand, result: str) -> int:
    """Return how many events the stage came to an end with in some way."""
    return int(stand.metrics.stage_events.labels("count", result)._value.get())


def rejected(stand: Stand) -> int:
    """Return how many events were set aside."""
    return result_count(stand, "rejected")
