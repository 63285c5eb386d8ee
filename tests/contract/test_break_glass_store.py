"""What every store says of broken glass: how it is found, and what no row may say."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from services.policy.break_glass import Glass, glass_of
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
BROKEN: dict[str, Any] = {"state": "broken", "agreed_by": "dee", "ends_at_ms": NOW_MS + 10}


class Stand:
    """A store with broken glass in it."""

    def __init__(self, store: Store, write: Write) -> None:
        self.store = store
        self.write = write

    def glass(self, glass_id: str, **values: Any) -> Glass:
        """Keep broken glass."""
        plain: dict[str, Any] = {"account": "town", "person_id": "bob", "kinds": "statement"}
        plain |= {"asked_by": "ann", "reason": "so", "minutes": 60, "asked_at_ms": NOW_MS}
        made = Glass(id=glass_id, **(plain | values))
        self.write({made.key: made.row()})
        return made

    def ids(self, query: str, *asked: str | int) -> list[str]:
        """Return what a query finds."""
        return [str(row["id"]) for row in self.store.select(query, asked)]


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


def test_it_is_found_by_moment_by_person_and_by_what_is_overdue(stand: Stand) -> None:
    """The latest first; the last drill is one that was agreed to."""
    older = stand.glass("g1", **BROKEN, review_by_ms=NOW_MS)
    stand.glass("g2", asked_at_ms=NOW_MS + 1, state="ended")
    stand.glass("g3", asked_at_ms=NOW_MS + 2, drill=1, **BROKEN, agreed_at_ms=NOW_MS + 5)

    rows = stand.store.select("broken_glasses", (10,))
    assert ["g3", "g2", "g1"] == [row["id"] for row in rows]
    assert older == glass_of("g1", rows[2])
    assert ["g3", "g1"] == stand.ids("broken_glasses_of", "bob", "town")
    assert ["g1"] == stand.ids("glass_reviews_overdue", NOW_MS)
    assert [] == stand.ids("glass_reviews_overdue", NOW_MS - 1)
    (last,) = stand.store.select("glass_drill_last")
    assert NOW_MS + 5 == last["at_ms"]


def test_leave_counts_while_its_grant_is_live_alone(stand: Stand) -> None:
    """Whatever ended the grant ended it, and time does."""
    stand.glass("g1", **BROKEN, grant_id="a")
    grant: Row = {"person_id": "bob", "state": "live", "starts_at_ms": 1, "ends_at_ms": NOW_MS}
    stand.write({Key("grants", "a"): {**grant, "account": "town", "version": 1}})

    assert ["a"] == stand.ids("glass_grant_of", "bob", NOW_MS - 1)
    assert [] == stand.ids("glass_grant_of", "bob", NOW_MS)
    assert [] == stand.ids("glass_grant_of", "ann", NOW_MS - 1)
    stand.write({Key("grants", "a"): {**grant, "state": "ended", "account": "town", "version": 2}})
    assert [] == stand.ids("glass_grant_of", "bob", NOW_MS - 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "smashed"},
        {"state": "broken"},
        {**BROKEN, "agreed_by": "ann"},
        {**BROKEN, "drill": 1, "grant_id": "a"},
        {"grant_id": "a"},
        {**BROKEN, "state": "reviewed"},
        {**BROKEN, "state": "reviewed", "reviewed_by": "dee"},
        {**BROKEN, "state": "reviewed", "reviewed_by": "bob"},
    ],
)
def test_no_row_gives_leave_by_one_person_or_in_a_drill(
    stand: Stand, wrong: dict[str, Any]
) -> None:
    """Nor is it looked at by who took part."""
    with pytest.raises(StateConflictError):
        stand.glass("g1", **wrong)


def test_in_a_body_with_one_officer_one_person_is_enough(stand: Stand) -> None:
    """Marked as such."""
    alone = {**BROKEN, "agreed_by": "ann", "one_officer": 1}

    stand.glass("g1", **alone)
    stand.glass("g2", **alone | {"state": "reviewed", "reviewed_by": "ann"})

    assert 2 == len(stand.store.select("broken_glasses", (10,)))
