"""What every journal promises: whole commits, in the order of their lane, and honest refusals."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.topics import UndeclaredTopicError
from services.log.memory_log import MemoryLog
from services.runtime.audit_entry import SealedEntry
from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row
from services.runtime.errors import (
    CursorMovedError,
    MercatError,
    OverloadedError,
    RuleBrokenError,
    StaleStateError,
    StateConflictError,
)
from services.runtime.failpoints import forget_orders, order_at_failpoints
from services.runtime.ports import (
    Append,
    Commit,
    Cursor,
    Guard,
    Journal,
    Lane,
    Record,
    StateReader,
    Store,
)
from services.store.memory_journal import MemoryJournal
from services.store.postgres_journal import PostgresJournal
from services.store.sqlite_journal import SqliteJournal
from tests.postgres_stores import emptied_database

TOPIC = "posts.received.v1"
PLACE = Key("command_keys", "k")
SECONDS = 60


@dataclass(frozen=True)
class Opened:
    """A journal with its state; `lanes_apart`: a decision need not wait for bulk that has begun."""

    journal: Journal
    store: Store
    lanes_apart: bool


@pytest.fixture(params=["sqlite", "postgres"])
def opened(
    request: pytest.FixtureRequest, sqlite_path: Path, clock: ManualClock
) -> Iterator[Opened]:
    """An empty journal of each kind."""
    journal: SqliteJournal | PostgresJournal[None]
    if request.param == "sqlite":
        journal = SqliteJournal(sqlite_path, clock)
    else:
        address = emptied_database(request.getfixturevalue("postgres_server"))
        journal = PostgresJournal(address, clock, connections_max=4)
    yield Opened(journal, journal.store, request.param == "postgres")
    forget_orders()
    journal.close()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def guarding(request: pytest.FixtureRequest, clock: ManualClock) -> Iterator[Journal]:
    """An empty journal of each kind, that of the simulations among them."""
    if request.param == "memory":
        yield MemoryJournal(MemoryLog())
        return
    journal: SqliteJournal | PostgresJournal[None]
    if request.param == "sqlite":
        journal = SqliteJournal(request.getfixturevalue("sqlite_path"), clock)
    else:
        address = emptied_database(request.getfixturevalue("postgres_server"))
        journal = PostgresJournal(address, clock, connections_max=4)
    yield journal
    journal.close()


class Blocked:
    """Holds the first commit after it up, just before it is durable, until told to go on."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._go_on = threading.Event()
        order_at_failpoints(self._at)

    def go_on(self) -> None:
        """Let it through."""
        self._go_on.set()

    def _at(self, place: str) -> None:
        if place == "log.commit.before" and not self.reached.is_set():
            self.reached.set()
            assert self._go_on.wait(SECONDS)


def said(number: int, key: str = "c") -> Append:
    """Return an event of a conversation; its bytes are all that a journal looks at."""
    return Append(TOPIC, key, f'{{"id":"{number}"}}'.encode())


def entry(number: int) -> SealedEntry:
    """Return an entry that is ready to be linked."""
    return SealedEntry("house", number, "k", "body", "p", None, None, b"{}", b"s" * 32, b"c")


def offsets(future: "Future[Sequence[Record]]") -> list[int]:
    """Return where a commit's events lie."""
    return [record.offset for record in future.result(SECONDS)]


def test_commits_of_a_lane_are_carried_out_in_the_order_given(opened: Opened) -> None:
    """Fifty moves of one cursor, given without waiting, each find the one before."""
    futures = [
        opened.journal.commit(Commit([said(n)], cursors=[Cursor("route", TOPIC, n, n + 1)]))
        for n in range(50)
    ]

    assert [[n] for n in range(50)] == [offsets(future) for future in futures]
    assert 50 == opened.store.cursor("route", TOPIC)


def test_a_commit_is_refused_where_the_one_it_follows_was(opened: Opened) -> None:
    """Its cursor is where it says all the same: somebody else brought it there."""
    first = opened.journal.commit(Commit([said(0)], cursors=[Cursor("route", TOPIC, 0, 5)]))
    first.result(SECONDS)
    late = opened.journal.commit(Commit([said(1)], cursors=[Cursor("route", TOPIC, 0, 3)]))
    assert isinstance(late.exception(SECONDS), StateConflictError)
    behind = Cursor("route", TOPIC, 5, 9)

    refused = opened.journal.commit(Commit([said(2)], cursors=[behind], follows=late))
    kept = opened.journal.commit(Commit([said(3)], cursors=[behind], follows=first))

    assert isinstance(refused.exception(SECONDS), StateConflictError)
    assert [1] == offsets(kept)


@pytest.mark.parametrize("partition", [0, 7])
def test_a_consumer_stands_in_each_partition_for_itself(opened: Opened, partition: int) -> None:
    """A move in one partition leaves the others where they were."""
    move = Cursor("route", TOPIC, 0, 5, partition)

    opened.journal.commit(Commit(cursors=[move])).result(SECONDS)

    assert 5 == opened.store.cursor("route", TOPIC, partition=partition)
    assert 0 == opened.store.cursor("route", TOPIC, partition=3)


def test_a_place_changes_its_name_whole_or_not_at_all(opened: Opened) -> None:
    """One move back to nought and one from nought are one commit, and only one worker's."""
    opened.journal.commit(Commit(cursors=[Cursor("route", TOPIC, 0, 5, 2)])).result(SECONDS)
    moves = [Cursor("route", TOPIC, 5, 0, 2), Cursor("route", f"{TOPIC}@id", 0, 5, 2)]

    opened.journal.commit(Commit(cursors=moves)).result(SECONDS)
    late = opened.journal.commit(Commit(cursors=moves))

    assert isinstance(late.exception(SECONDS), StateConflictError)
    assert 0 == opened.store.cursor("route", TOPIC, partition=2)
    assert 5 == opened.store.cursor("route", f"{TOPIC}@id", partition=2)


def test_a_decision_goes_before_bulk_that_waits(opened: Opened) -> None:
    """However much bulk was handed in before it, only what has begun may be ahead of it."""
    ended: list[str] = []
    blocked = Blocked()
    opened.journal.commit(Commit([said(0)]))
    assert blocked.reached.wait(SECONDS)

    bulk = [opened.journal.commit(Commit([said(n)])) for n in range(1, 200)]
    bulk[0].add_done_callback(lambda _: ended.append("bulk"))
    decision = opened.journal.commit(Commit(writes={PLACE: {"version": 1}}, lane=Lane.DECISION))
    decision.add_done_callback(lambda _: ended.append("decision"))
    if opened.lanes_apart:
        decision.result(SECONDS)
    blocked.go_on()
    bulk[-1].result(SECONDS)

    assert ["decision", "bulk"] == ended


def test_all_of_a_commit_is_there_or_nothing(opened: Opened) -> None:
    """A guard that fails takes rows, cursor, entries and events with it."""
    commit = Commit(
        [said(1)],
        {Key("objections", "o"): {"source": "feed"}},
        [Cursor("route", TOPIC, 0, 1)],
        Lane.BULK,
        [Guard(PLACE, 3)],
        [entry(1)],
    )

    with pytest.raises(StaleStateError, match="command_keys k has changed"):
        opened.journal.commit(commit).result(SECONDS)

    assert {Key("objections", "o"): None} == opened.store.fetch([Key("objections", "o")])
    assert 0 == opened.store.cursor("route", TOPIC)
    assert [] == opened.store.select("audit_chain_after", ("house", 0, 10))
    assert [0] == offsets(opened.journal.commit(Commit([said(2)])))


@pytest.mark.parametrize(
    ("before", "held"),
    [("open", "open"), ("closed", "open"), (None, "open"), (None, None)],
)
def test_any_column_can_be_guarded(guarding: Journal, before: str | None, held: str | None) -> None:
    """A commit is kept where a row says what it was decided on, and leaves nothing where not."""
    case, other = Key("cases", "a"), Key("cases", "b")
    if before is not None:
        guarding.commit(Commit(writes={case: {"state": before}})).result(SECONDS)

    done = guarding.commit(
        Commit([said(1)], {other: {"state": "closed"}}, guards=[Guard(case, held, "state")])
    )

    failure, sound = done.exception(SECONDS), before == held
    assert sound is (failure is None)
    assert sound or (isinstance(failure, StaleStateError) and "has changed" in str(failure))
    found = state_behind(guarding).fetch([other])[other]
    assert sound is (found is not None)


def test_a_column_that_nobody_declared_cannot_be_guarded(guarding: Journal) -> None:
    """No text of anybody's making becomes part of a statement."""
    with pytest.raises(KeyError, match="no column colour"):
        guarding.commit(Commit(guards=[Guard(Key("cases", "a"), "red", "colour")]))


def state_behind(journal: Journal) -> StateReader:
    """Return what a journal's commits can be read by."""
    if isinstance(journal, MemoryJournal):
        return journal
    assert isinstance(journal, SqliteJournal | PostgresJournal)
    return journal.store


def test_a_commit_that_fails_takes_no_neighbour_along(opened: Opened) -> None:
    """Of many given at once, those that break a rule fail, each as what it is."""
    person: Row = {"login": "ines", "state": "active", "version": 1}
    commits = [Commit([said(n)], entries=[entry(n)]) for n in range(8)]
    commits[1] = Commit(writes={Key("persons", "p1"): person})
    commits[3] = Commit([said(3)], {Key("persons", "p2"): person})
    commits[5] = Commit(guards=[Guard(PLACE, 4)], entries=[entry(5)])
    commits[6] = Commit(cursors=[Cursor("route", TOPIC, 9, 10)])

    futures = [opened.journal.commit(commit) for commit in commits]
    failures = [type(future.exception(SECONDS)) for future in futures]

    none, stale = type(None), StaleStateError
    assert [none, none, none, RuleBrokenError, none, stale, CursorMovedError, none] == failures
    chain = opened.store.select("audit_chain_after", ("house", 0, 10))
    assert [1, 2, 3, 4] == [row["sequence"] for row in chain]


def test_what_nobody_declared_is_refused(opened: Opened) -> None:
    """Topics, tables and columns have names that are known, and nothing else is written."""
    with pytest.raises((UndeclaredTopicError, MercatError)):
        opened.journal.commit(Commit([Append("made.up.v1", "k", b"{}")])).result(SECONDS)
    with pytest.raises(KeyError):
        opened.journal.commit(Commit(writes={Key("nowhere", "a"): {}}))
    with pytest.raises(KeyError, match="no column colour"):
        opened.journal.commit(Commit(writes={Key("objections", "a"): {"colour": "red"}}))
    with pytest.raises(KeyError):
        opened.journal.commit(Commit(guards=[Guard(Key("nowhere", "a"), 1)]))

    assert [0] == offsets(opened.journal.commit(Commit([said(1)])))


def test_more_than_may_wait_is_turned_away(opened: Opened) -> None:
    """Whoever comes when a lane is full is told so at once, and nothing of it is kept."""
    blocked = Blocked()
    futures = [opened.journal.commit(Commit([said(0)]))]
    assert blocked.reached.wait(SECONDS)

    with pytest.raises(OverloadedError, match="writes wait already"):
        futures.extend(opened.journal.commit(Commit([said(n)])) for n in range(1, 3_000))
    blocked.go_on()

    assert list(range(len(futures))) == [offsets(future)[0] for future in futures]


def test_a_closed_journal_has_finished_what_it_took(
    sqlite_path: Path, clock: ManualClock, postgres_server: str
) -> None:
    """What was handed in before is durable; what comes after is turned away."""
    address = emptied_database(postgres_server)
    for journal in (SqliteJournal(sqlite_path, clock), PostgresJournal(address, clock)):
        futures = [journal.commit(Commit([said(n)])) for n in range(20)]

        journal.close()

        assert [[n] for n in range(20)] == [offsets(future) for future in futures]
        with pytest.raises(OverloadedError, match="closing"):
            journal.commit(Commit([said(21)]))


@given(
    commits=st.lists(
        st.tuples(st.booleans(), st.lists(st.sampled_from("abc"), max_size=6)), max_size=12
    )
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_offsets_of_a_key_rise_in_the_order_of_commits(
    opened: Opened, commits: list[tuple[bool, list[str]]]
) -> None:
    """Whatever fails in between, later events of a key come to stand behind earlier ones."""
    futures = []
    for sound, keys in commits:
        guards = [] if sound else [Guard(PLACE, 99)]
        appends = [said(n, key) for n, key in enumerate(keys)]
        futures.append(opened.journal.commit(Commit(appends, guards=guards)))

    reached: dict[str, int] = {}
    for (sound, keys), future in zip(commits, futures, strict=True):
        assert sound is (future.exception(SECONDS) is None)
        for record in future.result() if sound else ():
            assert record.offset > reached.get(record.key, -1)
            reached[record.key] = record.offset
        assert not sound or keys == [record.key for record in future.result()]


SOMEBODYS = {"person_id": "ines", "digest": "d", "state": "live"}
SWEPT: Mapping[str, Row] = {
    "webhook_ids": {},
    "sessions": {**SOMEBODYS, "factors": "passkey"},
    "sign_in_links": {**SOMEBODYS, "issued_by": "greta", "purpose": "enrol"},
}


@pytest.mark.parametrize("table", SWEPT)
def test_old_rows_are_forgotten_in_bounded_runs(
    sqlite_path: Path, clock: ManualClock, postgres_server: str, table: str
) -> None:
    """A sweep deletes what it names, says how many went, and ends with none."""
    address = emptied_database(postgres_server)
    row = SWEPT[table]
    for journal in (SqliteJournal(sqlite_path, clock), PostgresJournal(address, clock)):
        writes: dict[Key, Row | None] = {
            Key(table, f"w{n}"): {
                **row,
                **({"digest": f"d{n}"} if row else {}),
                "expires_at_ms": n,
            }
            for n in range(5_100)
        }
        journal.commit(Commit(writes=writes)).result(SECONDS)

        runs = [journal.forget(table, (5_050,)).result(SECONDS) for _ in range(3)]

        assert [5_000, 50, 0] == runs
        journal.close()


def test_a_reader_sees_a_commit_whole_or_not_at_all(opened: Opened) -> None:
    """Rows of two tables that are always written together are always read as of one commit."""
    keys = [Key("objections", "o"), Key("source_states", "s"), Key("webhook_ids", "w")]
    columns = ["added_at_ms", "fresh_at_ms", "expires_at_ms"]
    done = threading.Event()

    def write() -> None:
        for number in range(300):
            pairs = zip(keys, columns, strict=True)
            writes: dict[Key, Row | None] = {key: {column: number} for key, column in pairs}
            opened.journal.commit(Commit(writes=writes)).result(SECONDS)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen: set[tuple[object, ...]] = set()
    while not done.is_set():
        found = opened.store.fetch(keys)
        pairs = zip(keys, columns, strict=True)
        seen.add(tuple((found[key] or {}).get(column) for key, column in pairs))
    writer.join(SECONDS)

    assert all(len(set(numbers)) == 1 for numbers in seen)
