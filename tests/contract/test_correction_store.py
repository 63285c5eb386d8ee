"""What every store says of corrections: how they are found, and what no row may say."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from services.policy.correction import Correction, correction_of
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
CHOSEN: dict[str, Any] = {"choice": "keep", "chosen_by": "dora"}
CLOSED: dict[str, Any] = {**CHOSEN, "state": "closed", "closed_by": "greta", "no_apology": "A slip"}


class Stand:
    """A store with corrections in it."""

    def __init__(self, store: Store, write: Write) -> None:
        self.store = store
        self.write = write

    def correction(self, correction_id: str, **values: Any) -> Correction:
        """Keep a correction."""
        plain: dict[str, Any] = {"act_id": "act-1", "account": "town", "found_by": "ines"}
        plain |= {"mistake": "It is Monday.", "found_at_ms": NOW_MS}
        made = Correction(id=correction_id, **(plain | values))
        self.write({made.key: made.row()})
        return made


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


def test_corrections_are_found_by_state_and_by_act(stand: Stand) -> None:
    """The latest first; of one act, the one that is open."""
    older = stand.correction("c1", act_id="act-2")
    closed, newer = stand.correction("c2", **CLOSED), stand.correction("c3", found_at_ms=NOW_MS + 1)

    rows = stand.store.select("corrections_in_state", ("open", 10))
    assert [newer, older] == [correction_of(str(row["id"]), row) for row in rows]
    (row,) = stand.store.select("correction_open_of_act", (closed.act_id,))
    assert newer.id == row["id"]


def test_notices_are_found_in_order(stand: Stand) -> None:
    """Of their own correction alone."""
    for number, of in enumerate(("c1", "c2", "c1")):
        row: Row = {"correction_id": of, "whom": f"w{number}", "told_at_ms": NOW_MS - number}
        stand.write({Key("correction_notices", f"n{number}"): row})

    found = stand.store.select("correction_notices_of", ("c1", 10))

    assert ["w2", "w0"] == [row["whom"] for row in found]


def test_of_one_act_one_correction_is_open(stand: Stand) -> None:
    """A second one is kept by no store; one after another is."""
    stand.correction("c1", **CLOSED)
    stand.correction("c2")

    with pytest.raises(StateConflictError):
        stand.correction("c3")


@pytest.mark.parametrize(
    "values",
    [
        {"state": "lost"},
        {"choice": "perhaps", "chosen_by": "dora"},
        {"choice": "keep"},
        {**CLOSED, "choice": None},
        {**CLOSED, "closed_by": None},
        {**CLOSED, "no_apology": None},
    ],
)
def test_no_row_says_what_policy_never_would(stand: Stand, values: dict[str, Any]) -> None:
    """Closed without a choice, or without an apology or its reason."""
    with pytest.raises(StateConflictError):
        stand.correction("c1", **values)
