"""What every event log promises, in memory and in SQLite: one suite."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from schemas.topics import UndeclaredTopicError
from services.log.memory_log import MemoryLog
from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row
from services.runtime.errors import MercatError, StateConflictError
from services.runtime.ports import Commit, Cursor, EventLog, Journal, Record, StateReader
from services.store.memory_journal import MemoryJournal
from services.store.sqlite_journal import SqliteJournal
from tests.fakes import append_of, received

TOPIC = "posts.received.v1"


class Kept:
    """A log with the journal that fills it and the state beside it."""

    def __init__(self, log: EventLog, journal: Journal, store: StateReader) -> None:
        self.log = log
        self.journal = journal
        self.store = store

    def append(self, *numbers: int, topic: str = TOPIC) -> Sequence[Record]:
        """Commit one event for each number and wait."""
        appends = [append_of(received(number), topic) for number in numbers]
        return self.journal.commit(Commit(appends=appends)).result()


@pytest.fixture(params=["memory", "sqlite"])
def kept(request: pytest.FixtureRequest, sqlite_path: Path, clock: ManualClock) -> Iterator[Kept]:
    """An empty log of each kind."""
    if request.param == "memory":
        log = MemoryLog()
        journal = MemoryJournal(log)
        yield Kept(log, journal, journal)
        return
    sqlite = SqliteJournal(sqlite_path, clock)
    yield Kept(sqlite.log, sqlite, sqlite.store)
    sqlite.close()


def test_offsets_count_from_nought_without_gaps(kept: Kept) -> None:
    """Each topic counts for itself."""
    first = kept.append(1, 2)
    other = kept.append(3, topic="posts.routed.v1")
    second = kept.append(4)

    assert [record.offset for record in (*first, *second)] == [0, 1, 2]
    assert [record.offset for record in other] == [0]
    assert kept.log.end_offset(TOPIC) == 3


def test_records_are_read_back_in_order_from_any_place(kept: Kept) -> None:
    """Reading has no memory: the same offsets give the same records."""
    written = kept.append(*range(10))

    assert [r.value for r in written[3:7]] == [r.value for r in kept.log.read(TOPIC, 3, 4)]
    assert [r.value for r in written[3:7]] == [r.value for r in kept.log.read(TOPIC, 3, 4)]
    assert [received(3).subject] == [r.key for r in kept.log.read(TOPIC, 3, 1)]


def test_reading_at_or_past_the_end_gives_nothing(kept: Kept) -> None:
    """There is nothing there yet, which is no error."""
    kept.append(1)

    assert list(kept.log.read(TOPIC, 1, 10)) == []
    assert list(kept.log.read("posts.routed.v1", 0, 10)) == []


def test_a_topic_nobody_declared_is_refused_whole(kept: Kept) -> None:
    """No topic comes into being by being written to, and nothing of the commit is kept."""
    appends = [append_of(received(1)), append_of(received(2), "made.up.v1")]

    with pytest.raises((UndeclaredTopicError, MercatError)):
        kept.journal.commit(Commit(appends=appends)).result()

    assert kept.log.end_offset(TOPIC) == 0


def test_a_team_topic_comes_into_being_by_its_declaration(kept: Kept) -> None:
    """Teams' topics fall under one declaration, whatever the team."""
    kept.append(1, topic="teams.waste.posts.v1")
    kept.append(2, topic="teams.roads.posts.v1")

    assert kept.log.end_offset("teams.waste.posts.v1") == 1
    assert len(kept.log.read("teams.roads.posts.v1", 0, 10)) == 1


def test_waiting_ends_when_a_record_comes(kept: Kept) -> None:
    """A reader at the end is woken by the next commit."""
    woken: list[bool] = []
    reader = threading.Thread(target=lambda: woken.append(kept.log.wait(TOPIC, 0, 30.0)))
    reader.start()

    kept.append(1)
    reader.join(30)

    assert woken == [True]


def test_waiting_in_vain_ends_too(kept: Kept) -> None:
    """Nothing came: the wait says so."""
    assert not kept.log.wait(TOPIC, 0, 0.01)


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
    assert kept.log.end_offset(TOPIC) == 0


def test_a_commit_after_a_failed_one_takes_the_next_offset(kept: Kept) -> None:
    """A failure leaves no hole in the offsets."""
    bad = Commit([append_of(received(1))], {}, [Cursor("classify", TOPIC, 7, 8)])
    with pytest.raises(StateConflictError):
        kept.journal.commit(bad).result()

    assert [record.offset for record in kept.append(2)] == [0]


def test_an_emptied_start_goes_on_at_the_oldest_left(kept: Kept) -> None:
    """Retention moves the start; a reader behind it goes on with what is left."""
    kept.append(*range(10))
    if isinstance(kept.log, MemoryLog):
        kept.log.prune(TOPIC, 4)
    else:
        assert isinstance(kept.journal, SqliteJournal)
        kept.journal.prune(TOPIC, 2**60, 4).result()
        kept.append(*range(10, 4_100))

    assert kept.log.start_offset(TOPIC) == 4
    assert kept.log.read(TOPIC, 0, 1)[0].offset == 4


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
