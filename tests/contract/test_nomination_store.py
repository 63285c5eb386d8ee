"""What every store says of nominations: how they are found, and what no row may say."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from services.policy.nomination import (
    Nomination,
    Round,
    nomination_of,
    round_of,
)
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
LISTED: dict[str, Any] = {
    "state": "listed",
    "listed_by": "gil",
    "list_digest": "a" * 64,
    "seed_commitment": "b" * 64,
    "seed": "s",
    "public_source": "The lottery",
}


class Stand:
    """A store with rounds and nominations in it."""

    def __init__(self, store: Store, write: Write) -> None:
        self.store = store
        self.write = write

    def round(self, round_id: str, **values: Any) -> Round:
        """Keep a round."""
        plain: dict[str, Any] = {"account": "town", "title": "A week", "state": "open"}
        times = {"opened_by": "gil", "opened_at_ms": NOW_MS, "closes_at_ms": NOW_MS + 1}
        made = Round(id=round_id, **(plain | times | values))
        self.write({made.key: made.row()})
        return made

    def nomination(self, nomination_id: str, **values: Any) -> Nomination:
        """Keep a nomination."""
        plain: dict[str, Any] = {"round_id": "round-1", "state": "made", "named_by": "self"}
        plain |= {"receipt_digest": nomination_id * 2, "made_at_ms": NOW_MS, "name": "Ada"}
        made = Nomination(id=nomination_id, **(plain | values))
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


def test_rounds_are_found_the_latest_first(stand: Stand) -> None:
    """All of them, or those in one state."""
    older, newer = stand.round("round-1"), stand.round("round-2", opened_at_ms=NOW_MS + 5)
    rows = stand.store.select("nomination_rounds", (10,))
    drawn = stand.store.select("nomination_rounds_in_state", ("drawn", 10))

    assert [newer, older] == [round_of(str(row["id"]), row) for row in rows]
    assert not drawn


def test_nominations_are_found_by_round_and_by_receipt(stand: Stand) -> None:
    """In the order in which they were made, and counted."""
    later = stand.nomination("n1", made_at_ms=NOW_MS + 1)
    first, other = stand.nomination("n2"), stand.nomination("n3", round_id="round-2")
    rows = stand.store.select("nominations_of_round", ("round-1", 10))
    held = stand.store.select("nomination_by_receipt", (other.receipt_digest,))

    assert [first, later] == [nomination_of(row) for row in rows]
    assert [other] == [nomination_of(row) for row in held]
    counted = stand.store.select("nominations_in_round", ("round-1",))
    assert [{"nominations": 2}] == [dict(row) for row in counted]


@pytest.mark.parametrize(
    "values",
    [
        {"state": "lost"},
        {**LISTED, "list_digest": None},
        {**LISTED, "seed_commitment": None},
        {**LISTED, "public_source": None},
        {**LISTED, "state": "drawn", "drawn_order": "1", "drawn_by": "gus"},
        {**LISTED, "state": "drawn", "drawn_order": "1", "drawn_by": "gil", "public_value": "7"},
    ],
)
def test_no_round_says_what_policy_never_would(stand: Stand, values: dict[str, Any]) -> None:
    """A draw without what it rests on, or by who fixed the list, is kept by no store."""
    with pytest.raises(StateConflictError):
        stand.round("round-1", **values)


def test_one_officer_is_marked_and_may(stand: Stand) -> None:
    """The same draw, marked."""
    values = {**LISTED, "state": "drawn", "drawn_order": "1", "drawn_by": "gil"}

    assert [1] == stand.round("round-1", **values, public_value="7", one_officer=1).order


@pytest.mark.parametrize("values", [{"state": "lost"}, {"answer": "perhaps"}])
def test_no_nomination_says_what_policy_never_would(stand: Stand, values: dict[str, Any]) -> None:
    """States and answers are the ones that there are."""
    with pytest.raises(StateConflictError):
        stand.nomination("n1", **values)


def test_a_receipt_is_one_nominations(stand: Stand) -> None:
    """Whoever holds it takes back their own."""
    stand.nomination("n1", receipt_digest="r")

    with pytest.raises(StateConflictError):
        stand.nomination("n2", receipt_digest="r")
