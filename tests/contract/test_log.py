"""What every event log promises, in memory, in SQLite and in Kafka: one suite."""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from schemas.topics import UndeclaredTopicError
from services.log.kafka_client import client_options
from services.log.kafka_journal import KafkaJournal
from services.log.kafka_log import KafkaLog
from services.log.kafka_producer import KafkaProducer
from services.log.memory_log import MemoryLog
from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row
from services.runtime.errors import MercatError, StateConflictError
from services.runtime.ports import Commit, Cursor, EventLog, Journal, Record, StateReader
from services.runtime.scaled_settings import KafkaSettings
from services.store.memory_journal import MemoryJournal
from services.store.sqlite_journal import SqliteJournal
from tests.fakes import append_of, received
from tests.kafka_server import make_topics

TOPIC = "posts.received.v1"
ROUTED = "posts.routed.v1"
TEAMS = ("teams.waste.posts.v1", "teams.roads.posts.v1")


class Kept:
    """A log with the journal that fills it and the state beside it."""

    def __init__(
        self,
        log: EventLog,
        journal: Journal,
        store: StateReader,
        prune: Callable[[int, int], None] | None = None,
    ) -> None:
        self.log = log
        self.journal = journal
        self.store = store
        self._prune = prune

    def prune(self, partition: int, offset_kept: int) -> None:
        """Drop what lies below an offset of a partition."""
        assert self._prune is not None
        self._prune(partition, offset_kept)

    def append(self, *numbers: int, topic: str = TOPIC, key: str | None = None) -> Sequence[Record]:
        """Commit one event for each number and wait."""
        appends = [append_of(received(number), topic) for number in numbers]
        if key is not None:
            appends = [append._replace(key=key) for append in appends]
        return self.journal.commit(Commit(appends=appends)).result()

    def all(self, topic: str = TOPIC) -> list[Record]:
        """Return every record of a topic, partition by partition."""
        return [
            record
            for partition in range(self.log.partitions(topic))
            for record in self.log.read(topic, 0, 1_000, partition=partition)
        ]


@pytest.fixture
def in_memory() -> Kept:
    """An empty log in memory."""
    log = MemoryLog()
    journal = MemoryJournal(log)
    return Kept(log, journal, journal, lambda _, offset: void(log.prune(TOPIC, offset)))


@pytest.fixture
def in_sqlite(sqlite_path: Path, clock: ManualClock) -> Iterator[Kept]:
    """An empty log in SQLite."""
    sqlite = SqliteJournal(sqlite_path, clock)
    yield Kept(
        sqlite.log,
        sqlite,
        sqlite.store,
        lambda _, offset: void(sqlite.prune(TOPIC, 2**60, offset).result()),
    )
    sqlite.close()


@pytest.fixture
def in_kafka(kafka: KafkaSettings) -> Iterator[Kept]:
    """Empty topics of three partitions, filled by the journal of a stage without state."""
    make_topics(kafka, TOPIC, ROUTED, *TEAMS, partitions=3)
    options = client_options(kafka, None, "tests")
    producer = KafkaProducer(options, kafka)
    log = KafkaLog(options, kafka)
    admin = AdminClient(options)
    letters = MemoryJournal(MemoryLog())

    def prune(partition: int, offset_kept: int) -> None:
        place = TopicPartition(kafka.topic(TOPIC), partition, offset_kept)
        admin.delete_records([place])[place].result(60)

    yield Kept(log, KafkaJournal(producer, letters), letters, prune)
    log.close()
    producer.close()


def void(result: object) -> None:
    """Let go of a result that nobody needs."""
    del result


KAFKA = pytest.param("in_kafka", marks=pytest.mark.scaled, id="kafka")
NO_TRANSACTION = pytest.param(
    "in_kafka",
    marks=[
        pytest.mark.scaled,
        pytest.mark.xfail(
            strict=True,
            raises=StateConflictError,
            reason="rows and events straight to Kafka are not durable together: stages with state "
            "append by the database and its relay",
        ),
    ],
    id="kafka",
)


@pytest.fixture(
    params=[pytest.param("in_memory", id="memory"), pytest.param("in_sqlite", id="sqlite"), KAFKA]
)
def kept(request: pytest.FixtureRequest) -> Kept:
    """An empty log of each kind."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Kept)
    return found


with_state = pytest.mark.parametrize(
    "kept",
    [
        pytest.param("in_memory", id="memory"),
        pytest.param("in_sqlite", id="sqlite"),
        NO_TRANSACTION,
    ],
    indirect=True,
)


def test_offsets_count_from_nought_without_gaps(kept: Kept) -> None:
    """Each partition of each topic counts for itself."""
    first = kept.append(1, 2, key="k")
    other = kept.append(3, topic=ROUTED, key="k")
    second = kept.append(4, key="k")

    assert [record.offset for record in (*first, *second)] == [0, 1, 2]
    assert [record.offset for record in other] == [0]
    assert kept.log.end_offset(TOPIC, partition=first[0].partition) == 3


def test_records_of_one_key_lie_in_one_partition_in_the_order_of_their_commits(kept: Kept) -> None:
    """Whatever else is written between them."""
    written = [
        kept.append(number, key=key)[0]
        for number, key in enumerate(("a", "b", "a", "c", "b", "a", "d", "a"))
    ]
    ours = [record for record in written if record.key == "a"]
    found = [record for record in kept.all() if record.key == "a"]

    assert 1 == len({record.partition for record in ours})
    assert [record.value for record in ours] == [record.value for record in found]
    assert [record.offset for record in ours] == [record.offset for record in found]


def test_every_partition_is_one_that_the_log_counts(kept: Kept) -> None:
    """What is written anywhere is found by reading each partition that the log says it has."""
    written = kept.append(*range(40))

    assert {record.partition for record in written} <= set(range(kept.log.partitions(TOPIC)))
    assert {record.key for record in written} == {record.key for record in kept.all()}


def test_records_are_read_back_in_order_from_any_place(kept: Kept) -> None:
    """Reading has no memory: the same offsets give the same records."""
    written = kept.append(*range(10), key="k")
    place = written[0].partition

    expected = [record.value for record in written[3:7]]
    assert expected == [r.value for r in kept.log.read(TOPIC, 3, 4, partition=place)]
    assert expected == [r.value for r in kept.log.read(TOPIC, 3, 4, partition=place)]
    assert ["k"] == [r.key for r in kept.log.read(TOPIC, 7, 1, partition=place)]


def test_reading_at_or_past_the_end_gives_nothing(kept: Kept) -> None:
    """There is nothing there yet, which is no error."""
    place = kept.append(1)[0].partition

    assert list(kept.log.read(TOPIC, 1, 10, partition=place)) == []
    assert list(kept.log.read(TOPIC, 7, 10, partition=place)) == []
    assert list(kept.log.read(ROUTED, 0, 10)) == []


def test_a_topic_nobody_declared_is_refused_whole(kept: Kept) -> None:
    """No topic comes into being by being written to, and nothing of the commit is kept."""
    appends = [append_of(received(1)), append_of(received(2), "made.up.v1")]

    with pytest.raises((UndeclaredTopicError, MercatError)):
        kept.journal.commit(Commit(appends=appends)).result()

    assert kept.all() == []


def test_a_team_topic_comes_into_being_by_its_declaration(kept: Kept) -> None:
    """Teams' topics fall under one declaration, whatever the team."""
    kept.append(1, topic="teams.waste.posts.v1")
    kept.append(2, topic="teams.roads.posts.v1")

    assert len(kept.all("teams.waste.posts.v1")) == 1
    assert len(kept.all("teams.roads.posts.v1")) == 1


def test_waiting_ends_when_a_record_comes(kept: Kept) -> None:
    """A reader at the end is woken by the next commit."""
    woken: list[bool] = []
    place = kept.append(1, key="k")[0].partition
    reader = threading.Thread(
        target=lambda: woken.append(kept.log.wait(TOPIC, 1, 30.0, partition=place))
    )
    reader.start()

    kept.append(2, key="k")
    reader.join(30)

    assert woken == [True]


def test_waiting_in_vain_ends_too(kept: Kept) -> None:
    """Nothing came: the wait says so."""
    assert not kept.log.wait(TOPIC, 0, 0.01)


@with_state
def test_state_and_events_of_a_commit_come_together(kept: Kept) -> None:
    """Rows, cursor and records of one commit are all there after it."""
    key = Key("objections", "r")
    row: Row = {"source": "p", "reason": None, "added_at_ms": 1}
    cursor = Cursor("classify", TOPIC, 0, 1)

    kept.journal.commit(Commit([append_of(received(1))], {key: row}, [cursor])).result()

    assert {key: row} == kept.store.fetch([key])
    assert kept.store.cursor("classify", TOPIC) == 1
    assert kept.log.end_offset(TOPIC) == 1


def test_a_commit_from_elsewhere_leaves_nothing(kept: Kept) -> None:
    """Where the consumer is not at the start of the move, neither rows nor records stay."""
    key = Key("objections", "r")
    commit = Commit(
        [append_of(received(1))], {key: {"source": "p"}}, [Cursor("classify", TOPIC, 7, 8)]
    )

    with pytest.raises(StateConflictError):
        kept.journal.commit(commit).result()

    assert {key: None} == kept.store.fetch([key])
    assert kept.all() == []


def test_a_commit_after_a_failed_one_takes_the_next_offset(kept: Kept) -> None:
    """A failure leaves no hole in the offsets."""
    bad = Commit([append_of(received(1))], {}, [Cursor("classify", TOPIC, 7, 8)])
    with pytest.raises(StateConflictError):
        kept.journal.commit(bad).result()

    assert [record.offset for record in kept.append(2)] == [0]


def test_an_emptied_start_goes_on_at_the_oldest_left(kept: Kept) -> None:
    """Retention moves the start; a reader behind it goes on with what is left."""
    place = kept.append(*range(10), key="k")[0].partition
    kept.prune(place, 4)
    # More than a log keeps in memory of its newest.
    kept.append(*range(10, 4_100), key="k")

    assert kept.log.start_offset(TOPIC, partition=place) == 4
    assert kept.log.read(TOPIC, 0, 1, partition=place)[0].offset == 4


def test_sqlite_keeps_log_and_numbers_over_a_restart(sqlite_path: Path, clock: ManualClock) -> None:
    """What was acknowledged is there after closing and opening again, and counting goes on."""
    first = SqliteJournal(sqlite_path, clock)
    Kept(first.log, first, first.store).append(1, 2, topic="teams.waste.posts.v1")
    first.close()

    second = SqliteJournal(sqlite_path, clock)
    again = Kept(second.log, second, second.store)
    records = again.append(3, topic="teams.waste.posts.v1")

    assert len(second.log.read("teams.waste.posts.v1", 0, 10)) == 3
    assert [record.offset for record in records] == [2]
    second.close()


def test_sqlite_prunes_by_age_but_never_what_is_needed_or_newest(
    sqlite_path: Path, clock: ManualClock
) -> None:
    """Age alone is not enough: an unhandled record and the newest one stay."""
    journal = SqliteJournal(sqlite_path, clock)
    kept = Kept(journal.log, journal, journal.store)
    kept.append(*range(6))
    clock.advance(3_600)
    kept.append(*range(6, 8))
    between = int(clock.now().timestamp() * 1_000) - 1_000

    unhandled = journal.prune(TOPIC, between, 2).result()
    aged = journal.prune(TOPIC, between, 100).result()
    newest = journal.prune(TOPIC, 2**60, 100).result()

    assert (unhandled, aged, newest) == (2, 4, 1)
    assert journal.log.start_offset(TOPIC) == 7
    journal.close()
