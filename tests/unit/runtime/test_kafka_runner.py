"""The Kafka runner, turn by turn: its places, partitions that come and go, what it waits for."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Any

import pytest

from services.log.memory_log import MemoryLog
from services.runtime.clock import ManualClock
from services.runtime.effects import Key
from services.runtime.errors import (
    LogUnavailableError,
    StateConflictError,
    StopError,
    StorageRefusedError,
)
from services.runtime.kafka_runner import KafkaStageRunner
from services.runtime.limits import StageLimits
from services.runtime.metrics import Metrics
from services.runtime.ports import Commit, Cursor, Record
from services.runtime.processors import InlineProcessor
from services.runtime.step import Fetch, Outcome
from services.runtime.topic_places import topic_made
from services.runtime.view import View
from services.store.memory_journal import MemoryJournal
from tests.fake_group import FakeGroup, FakeMember, FakeTopic
from tests.fakes import CountingStage, received

TOPIC = "posts.received.v1"
TEAM = "teams.count.posts.v1"
LIMITS = StageLimits(batch_max=8, in_flight_max=3, retry_wait_seconds_max=0.0)


class CarryingStage(CountingStage):
    """Passes each event on and keeps nothing."""

    def needs(self, event: Any) -> Sequence[Key]:
        """Return no keys."""
        del event
        return ()

    def handle(self, event: Any, features: Any, view: Any, now: datetime) -> list[Any]:
        """Return the copy of the event alone."""
        del view
        return list(CountingStage().handle(event, features, _NoView({}), now))[1:]


class _NoView(View):
    def get(self, key: Key) -> None:
        """Return nothing: there is no state."""
        del key


class HeldJournal:
    """Carries commits out only when told to, as a database that takes its time."""

    def __init__(self, kept: MemoryJournal) -> None:
        self.kept = kept
        self.waiting: list[tuple[Commit, Future[Sequence[Record]]]] = []

    def commit(self, commit: Commit) -> Future[Sequence[Record]]:
        """Queue a commit."""
        future: Future[Sequence[Record]] = Future()
        self.waiting.append((commit, future))
        return future

    def work(self) -> None:
        """Carry out everything queued."""
        while self.waiting:
            commit, future = self.waiting.pop(0)
            try:
                future.set_result(self.kept.commit(commit).result())
            except (StateConflictError, StorageRefusedError) as error:
                future.set_exception(error)


class SlowProcessor(InlineProcessor):
    """Takes as long over each batch as it is told, by the clock."""

    def __init__(self, stage: Any, clock: ManualClock, took_seconds: float) -> None:
        super().__init__(stage)
        self._clock = clock
        self._took_seconds = took_seconds

    def submit(self, records: Sequence[Record], fetch: Fetch, now: datetime) -> Future[Outcome]:
        """Work the batch out; time passes."""
        self._clock.advance(self._took_seconds)
        return super().submit(records, fetch, now)


class Rig:
    """A topic of three partitions with posts, a group, and runners that a test turns by hand."""

    def __init__(self, clock: ManualClock, posts: int, *, in_database: bool = True) -> None:
        self.clock = clock
        self.in_database = in_database
        self.topic = FakeTopic(TOPIC, 3)
        self.topic.put(*(received(i, str(i), conversation_id=f"c{i % 7}") for i in range(posts)))
        self.group = FakeGroup(self.topic, waits=False)
        self.fault: Callable[[Commit], None] = lambda _: None
        self.commits: list[Commit] = []
        self.journal = MemoryJournal(MemoryLog(), self._watched)
        self.members: list[FakeMember] = []
        self.metrics = Metrics()

    def runner(self, **given: Any) -> KafkaStageRunner:
        """Return a runner that has not begun."""
        stage = CountingStage() if self.in_database else CarryingStage(knows_repeats=False)

        def join(**told: Any) -> FakeMember:
            self.members.append(self.group.join(**told))
            return self.members[-1]

        ports: dict[str, Any] = {
            "processor": InlineProcessor(stage),
            "store": self.journal,
            "journal": self.journal,
            "limits": LIMITS,
        } | given
        return KafkaStageRunner(
            stage,
            consumer_of=join,
            clock=self.clock,
            metrics=self.metrics,
            in_database=self.in_database,
            **ports,
        )

    def cursors(self, topic: str = TOPIC) -> list[int]:
        """Return the database's place in each partition."""
        return [self.journal.cursor("count", topic, partition=p) for p in range(3)]

    def ends(self) -> list[int]:
        """Return the end of each partition."""
        return [len(run) for run in self.topic.runs]

    def age_seconds(self) -> float | None:
        """Return for how long the oldest post waits, as the metrics tell it."""
        name = "mercat_stage_oldest_unhandled_age_seconds"
        return self.metrics.registry.get_sample_value(name, {"stage": "count"})

    def counted(self) -> int:
        """Return how many posts were counted, over all conversations."""
        return sum(int(str(r["removed"])) for k, r in self.journal.rows.items() if "known" in k[0])

    def _watched(self, commit: Commit) -> None:
        self.fault(commit)
        self.commits.append(commit)


@pytest.fixture
def rig(clock: ManualClock) -> Rig:
    """A rig with fifty posts, whose places are in the database."""
    return Rig(clock, 50)


@pytest.fixture
def stateless(clock: ManualClock) -> Rig:
    """A rig with fifty posts, whose places the group keeps."""
    return Rig(clock, 50, in_database=False)


def turned(*runners: KafkaStageRunner, turns: int = 60) -> None:
    """Turn some runners in turn, while time passes."""
    for _ in range(turns):
        for runner in runners:
            assert isinstance(runner._clock, ManualClock)
            runner._clock.advance(0.5)
            runner.turn()


def test_the_places_in_the_database_move_with_the_effects(rig: Rig) -> None:
    """Each partition's cursor ends where its records end, and Kafka is told the same."""
    turned(rig.runner())

    assert 50 == rig.counted()
    assert rig.ends() == rig.cursors() == [rig.group.kept[p] for p in range(3)]


def test_a_runner_begins_where_the_database_says_whatever_kafka_says(rig: Rig) -> None:
    """Kafka's offsets may be behind or ahead: they are for show."""
    turned(rig.runner())
    rig.group.leave(rig.members[0])
    rig.group.kept = {0: 0, 1: 99, 2: 1}

    turned(rig.runner())

    assert 50 == rig.counted()
    assert 50 == rig.journal.log.end_offset(TEAM)


def test_the_group_is_told_what_a_dead_worker_had_done_though_nothing_new_comes(rig: Rig) -> None:
    """It died between the database's commit and the group's: no lag may seem to stay."""
    turned(rig.runner())
    rig.group.leave(rig.members[0])
    done = dict(rig.group.kept)
    rig.group.kept = {0: 1, 2: done[2] - 1}

    turned(rig.runner())

    assert done == rig.group.kept


def test_one_commit_moves_every_partition_of_its_batch(rig: Rig) -> None:
    """A batch over several partitions is kept whole or not at all."""
    runner = rig.runner(limits=StageLimits(batch_max=100))

    turned(runner)

    moved = [{cursor.partition for cursor in commit.cursors} for commit in rig.commits]
    assert {0, 1, 2} in moved


def test_a_batch_cannot_be_kept_where_the_one_before_was_not(rig: Rig) -> None:
    """It names the partitions in flight before it, though it moves others alone."""
    journal = HeldJournal(rig.journal)
    runner = rig.runner(journal=journal, limits=StageLimits(batch_max=4, in_flight_max=20))

    turned(runner, turns=14)

    reached: dict[int, int] = {}
    for commit, _ in journal.waiting:
        starts = {cursor.partition: cursor.start for cursor in commit.cursors}
        assert reached.items() <= starts.items()
        reached |= {cursor.partition: cursor.end for cursor in commit.cursors}
    assert 3 == len(reached)


def test_a_refusal_drops_what_is_in_flight_and_seeks_back(rig: Rig) -> None:
    """The refused records are read again; nothing is lost and nothing counts twice."""
    refusals = iter([False, True, True, False, True])

    def refuse(_: Commit) -> None:
        if next(refusals, False):
            raise StorageRefusedError("the database would not take it")

    rig.fault = refuse

    turned(rig.runner())

    assert 50 == rig.counted() == rig.journal.log.end_offset(TEAM)


def test_a_worker_that_lost_its_partition_without_knowing_is_fenced(rig: Rig) -> None:
    """Its late commit fails whole, and it goes on with what it holds."""
    late = HeldJournal(rig.journal)
    first, second = rig.runner(journal=late), rig.runner()
    turned(first, turns=3)
    second.turn()
    for partition in range(3):
        rig.group.move(partition, rig.members[1], lost=True)
    turned(second)

    late.work()
    turned(first)

    assert first.crashed_with is None
    assert 50 == rig.counted() == rig.journal.log.end_offset(TEAM)


def test_partitions_are_let_go_only_after_what_is_in_flight_came_home(rig: Rig) -> None:
    """The next owner begins behind it, so nothing is worked out twice."""
    first, second = rig.runner(), rig.runner()
    turned(first, turns=2)
    second.turn()

    rig.group.move(0, rig.members[1])
    turned(first, second)

    assert 50 == rig.counted()
    assert 0 == first._metrics.stage_retries.labels("count")._value.get()


def test_what_does_not_come_home_in_time_is_dropped_when_partitions_go(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that hangs holds no rebalance up; its late answer is fenced."""
    monkeypatch.setattr("services.runtime.kafka_runner.REVOKED_SECONDS_MAX", 0.0)
    late = HeldJournal(rig.journal)
    first, second = rig.runner(journal=late), rig.runner()
    turned(first, turns=2)
    second.turn()
    for partition in range(3):
        rig.group.move(partition, rig.members[1])

    turned(first, second)
    late.work()

    assert 50 == rig.counted() == rig.journal.log.end_offset(TEAM)


def test_a_batch_slower_than_the_group_allows_comes_again_smaller(rig: Rig) -> None:
    """Eviction halves the batch; the places in the database say what is done."""
    stage = CountingStage()
    runner = rig.runner(processor=SlowProcessor(stage, rig.clock, 400.0))
    turned(runner, turns=2)
    rig.group.move(0, rig.members[0], lost=True)

    turned(runner)

    assert 4 == runner._size.now
    assert 50 == rig.counted() == rig.journal.log.end_offset(TEAM)


def test_kafka_hears_of_a_runner_that_waits_for_its_database(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes on asking, with its partitions paused, and takes nothing meanwhile."""
    monkeypatch.setattr("services.runtime.kafka_runner.POLL_PAUSE_SECONDS_MAX", 0.0)
    late = HeldJournal(rig.journal)
    runner = rig.runner(journal=late)
    turned(runner, turns=6)
    polls = rig.members[0].polls

    turned(runner, turns=5)

    assert polls + 5 == rig.members[0].polls
    assert {0, 1, 2} == rig.members[0].paused
    assert LIMITS.in_flight_max == len(late.waiting)
    late.work()
    monkeypatch.undo()
    for _ in range(60):
        late.work()
        runner.turn()
    assert 50 == rig.counted()


def test_a_database_that_is_away_when_partitions_come_is_asked_again(rig: Rig) -> None:
    """Nothing is handled before the place is known."""
    answers = iter([True, True, True])
    cursor = rig.journal.cursor

    def asked(consumer: str, topic: str, *, partition: int = 0) -> int:
        if next(answers, False):
            raise StorageRefusedError("the database is away")
        return cursor(consumer, topic, partition=partition)

    rig.journal.cursor = asked  # type: ignore[method-assign] # a fault, put where it would arise
    rig.journal.commit(Commit(cursors=[Cursor("count", TOPIC, 0, 1, 1)])).result()

    turned(rig.runner())

    assert rig.ends() == rig.cursors()
    assert 49 == rig.counted()


def test_without_a_database_the_place_is_stored_only_after_the_commit(stateless: Rig) -> None:
    """What is not confirmed is not done."""
    late = HeldJournal(stateless.journal)
    runner = stateless.runner(journal=late)
    turned(runner, turns=2)
    before = dict(stateless.group.kept)

    late.work()
    turned(runner, turns=3)

    assert {} == before
    assert stateless.group.kept
    assert all(not commit.cursors for commit in stateless.commits)


def test_without_a_database_a_restart_goes_on_at_the_groups_place(stateless: Rig) -> None:
    """Repeats may come; nothing is left out."""
    turned(stateless.runner(), turns=4)
    stateless.group.leave(stateless.members[0])

    turned(stateless.runner())

    told = stateless.journal.log.read(TEAM, 0, 200)
    assert 50 == len({record.event.id for record in told if record.event})


def test_without_a_database_no_batch_is_given_before_the_one_ahead_is_durable(
    stateless: Rig,
) -> None:
    """One that failed would otherwise be overtaken by those behind it, event by event."""
    late = HeldJournal(stateless.journal)
    runner = stateless.runner(journal=late)

    turned(runner, turns=6)

    assert LIMITS.in_flight_max == len(runner._batches)
    assert 1 == len(late.waiting)


def test_a_topic_made_anew_is_read_from_its_start(rig: Rig) -> None:
    """Places in the old one stay what they were, and what was in flight is counted there."""
    rig.topic.id = "first"
    runner = rig.runner()
    turned(runner)

    rig.topic.make_anew("second")
    rig.topic.put(*(received(i, str(i), conversation_id=f"c{i % 7}") for i in range(100, 220)))
    turned(runner)

    assert [len(run) for run in rig.topic.runs] == rig.cursors(topic_made(TOPIC, "second"))
    assert 50 == sum(rig.cursors(topic_made(TOPIC, "first")))
    assert 170 == rig.counted()


def test_a_batch_read_before_its_topic_was_made_anew_moves_the_old_places(rig: Rig) -> None:
    """It comes home as the partitions go, under the name it was read by."""
    rig.topic.id = "first"
    late = HeldJournal(rig.journal)
    runner = rig.runner(journal=late)
    turned(runner, turns=2)
    waiting = [commit for commit, _ in late.waiting]

    rig.topic.make_anew("second")
    late.work()
    turned(runner, turns=3)

    assert waiting
    assert {topic_made(TOPIC, "first")} == {c.topic for each in waiting for c in each.cursors}
    assert rig.counted() == sum(rig.cursors(topic_made(TOPIC, "first"))) > 0
    assert [0, 0, 0] == rig.cursors(topic_made(TOPIC, "second"))


def test_a_topic_shorter_than_what_was_read_stops_the_stage(rig: Rig) -> None:
    """Its offsets mean other records now: a person must look."""
    runner = rig.runner()
    runner.turn()

    def anew() -> None:
        raise StateConflictError("offset 9 is beyond the end")

    rig.members[0].trouble = anew

    with pytest.raises(StopError, match="beyond the end"):
        turned(runner, turns=3)


def test_kafka_being_away_is_waited_for(rig: Rig) -> None:
    """The stage begins again at its places once Kafka answers."""
    runner = rig.runner()
    turned(runner, turns=2)
    troubles = iter([True, True, True])

    def away() -> None:
        if next(troubles, False):
            raise LogUnavailableError("no broker answers")

    rig.members[0].trouble = away
    turned(runner)

    assert 50 == rig.counted() == rig.journal.log.end_offset(TEAM)


def test_a_bug_met_while_partitions_go_is_not_swallowed(rig: Rig) -> None:
    """Kafka's client calls back from inside; what is raised there comes out of the turn."""

    def broken(outcome: Outcome) -> None:
        raise ZeroDivisionError(str(outcome.handled))

    late = HeldJournal(rig.journal)
    runner = rig.runner(journal=late, committed=broken)
    turned(runner, turns=2)
    late.work()
    rig.group.move(0, None)

    with pytest.raises(ZeroDivisionError):
        turned(runner, turns=2)
