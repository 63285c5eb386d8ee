"""What every store answers when it is asked about sendings, the one in memory of the tests too."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

import pytest

from services.publish.ledger import Ledger
from services.publish.sending import Sending, sending_key
from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row
from services.runtime.errors import StateConflictError
from services.runtime.ports import Commit, Store
from services.store.postgres_store import PostgresStore
from services.store.sqlite_journal import SqliteJournal
from tests.postgres_stores import emptied_database, pool_of
from tests.unit.publish.gate_double import OpenSealer, SpeakingMemory
from tests.unit.publish.samples import NOW_MS, sending, unknown


class WritableStore(Store, Protocol):
    """A store that rows can be put into."""

    def apply(self, writes: Mapping[Key, Row | None]) -> None:
        """Write rows in one transaction."""
        ...


class Written:
    """A journal and its store as one."""

    def __init__(self, store: Store, journal: SqliteJournal | SpeakingMemory) -> None:
        self.fetch = store.fetch
        self.select = store.select
        self.cursor = store.cursor
        self._journal = journal

    def apply(self, writes: Mapping[Key, Row | None]) -> None:
        """Commit and wait."""
        self._journal.commit(Commit(writes=writes)).result()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(
    request: pytest.FixtureRequest, sqlite_path: Path, clock: ManualClock
) -> Iterator[WritableStore]:
    """An empty store of each kind."""
    if request.param == "memory":
        memory = SpeakingMemory()
        yield Written(memory, memory)
    elif request.param == "sqlite":
        journal = SqliteJournal(sqlite_path, clock)
        yield Written(journal.store, journal)
        journal.close()
    else:
        with pool_of(emptied_database(request.getfixturevalue("postgres_server"))) as pool:
            yield PostgresStore(pool)


def put(store: WritableStore, *sendings: Sending) -> Ledger:
    """Write sendings down; return the ledger that looks them up."""
    store.apply({each.key: each.row() for each in sendings})
    return Ledger(store=store, journal=SpeakingMemory(), sealer=OpenSealer())


def test_a_sending_is_found_as_it_was_written(store: WritableStore) -> None:
    """Every column comes back with its type."""
    written = unknown(detail="timed out", remote_id="r-1", settled_by="gate")

    ledger = put(store, written)

    assert written == ledger.find("act-1")
    assert ledger.find("act-2") is None


def test_the_oldest_whose_end_is_to_be_found_out_comes_first(store: WritableStore) -> None:
    """What has ended, what waits for a person, and other accounts' are left out."""
    ledger = put(
        store,
        unknown(act_id="a", begun_at_ms=NOW_MS + 2),
        sending(act_id="b", begun_at_ms=NOW_MS + 1),
        unknown(act_id="c", not_before_ms=None),
        sending("sent", act_id="d", remote_id="r-1"),
        sending("deferred", act_id="e", not_before_ms=NOW_MS),
        sending(act_id="f", account="other"),
    )

    found = ledger.open("town")

    assert found is not None
    assert "b" == found.act_id


def test_acts_put_off_come_in_their_order(store: WritableStore) -> None:
    """The one that was begun first is the first in line."""
    ledger = put(
        store,
        sending("deferred", act_id="a", begun_at_ms=NOW_MS + 1),
        sending("deferred", act_id="b"),
        sending("refused", act_id="c"),
    )

    assert ["b", "a"] == [each.act_id for each in ledger.deferred("town", 9)]
    assert ["b"] == [each.act_id for each in ledger.deferred("town", 1)]


def test_whose_end_nobody_knows_is_listed_whoever_is_to_find_out(store: WritableStore) -> None:
    """Those that wait for a person are among them."""
    ledger = put(store, unknown(act_id="a"), unknown(act_id="b", not_before_ms=None))

    assert ["a", "b"] == [each.act_id for each in ledger.unknown("town", 9)]
    rows = store.select("sendings_unknown_of", ("town", 1))
    assert ["a"] == [row["id"] for row in rows]


def test_an_id_is_taken_by_another_act_of_the_account_only(store: WritableStore) -> None:
    """An act's own id is its own, and another account's is another's."""
    mine = sending("sent", act_id="a", remote_id="r-1")
    ledger = put(store, mine, sending("sent", act_id="b", account="other", remote_id="r-2"))

    assert not ledger.is_taken(mine, "r-1")
    assert ledger.is_taken(sending(act_id="c"), "r-1")
    assert not ledger.is_taken(mine, "r-2")


def test_what_waits_and_what_is_in_doubt_is_counted(store: WritableStore) -> None:
    """An account's approved acts and its sendings in doubt, not what others have."""
    ledger = put(store, unknown(act_id="a"), sending("sent", act_id="b", remote_id="r-1"))
    store.apply(
        {
            Key("acts", "c"): {"account": "town", "state": "approved"},
            Key("acts", "d"): {"account": "town", "state": "held"},
        }
    )

    assert (1, 1) == ledger.counts("town")
    assert (0, 0) == ledger.counts("other")


def test_leave_is_read_at_its_version(store: WritableStore) -> None:
    """An account that nobody set up has none."""
    ledger = put(store)
    store.apply({Key("accounts", "town"): {"version": 7}})

    assert 7 == ledger.leave_version("town")
    assert ledger.leave_version("nowhere") is None


@pytest.mark.parametrize("store", ["sqlite", "postgres"], indirect=True)
def test_the_database_keeps_one_act_to_one_id(store: WritableStore) -> None:
    """Two sendings cannot claim one act on the platform, whatever the program thinks."""
    first = sending("sent", act_id="a", remote_id="r-1")
    put(store, first)

    with pytest.raises(StateConflictError):
        put(store, sending("sent", act_id="b", remote_id="r-1"))

    assert {sending_key("b"): None} == store.fetch([sending_key("b")])
