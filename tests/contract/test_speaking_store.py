"""What every store promises a speaking commit: guards, linked entries, the database's own rules."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Barrier, Thread
from typing import Any, Protocol

import pytest

from services.runtime.audit_entry import SealedEntry
from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row
from services.runtime.errors import (
    MercatError,
    RuleBrokenError,
    StaleStateError,
    StateConflictError,
)
from services.runtime.ports import Commit, Cursor, Guard, Store
from services.store.chain import GENESIS, entry_hash
from services.store.postgres_pool import PostgresPool
from services.store.postgres_store import PostgresStore
from services.store.sqlite_journal import SqliteJournal
from tests.postgres_stores import emptied_database

PLACE = Key("command_keys", "k")


class Speaker(Store, Protocol):
    """A store together with how speaking commits are carried out on it."""

    def apply(
        self,
        writes: Mapping[Key, Row | None],
        cursors: Sequence[Cursor] = (),
        guards: Sequence[Guard] = (),
        entries: Sequence[SealedEntry] = (),
    ) -> None:
        """Carry out one commit, whole or not at all."""
        ...


class SqliteSpeaker:
    """The SQLite store behind its journal."""

    def __init__(self, journal: SqliteJournal) -> None:
        self.fetch = journal.store.fetch
        self.select = journal.store.select
        self.cursor = journal.store.cursor
        self._journal = journal

    def apply(
        self,
        writes: Mapping[Key, Row | None],
        cursors: Sequence[Cursor] = (),
        guards: Sequence[Guard] = (),
        entries: Sequence[SealedEntry] = (),
    ) -> None:
        """Commit and wait."""
        commit = Commit(writes=writes, cursors=cursors, guards=guards, entries=entries)
        self._journal.commit(commit).result()


Opened = Callable[[], Speaker]


@pytest.fixture(params=["sqlite", "postgres"])
def opened(
    request: pytest.FixtureRequest, sqlite_path: Path, clock: ManualClock
) -> Iterator[Opened]:
    """Something that opens one more way to the same empty database, as another process would."""
    if request.param == "sqlite":
        journal = SqliteJournal(sqlite_path, clock)
        yield lambda: SqliteSpeaker(journal)
        journal.close()
        return
    address = emptied_database(request.getfixturevalue("postgres_server"))
    pools: list[PostgresPool] = []

    def connect() -> Speaker:
        pools.append(PostgresPool(address, 1))
        return PostgresStore(pools[-1])

    yield connect
    for pool in pools:
        pool.close()


@pytest.fixture
def store(opened: Opened) -> Speaker:
    """An empty store of each kind."""
    return opened()


def entry(number: int, chain: str = "house", **values: Any) -> SealedEntry:
    """Return the n-th of a run of entries that are ready to be linked."""
    plain = SealedEntry(
        chain=chain,
        at_ms=1_000 + number,
        kind="person.added",
        subject="body",
        actor_id="operator",
        case_id=None,
        act_id=None,
        body=f'{{"number":{number}}}'.encode(),
        salt=b"s" * 32,
        ciphertext=f"secret {number}".encode(),
    )
    return plain._replace(**values)


def chain_of(store: Store, chain: str = "house") -> list[dict[str, Any]]:
    """Return a chain's entries in order, payloads beside them."""
    return [dict(row) for row in store.select("audit_chain_after", (chain, 0, 1_000))]


def approval(**values: Any) -> Row:
    """Return the row of a consent."""
    plain: dict[str, Any] = {
        "act_id": "a",
        "digest": "d",
        "author_id": "ines",
        "approver_id": "moira",
        "state": "valid",
        "one_officer": 0,
        "version": 1,
    }
    return plain | values


def halt(**values: Any) -> Row:
    """Return the row of a halt that two people released."""
    plain: dict[str, Any] = {
        "kind": "account",
        "name": "town",
        "state": "released",
        "release_asked_by": "greta",
        "released_by": "dora",
        "one_officer": 0,
        "version": 3,
    }
    return plain | values


def together(opened: Opened, *jobs: Callable[[Speaker, int], None]) -> list[MercatError | None]:
    """Carry jobs out at once, each over a connection of its own; return what each failed with."""
    barrier = Barrier(len(jobs))
    stores = [opened() for _ in jobs]
    outcomes: list[MercatError | None] = [None] * len(jobs)

    def run(number: int) -> None:
        barrier.wait()
        try:
            jobs[number](stores[number], number)
        except MercatError as error:
            outcomes[number] = error

    threads = [Thread(target=run, args=(number,)) for number in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.parametrize(
    ("before", "expected"),
    [(None, None), (1, 1), (7, 7)],
)
def test_a_commit_whose_guard_holds_is_carried_out(
    store: Speaker, before: int | None, expected: int | None
) -> None:
    """A row at the version that was decided on, or absent as it was, lets the commit through."""
    if before is not None:
        store.apply({PLACE: {"reply": "old", "version": before}})

    store.apply({PLACE: {"reply": "new", "version": 9}}, guards=[Guard(PLACE, expected)])

    row = store.fetch([PLACE])[PLACE]
    assert row is not None
    assert "new" == row["reply"]


@pytest.mark.parametrize(
    ("before", "expected"),
    [(1, None), (2, 1), (1, 2), (None, 1)],
)
def test_a_commit_whose_guard_fails_leaves_nothing(
    store: Speaker, before: int | None, expected: int | None
) -> None:
    """What was decided on is no more: neither rows, cursors nor entries are kept."""
    if before is not None:
        store.apply({PLACE: {"reply": "old", "version": before}})
    other = Key("command_keys", "other")

    with pytest.raises(StaleStateError, match="command_keys k has changed"):
        store.apply(
            {PLACE: {"reply": "new", "version": 9}, other: {"reply": "new", "version": 1}},
            [Cursor("c", "t", 0, 1)],
            [Guard(other, None), Guard(PLACE, expected)],
            [entry(1)],
        )

    row = store.fetch([PLACE])[PLACE]
    assert (None if before is None else "old") == (None if row is None else row["reply"])
    assert {other: None} == store.fetch([other])
    assert 0 == store.cursor("c", "t")
    assert [] == chain_of(store)


def test_a_guard_on_a_table_that_is_not_declared_is_a_slip(store: Speaker) -> None:
    """No text of anybody's making becomes part of a statement."""
    with pytest.raises(KeyError):
        store.apply({}, guards=[Guard(Key("nowhere", "x"), None)])


def test_entries_are_linked_in_their_order_each_into_its_chain(store: Speaker) -> None:
    """Sequences run without a gap from 1, each hash stands on the one before, the head says so."""
    store.apply({}, entries=[entry(1), entry(2, "account:town"), entry(3)])
    store.apply({}, entries=[entry(4)])

    chain = chain_of(store)
    head = store.fetch([Key("audit_heads", "house")])[Key("audit_heads", "house")]
    previous = GENESIS
    for place, row in enumerate(chain, 1):
        assert (place, previous) == (row["sequence"], bytes(row["previous_hash"]))
        previous = entry_hash("house", place, previous, bytes(row["body"]))
        assert previous == bytes(row["hash"])
    assert [b'{"number":1}', b'{"number":3}', b'{"number":4}'] == [row["body"] for row in chain]
    assert {"sequence": 3, "at_ms": 1_004, "hash": previous} == head
    assert [1] == [row["sequence"] for row in chain_of(store, "account:town")]


def test_payloads_lie_beside_the_chain(store: Speaker) -> None:
    """What can be erased stands in a table of its own, salt and ciphertext as they came."""
    store.apply({}, entries=[entry(1)])

    assert [(b"s" * 32, b"secret 1")] == [
        (bytes(row["salt"]), bytes(row["ciphertext"])) for row in chain_of(store)
    ]


def test_an_entry_is_never_written_over(store: Speaker) -> None:
    """A head that was set back does not make room for another past: the commit fails whole."""
    store.apply({}, entries=[entry(1), entry(2)])
    before = chain_of(store)
    store.apply({Key("audit_heads", "house"): None})

    with pytest.raises(StateConflictError, match="own rules forbid it"):
        store.apply({PLACE: {"version": 1}}, entries=[entry(3)])

    assert before == chain_of(store)
    assert {PLACE: None} == store.fetch([PLACE])


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"approver_id": "ines"}, "the author's own"),
        ({"approver_id": "ines", "one_officer": None}, "the author's own, the mode unknown"),
        ({"author_id": None}, "nobody knows whose act it is"),
        ({"approver_id": None}, "nobody gave it"),
        ({"state": "maybe"}, "neither valid nor void"),
        ({"state": None}, "no state"),
    ],
)
def test_the_database_itself_refuses_a_consent_that_is_none(
    store: Speaker, row: dict[str, Any], why: str
) -> None:
    """Behind rules and desk stands a check: no row of this kind can be, whoever writes it."""
    with pytest.raises(StateConflictError, match="own rules forbid it"):
        store.apply({Key("approvals", "x"): approval(**row)})

    assert {Key("approvals", "x"): None} == store.fetch([Key("approvals", "x")]), why


@pytest.mark.parametrize("row", [{}, {"approver_id": "ines", "one_officer": 1}, {"state": "void"}])
def test_the_database_takes_a_consent_that_is_one(store: Speaker, row: dict[str, Any]) -> None:
    """Somebody else's, or the one officer's own where that is said."""
    store.apply({Key("approvals", "x"): approval(**row)})

    assert store.fetch([Key("approvals", "x")])[Key("approvals", "x")] is not None


@pytest.mark.parametrize(
    "row",
    [
        {"released_by": "greta"},
        {"released_by": "greta", "one_officer": None},
        {"released_by": None},
        {"release_asked_by": None},
        {"state": None},
    ],
)
def test_the_database_itself_refuses_a_release_by_one(store: Speaker, row: dict[str, Any]) -> None:
    """It takes two people who are known, unless the row says that there is one officer."""
    with pytest.raises(StateConflictError, match="own rules forbid it"):
        store.apply({Key("halts", "account:town"): halt(**row)})


@pytest.mark.parametrize("row", [{}, {"released_by": "greta", "one_officer": 1}])
def test_the_database_takes_a_release_by_two(store: Speaker, row: dict[str, Any]) -> None:
    """And by the one officer there is."""
    store.apply({Key("halts", "account:town"): halt(**row)})

    assert store.fetch([Key("halts", "account:town")])[Key("halts", "account:town")] is not None


def erasure(**values: Any) -> Row:
    """Return the row of an erasure that two people agreed to."""
    plain: dict[str, Any] = {
        "state": "agreed",
        "asked_by": "greta",
        "agreed_by": "dora",
        "one_officer": 0,
        "version": 2,
    }
    return plain | values


@pytest.mark.parametrize(
    "row",
    [
        {"agreed_by": "greta"},
        {"agreed_by": "greta", "one_officer": None},
        {"agreed_by": None},
        {"asked_by": None},
        {"state": "done"},
    ],
)
def test_the_database_itself_refuses_an_erasure_by_one(store: Speaker, row: dict[str, Any]) -> None:
    """What cannot be undone takes two people who are known."""
    with pytest.raises(StateConflictError, match="own rules forbid it"):
        store.apply({Key("erasures", "citizen:1"): erasure(**row)})


@pytest.mark.parametrize(
    "row", [{}, {"agreed_by": "greta", "one_officer": 1}, {"state": "asked", "agreed_by": None}]
)
def test_the_database_takes_an_erasure_by_two(store: Speaker, row: dict[str, Any]) -> None:
    """And one that was only asked for, and by the one officer there is."""
    store.apply({Key("erasures", "citizen:1"): erasure(**row)})

    assert store.fetch([Key("erasures", "citizen:1")])[Key("erasures", "citizen:1")] is not None


def test_a_login_is_one_persons(store: Speaker) -> None:
    """A second person of a login fails, and only that commit."""
    store.apply({Key("persons", "p1"): {"login": "ines", "state": "active", "version": 1}})

    with pytest.raises(StateConflictError, match="own rules forbid it"):
        store.apply({Key("persons", "p2"): {"login": "ines", "state": "active", "version": 1}})

    store.apply({Key("persons", "p3"): {"login": "moira", "state": "active", "version": 1}})
    logins = [row["login"] for row in store.select("persons", (10,))]
    assert ["ines", "moira"] == logins


def test_a_broken_rule_fails_its_own_commit_and_no_neighbour(
    sqlite_path: Path, clock: ManualClock
) -> None:
    """Commits that the writer takes in one group are each whole or nothing by themselves."""
    journal = SqliteJournal(sqlite_path, clock)
    commits = [
        Commit(
            writes={Key("approvals", f"x{number}"): approval(approver_id=f"p{number}")},
            entries=[entry(number)],
        )
        for number in range(8)
    ]
    commits[3] = Commit(writes={Key("approvals", "x3"): approval(approver_id="ines")})
    commits[5] = Commit(guards=[Guard(PLACE, 4)], entries=[entry(5)])

    futures = [journal.commit(commit) for commit in commits]
    failures = [type(future.exception()) for future in futures]
    kept = [row["sequence"] for row in chain_of(journal.store)]
    journal.close()

    none = type(None)
    assert [none, none, none, RuleBrokenError, none, StaleStateError, none, none] == failures
    assert [1, 2, 3, 4, 5, 6] == kept


def test_of_those_who_would_all_be_first_one_is(opened: Opened) -> None:
    """A guard on a row that is not there yet keeps apart who looks at the same moment."""

    def claim(store: Speaker, number: int) -> None:
        store.apply(
            {PLACE: {"reply": str(number), "version": 1}},
            guards=[Guard(PLACE, None)],
            entries=[entry(number)],
        )

    outcomes = together(opened, *[claim] * 6)

    winners = [number for number, outcome in enumerate(outcomes) if outcome is None]
    row = opened().fetch([PLACE])[PLACE]
    assert 1 == len(winners)
    assert {StaleStateError} == {type(each) for each in outcomes if each is not None}
    assert str(winners[0]) == (row or {}).get("reply")


def test_of_those_who_change_one_row_at_once_one_does(opened: Opened) -> None:
    """A guard on a version lets one of them through, and tells the others to read again."""
    opened().apply({PLACE: {"reply": "old", "version": 1}})

    def change(store: Speaker, number: int) -> None:
        store.apply({PLACE: {"reply": str(number), "version": 2}}, guards=[Guard(PLACE, 1)])

    outcomes = together(opened, *[change] * 6)

    assert 1 == outcomes.count(None)
    assert {StaleStateError} == {type(each) for each in outcomes if each is not None}


def test_first_entries_at_one_moment_make_one_chain(opened: Opened) -> None:
    """Nobody's entry is lost or written over, though no head was there to be locked."""

    def note_down(store: Speaker, number: int) -> None:
        chains = ("house", "account:town")
        for chain in chains if number % 2 else reversed(chains):
            store.apply({}, entries=[entry(number, chain)])

    outcomes = together(opened, *[note_down] * 6)

    store = opened()
    assert [None] * 6 == outcomes
    for chain in ("house", "account:town"):
        rows = chain_of(store, chain)
        assert list(range(1, 7)) == [row["sequence"] for row in rows]
        assert 6 == len({bytes(row["body"]) for row in rows})


def test_commits_over_two_chains_in_either_order_do_not_wait_for_each_other(
    opened: Opened,
) -> None:
    """Heads are taken in one order, whatever the order of the notes."""

    def note_down(store: Speaker, number: int) -> None:
        chains = ["house", "account:town"] if number % 2 else ["account:town", "house"]
        for round_number in range(10):
            store.apply({}, entries=[entry(10 * number + round_number, each) for each in chains])

    outcomes = together(opened, *[note_down] * 4)

    assert [None] * 4 == outcomes
    assert list(range(1, 41)) == [row["sequence"] for row in chain_of(opened())]


def test_accounts_tell_their_version_and_their_latest_approval(opened: Opened) -> None:
    """One search says of all accounts whether a sender has something new to look at."""
    store = opened()
    acts = {"a": ("town", "approved", 5), "b": ("town", "approved", 7), "c": ("town", "held", 9)}
    writes: dict[Key, Row | None] = {
        Key("acts", act): {"account": account, "state": state, "approved_at_ms": at_ms}
        for act, (account, state, at_ms) in acts.items()
    }
    writes[Key("accounts", "town")] = {"version": 3}
    writes[Key("accounts", "library")] = {"version": 1}
    store.apply(writes)

    found = store.select("accounts_at_work")

    assert [
        {"id": "library", "version": 1, "approved_at_ms": None},
        {"id": "town", "version": 3, "approved_at_ms": 7},
    ] == found
