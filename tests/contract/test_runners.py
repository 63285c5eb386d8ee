"""What every runner of a stage promises, embedded and in a group: one suite."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest

from schemas.codec import decode_event
from schemas.envelope import Event
from services.log.kafka_client import client_options
from services.log.kafka_consumer import GroupConsumer
from services.log.kafka_producer import KafkaProducer
from services.log.memory_log import MemoryLog
from services.runtime.clock import ManualClock
from services.runtime.effects import Key
from services.runtime.embedded_stage import StageRunner
from services.runtime.errors import StorageRefusedError
from services.runtime.kafka_runner import KafkaStageRunner
from services.runtime.limits import StageLimits
from services.runtime.metrics import Metrics
from services.runtime.ports import Append, Commit, EventLog, Journal, Record, StateReader
from services.runtime.processors import InlineProcessor
from services.runtime.scaled_settings import KafkaSettings
from services.runtime.step import Outcome
from services.runtime.system_clock import SystemClock
from services.store.memory_journal import MemoryJournal
from services.store.postgres_journal import PostgresJournal
from services.store.sqlite_journal import SqliteJournal
from tests.fake_group import FakeGroup, FakeTopic
from tests.fakes import CountingStage, append_of, received, text_of, wait_until
from tests.kafka_server import make_topics
from tests.postgres_server import fresh_database

TOPIC = "posts.received.v1"
TEAM = "teams.count.posts.v1"
CONVERSATIONS = ("one", "two", "three", "four")
LIMITS = StageLimits(
    batch_max=4, dead_letters_max=3, dead_letters_window=10, retry_wait_seconds_max=0.001
)
Fault = Callable[[Commit], None]


class Runner(Protocol):
    """What every runner can be asked."""

    stopped_because: str | None
    crashed_with: BaseException | None

    def start(self) -> None:
        """Begin."""
        ...

    def stop(self) -> None:
        """End."""
        ...

    def lag(self) -> int:
        """Return how much waits."""
        ...

    @property
    def running(self) -> bool:
        """Whether it works."""
        ...


class FaultyJournal:
    """A journal that refuses commits to order, and keeps nothing of those."""

    def __init__(self, kept: Journal, fault: Fault) -> None:
        self._kept = kept
        self._fault = fault

    def commit(self, commit: Commit) -> Future[Sequence[Record]]:
        """Give a commit on, unless it is refused."""
        try:
            self._fault(commit)
        except StorageRefusedError as error:
            refused: Future[Sequence[Record]] = Future()
            refused.set_exception(error)
            return refused
        return self._kept.commit(commit)


class Stand(ABC):
    """A topic, a store, and runners over them that end with the test."""

    def __init__(self, clock: ManualClock, store: StateReader, journal: Journal) -> None:
        self.clock = clock
        self.store = store
        self.journal = journal
        self.metrics = Metrics()
        self.runners: list[Runner] = []

    def append(self, appends: Sequence[Append]) -> None:
        """Put events, or what is none, on the topic."""
        self.journal.commit(Commit(appends)).result()

    @abstractmethod
    def told(self) -> list[Event]:
        """Return what the stage passed on; in order for each conversation."""

    @abstractmethod
    def build(self, stage: CountingStage, ports: dict[str, Any]) -> Runner:
        """Return a runner that has not begun."""

    def put(self, texts: Sequence[str], first: int = 0) -> None:
        """Put a post for each text on the topic, one conversation after the other."""
        self.append([append_of(post(number, text)) for number, text in enumerate(texts, first)])

    def start(self, fault: Fault | None = None, **given: Any) -> Runner:
        """Start a runner."""
        stage = CountingStage()
        ports: dict[str, Any] = {
            "processor": InlineProcessor(stage),
            "store": self.store,
            "journal": FaultyJournal(self.journal, fault) if fault else self.journal,
            "clock": self.clock,
            "metrics": self.metrics,
            "limits": LIMITS,
        }
        runner = self.build(stage, ports | given)
        runner.start()
        self.runners.append(runner)
        return runner

    def counted(self) -> int:
        """Return how many posts were counted, over all conversations."""
        rows = self.store.fetch([Key("known_posts", each) for each in CONVERSATIONS])
        return sum(int(str(row["removed"])) for row in rows.values() if row)

    def texts_told(self) -> dict[str, list[str]]:
        """Return the texts passed on, by conversation."""
        texts: dict[str, list[str]] = {}
        for event in self.told():
            texts.setdefault(event.subject, []).append(text_of(event))
        return texts

    def close(self) -> None:
        """End what still runs."""
        for runner in self.runners:
            if runner.running:
                runner.stop()


class EmbeddedStand(Stand):
    """A log without partitions."""

    def __init__(
        self, clock: ManualClock, log: EventLog, store: StateReader, journal: Journal
    ) -> None:
        super().__init__(clock, store, journal)
        self._log = log

    def told(self) -> list[Event]:
        """Read the team's topic."""
        return events_of(self._log)

    def build(self, stage: CountingStage, ports: dict[str, Any]) -> Runner:
        """Return the embedded runner."""
        return StageRunner(stage, event_log=self._log, **ports)


class GroupStand(Stand):
    """A group of one over a topic of three partitions, in memory."""

    def __init__(self, clock: ManualClock) -> None:
        kept = MemoryJournal(MemoryLog())
        super().__init__(clock, kept, kept)
        self._log = kept.log
        self._topic = FakeTopic(TOPIC, 3)
        self._group = FakeGroup(self._topic)

    def append(self, appends: Sequence[Append]) -> None:
        """Put events on the partitioned topic."""
        self._topic.append(appends)

    def told(self) -> list[Event]:
        """Read the team's topic."""
        return events_of(self._log)

    def build(self, stage: CountingStage, ports: dict[str, Any]) -> Runner:
        """Return the Kafka runner."""
        return KafkaStageRunner(stage, consumer_of=self._group.join, in_database=True, **ports)


class KafkaStand(Stand):
    """A group on a real broker, with state in a real database."""

    def __init__(
        self, kafka: KafkaSettings, journal: PostgresJournal[None], producer: KafkaProducer
    ) -> None:
        super().__init__(ManualClock(SystemClock().now()), journal.store, journal)
        self._kafka = kafka
        self._producer = producer
        self._address = journal.pool.address

    def append(self, appends: Sequence[Append]) -> None:
        """Have events delivered."""
        self._producer.deliver(appends)

    def told(self) -> list[Event]:
        """Read what waits for the relay."""
        text = "SELECT value FROM relay_rows WHERE topic = %s ORDER BY key, sequence"
        with psycopg.connect(self._address) as connection:
            rows = connection.execute(text, (TEAM,)).fetchall()
        return [decode_event(TOPIC, bytes(value)) for (value,) in rows]

    def build(self, stage: CountingStage, ports: dict[str, Any]) -> Runner:
        """Return the Kafka runner on the broker."""
        consumer_of = partial(
            GroupConsumer,
            client_options(self._kafka, None, "runner"),
            self._kafka,
            topic=TOPIC,
            group=stage.name,
            instance=None,
        )
        given = ports | {"clock": SystemClock()}
        return KafkaStageRunner(stage, consumer_of=consumer_of, in_database=True, **given)


def events_of(log: EventLog) -> list[Event]:
    """Return the copies on the team's topic of what the stage read."""
    return [decode_event(TOPIC, record.value) for record in log.read(TEAM, 0, 1_000)]


def post(number: int, text: str) -> Event:
    """Return the n-th post, in one of four conversations."""
    return received(number, text, conversation_id=CONVERSATIONS[number % len(CONVERSATIONS)])


def stand_of(request: pytest.FixtureRequest, clock: ManualClock, ending: ExitStack) -> Stand:
    """Return what the test's parameter names."""
    if request.param == "memory":
        journal = MemoryJournal(MemoryLog())
        return EmbeddedStand(clock, journal.log, journal, journal)
    if request.param == "sqlite":
        path: Path = request.getfixturevalue("sqlite_path")
        sqlite = SqliteJournal(path, clock)
        ending.callback(sqlite.close)
        return EmbeddedStand(clock, sqlite.log, sqlite.store, sqlite)
    if request.param == "group":
        return GroupStand(clock)
    kafka: KafkaSettings = request.getfixturevalue("kafka")
    make_topics(kafka, TOPIC, partitions=3)
    postgres = PostgresJournal(fresh_database(request.getfixturevalue("postgres_server")), clock)
    ending.callback(postgres.close)
    postgres.migrate(0)
    producer = KafkaProducer(client_options(kafka, None, "test"), kafka)
    ending.callback(producer.close)
    return KafkaStand(kafka, postgres, producer)


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
    wait_until(lambda: stand.counted() == 50)

    expected = {each: texts[place::4] for place, each in enumerate(CONVERSATIONS)}
    assert expected == stand.texts_told()


def test_what_comes_later_is_handled_too(stand: Stand) -> None:
    """A runner at the end of its topic waits for more."""
    stand.put(["a"])
    stand.start()
    wait_until(lambda: stand.counted() == 1)

    stand.put(["b"], first=1)
    wait_until(lambda: stand.counted() == 2)

    assert {"one": ["a"], "two": ["b"]} == stand.texts_told()


def test_lag_is_nothing_once_everything_is_committed(stand: Stand) -> None:
    """What was handled no longer waits."""
    stand.put(["a"] * 9)
    runner = stand.start()
    wait_until(lambda: stand.counted() == 9)

    wait_until(lambda: runner.lag() == 0)

    assert runner.running


def test_poison_is_set_aside_and_its_neighbours_go_on(stand: Stand) -> None:
    """What breaks the handler, is refused, or is no event at all costs nobody else anything."""
    stand.put(["a", "break", "refuse", "b"])
    stand.append([Append(TOPIC, "one", b"no event")])
    stand.put(["c", "d"], first=4)

    stand.start()
    wait_until(lambda: stand.counted() == 4)

    assert {"one": ["a", "c"], "two": ["d"], "four": ["b"]} == stand.texts_told()
    wait_until(lambda: rejected(stand) == 3)


def test_a_repeat_has_no_second_effect(stand: Stand) -> None:
    """An event that a relay or a producer sent twice is handled once."""
    stand.put(["a", "b", "c", "d"])
    stand.put(["a", "b", "c", "d"])
    stand.put(["last"], first=4)

    stand.start()
    wait_until(lambda: stand.counted() == 5)

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
    wait_until(lambda: stand.counted() == 30)

    expected = {each: texts[place::4] for place, each in enumerate(CONVERSATIONS)}
    assert expected == stand.texts_told()


def test_stopping_brings_home_what_is_in_flight(stand: Stand) -> None:
    """What was committed is counted, and nothing is committed after the stop."""
    outcomes: list[Outcome] = []
    stand.put([f"post {i}" for i in range(80)])
    runner = stand.start(committed=outcomes.append)
    wait_until(lambda: stand.counted() > 0)

    runner.stop()

    handled = sum(outcome.handled for outcome in outcomes)
    assert handled == stand.counted() == len(stand.told())
    assert not runner.running
    assert runner.stopped_because is None


def test_a_restart_goes_on_where_the_last_one_stopped(stand: Stand) -> None:
    """Two lives come to the same as one."""
    texts = [f"post {i}" for i in range(60)]
    stand.put(texts[:40])
    first = stand.start()
    wait_until(lambda: stand.counted() > 0)
    first.stop()
    stand.put(texts[40:], first=40)

    stand.start()
    wait_until(lambda: stand.counted() == 60)

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


def result_count(stand: Stand, result: str) -> int:
    """Return how many events the stage came to an end with in some way."""
    return int(stand.metrics.stage_events.labels("count", result)._value.get())


def rejected(stand: Stand) -> int:
    """Return how many events were set aside."""
    return result_count(stand, "rejected")
