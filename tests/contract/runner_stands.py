"""Stands for the suites of the runners: a topic, a store, and the runner that works between."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest

from schemas.codec import decode_event
from schemas.envelope import Event
from schemas.topics import DEAD_LETTERS
from services.log.kafka_client import client_options
from services.log.kafka_consumer import GroupConsumer
from services.log.kafka_producer import KafkaProducer
from services.log.memory_log import MemoryLog
from services.runtime.clock import ManualClock
from services.runtime.embedded_stage import StageRunner
from services.runtime.kafka_runner import KafkaStageRunner
from services.runtime.limits import StageLimits
from services.runtime.metrics import Metrics
from services.runtime.ports import Append, Commit, EventLog, Journal, Stage, StateReader
from services.runtime.processors import InlineProcessor
from services.runtime.scaled_settings import KafkaSettings
from services.runtime.system_clock import SystemClock
from services.store.memory_journal import MemoryJournal
from services.store.postgres_journal import PostgresJournal
from services.store.sqlite_journal import SqliteJournal
from tests.contract.passing_stage import TEAM
from tests.contract.runner_faults import Fault, FaultyJournal
from tests.fake_group import FakeGroup, FakeTopic
from tests.fakes import append_of, received, text_of
from tests.kafka_server import make_topics
from tests.postgres_server import fresh_database

TOPIC = "posts.received.v1"
PARTITIONS = 3
CONVERSATIONS = ("one", "two", "three", "four")
# A batch holds more posts than there are conversations, so that two of one meet in it.
LIMITS = StageLimits(
    batch_max=6, dead_letters_max=3, dead_letters_window=10, retry_wait_seconds_max=0.001
)


class Runner(Protocol):
    """What every runner can be asked."""

    @property
    def stopped_because(self) -> str | None:
        """Why it will not go on, if it will not."""
        ...

    @property
    def crashed_with(self) -> BaseException | None:
        """The bug that ended it, if one did."""
        ...

    def start(self) -> None:
        """Begin."""
        ...

    def stop(self) -> None:
        """End."""
        ...

    @property
    def running(self) -> bool:
        """Whether it works."""
        ...


class Stand(ABC):
    """A topic, a store, and runners over them that end with the test; `make` gives each a stage."""

    def __init__(
        self, make: Callable[[], Stage], clock: ManualClock, store: StateReader, journal: Journal
    ) -> None:
        self.make = make
        self.clock = clock
        self.store = store
        self.journal = journal
        self.metrics = Metrics()
        self.runners: list[Runner] = []

    def append(self, appends: Sequence[Append]) -> None:
        """Put events, or what is none, on the topic."""
        self.journal.commit(Commit(appends)).result()

    @abstractmethod
    def answers(self) -> Sequence[bytes]:
        """Return what the stage passed on; in order for each conversation."""

    @abstractmethod
    def announced(self) -> Sequence[bytes]:
        """Return the events that say that something was set aside."""

    def told(self) -> list[Event]:
        """Return the copies that the stage passed on of what it read."""
        return [decode_event(TOPIC, value) for value in self.answers()]

    @abstractmethod
    def build(self, stage: Stage, ports: dict[str, Any]) -> Runner:
        """Return a runner that has not begun."""

    def put(self, texts: Sequence[str], first: int = 0) -> None:
        """Put a post for each text on the topic, one conversation after the other."""
        self.append([append_of(post(number, text)) for number, text in enumerate(texts, first)])

    def start(self, fault: Fault | None = None, **given: Any) -> Runner:
        """Start a runner."""
        stage = self.make()
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
        self,
        make: Callable[[], Stage],
        clock: ManualClock,
        log: EventLog,
        store: StateReader,
        journal: Journal,
    ) -> None:
        super().__init__(make, clock, store, journal)
        self._log = log

    def answers(self) -> Sequence[bytes]:
        """Read the team's topic."""
        return values_in(self._log, TEAM)

    def announced(self) -> Sequence[bytes]:
        """Read the dead letters' topic."""
        return values_in(self._log, DEAD_LETTERS.name)

    def build(self, stage: Stage, ports: dict[str, Any]) -> Runner:
        """Return the embedded runner."""
        return StageRunner(stage, event_log=self._log, **ports)


class GroupStand(Stand):
    """A group of one over a topic of three partitions, in memory."""

    def __init__(self, make: Callable[[], Stage], clock: ManualClock) -> None:
        kept = MemoryJournal(MemoryLog())
        super().__init__(make, clock, kept, kept)
        self.log = kept.log
        self._topic = FakeTopic(TOPIC, PARTITIONS)
        self._group = FakeGroup(self._topic)

    def append(self, appends: Sequence[Append]) -> None:
        """Put events on the partitioned topic."""
        self._topic.append(appends)

    def answers(self) -> Sequence[bytes]:
        """Read the team's topic."""
        return values_in(self.log, TEAM)

    def announced(self) -> Sequence[bytes]:
        """Read the dead letters' topic."""
        return values_in(self.log, DEAD_LETTERS.name)

    def build(self, stage: Stage, ports: dict[str, Any]) -> Runner:
        """Return the Kafka runner; what keeps no state has its place kept by the group."""
        return KafkaStageRunner(
            stage, consumer_of=self._group.join, in_database=stage.knows_repeats, **ports
        )


class KafkaStand(Stand):
    """A group on a real broker, with state in a real database."""

    def __init__(
        self,
        make: Callable[[], Stage],
        kafka: KafkaSettings,
        journal: PostgresJournal[None],
        producer: KafkaProducer,
    ) -> None:
        super().__init__(make, ManualClock(SystemClock().now()), journal.store, journal)
        self.kafka = kafka
        self.producer = producer
        self.address = journal.pool.address

    def append(self, appends: Sequence[Append]) -> None:
        """Have events delivered."""
        self.producer.deliver(appends)

    def answers(self) -> Sequence[bytes]:
        """Read what waits for the relay."""
        return self._waiting(TEAM)

    def announced(self) -> Sequence[bytes]:
        """Read what waits for the relay."""
        return self._waiting(DEAD_LETTERS.name)

    def build(self, stage: Stage, ports: dict[str, Any]) -> Runner:
        """Return the Kafka runner on the broker."""
        consumer_of = partial(
            GroupConsumer,
            client_options(self.kafka, None, "runner"),
            self.kafka,
            topic=TOPIC,
            group=stage.name,
            instance=None,
        )
        given = ports | {"clock": SystemClock()}
        return KafkaStageRunner(
            stage, consumer_of=consumer_of, in_database=stage.knows_repeats, **given
        )

    def _waiting(self, topic: str) -> Sequence[bytes]:
        text = "SELECT value FROM relay_rows WHERE topic = %s ORDER BY key, sequence"
        with psycopg.connect(self.address) as connection:
            rows = connection.execute(text, (topic,)).fetchall()
        return [bytes(value) for (value,) in rows]


def values_in(log: EventLog, topic: str) -> Sequence[bytes]:
    """Return the bytes of a topic's events."""
    return [record.value for record in log.read(topic, 0, 1_000)]


def post(number: int, text: str) -> Event:
    """Return the n-th post, in one of four conversations."""
    return received(number, text, conversation_id=CONVERSATIONS[number % len(CONVERSATIONS)])


def embedded_stand(
    request: pytest.FixtureRequest, make: Callable[[], Stage], clock: ManualClock, ending: ExitStack
) -> EmbeddedStand:
    """Return the stand in memory, or over a SQLite file, as the test's parameter names it."""
    if request.param == "memory":
        journal = MemoryJournal(MemoryLog())
        return EmbeddedStand(make, clock, journal.log, journal, journal)
    assert request.param == "sqlite"
    path: Path = request.getfixturevalue("sqlite_path")
    sqlite = SqliteJournal(path, clock)
    ending.callback(sqlite.close)
    return EmbeddedStand(make, clock, sqlite.log, sqlite.store, sqlite)


def real_parts(
    request: pytest.FixtureRequest, ending: ExitStack, *topics: str
) -> tuple[KafkaSettings, PostgresJournal[None], KafkaProducer]:
    """Return a broker with these topics, an empty database and a producer, until the test ends."""
    kafka: KafkaSettings = request.getfixturevalue("kafka")
    make_topics(kafka, *topics, partitions=PARTITIONS)
    address = fresh_database(request.getfixturevalue("postgres_server"))
    postgres = PostgresJournal(address, ManualClock(SystemClock().now()))
    ending.callback(postgres.close)
    postgres.migrate(0)
    producer = KafkaProducer(client_options(kafka, None, "test"), kafka)
    ending.callback(producer.close)
    return kafka, postgres, producer
