"""What every store says of incidents: how they are found, and what no row may say."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from services.policy.incident import Incident, incident_of
from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row
from services.runtime.errors import StateConflictError
from services.runtime.ports import Commit, Store
from services.store.postgres_pool import PostgresPool
from services.store.postgres_store import PostgresStore
from services.store.sqlite_journal import SqliteJournal
from tests.postgres_stores import emptied_database
from tests.unit.policy.samples import NOW_MS

Write = Callable[[Mapping[Key, Row | None]], object]
CLOSED: dict[str, Any] = {"state": "closed", "closed_by": "dee", "finding": "test", "reason": "so"}


class Stand:
    """A store with incidents and sendings in it."""

    def __init__(self, store: Store, write: Write) -> None:
        self.store = store
        self.write = write

    def incident(self, incident_id: str, account: str = "town", **values: Any) -> Incident:
        """Keep an incident."""
        plain: dict[str, Any] = {"remote_id": "1", "halt_id": "account:town", "summary": "A post"}
        plain |= {"opened_by": "mercat", "opened_at_ms": NOW_MS, "latest_at_ms": NOW_MS}
        made = Incident(id=incident_id, account=account, **(plain | values))
        self.write({made.key: made.row()})
        return made

    def sending(self, act_id: str, state: str, begun_at_ms: int, **values: Any) -> None:
        """Keep a sending."""
        row: Row = {"account": "town", "state": state, "begun_at_ms": begun_at_ms, "version": 1}
        self.write({Key("sendings", act_id): {**row, "approvers": "[]", **values}})

    def without_id(self, since_ms: int) -> list[str]:
        """Return the sendings that may stand on the platform under an id that is not known."""
        rows = self.store.select("sendings_without_id", ("town", since_ms, 10))
        return [str(row["id"]) for row in rows]


@pytest.fixture(params=["sqlite", "postgres"])
def stand(request: pytest.FixtureRequest, sqlite_path: Path, clock: ManualClock) -> Iterator[Stand]:
    """An empty store of each kind."""
    if request.param == "sqlite":
        journal = SqliteJournal(sqlite_path, clock)
        yield Stand(journal.store, lambda writes: journal.commit(Commit(writes=writes)).result())
        journal.close()
        return
    pool = PostgresPool(emptied_database(request.getfixturevalue("postgres_server")), 1)
    store = PostgresStore(pool)
    yield Stand(store, store.apply)
    pool.close()


def test_incidents_are_found_by_state_and_by_account(stand: Stand) -> None:
    """The latest first; of an account, the one that is open."""
    town = stand.incident("i1")
    stand.incident("i2", **CLOSED)
    library = stand.incident("i3", "library", opened_at_ms=NOW_MS + 1)

    rows = stand.store.select("incidents_in_state", ("open", 10))
    assert [library, town] == [incident_of(str(row["id"]), row) for row in rows]
    (row,) = stand.store.select("incident_open_of", ("town",))
    assert "i1" == row["id"]


def test_of_an_account_one_incident_is_open(stand: Stand) -> None:
    """Two who look at once cannot open two."""
    stand.incident("i1")
    stand.incident("i2", **CLOSED)

    with pytest.raises(StateConflictError):
        stand.incident("i3")


@pytest.mark.parametrize("missing", ["closed_by", "finding", "reason"])
def test_what_is_closed_says_by_whom_and_what_it_was(stand: Stand, missing: str) -> None:
    """No row is closed without a word."""
    with pytest.raises(StateConflictError):
        stand.incident("i1", **{**CLOSED, missing: None})


def test_evidence_is_found_in_order_of_time(stand: Stand) -> None:
    """Of its own incident alone, with its bytes as they were."""
    for number, of in enumerate(("i1", "i2", "i1")):
        row: Row = {"incident_id": of, "remote_id": str(number), "digest": "d", "content": b"\x00"}
        stand.write({Key("incident_evidence", f"e{number}"): {**row, "at_ms": NOW_MS - number}})

    rows = stand.store.select("incident_evidence_of", ("i1", 10))
    assert ["2", "0"] == [row["remote_id"] for row in rows]
    assert b"\x00" == rows[0]["content"]


def test_sendings_that_may_stand_there_unknown_are_found(stand: Stand) -> None:
    """Those in doubt whenever they began, and of the others the late ones that have no id."""
    stand.sending("a1", "unknown", NOW_MS - 9_000)
    stand.sending("a2", "reconciled", NOW_MS - 9_000, settled_by="dee")
    stand.sending("a3", "reconciled", NOW_MS, settled_by="dee")
    stand.sending("a4", "refused", NOW_MS)
    stand.sending("a5", "sent", NOW_MS, remote_id="7", request_key="k5")

    assert ["a3", "a1"] == stand.without_id(NOW_MS - 1)
    (row,) = stand.store.select("sendings_by_key", ("town", "k5"))
    assert "a5" == row["id"]
    assert [] == stand.store.select("sendings_by_key", ("library", "k5"))
