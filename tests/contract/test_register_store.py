"""What every store keeps of the register: columns added to accounts, and names shown in public."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

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
TOWN = Key("accounts", "town")


class Stand:
    """A store, and how it is written to."""

    def __init__(self, store: Store, write: Write) -> None:
        self.store = store
        self.write = write

    def grant(self, grant_id: str, account: str = "town", **values: str | int) -> None:
        """Keep a grant by rota that holds now, unless told otherwise."""
        plain: Row = {"account": account, "person_id": "ines", "origin": "rota", "state": "live"}
        times: Row = {"starts_at_ms": NOW_MS, "ends_at_ms": NOW_MS + 10, "version": 1}
        self.write({Key("grants", grant_id): {**plain, **times, **values}})

    def rotas(self, at_ms: int) -> dict[str, object]:
        """Return how many speak by rota at a moment, by account."""
        rows = self.store.select("register_rota_now", (at_ms, at_ms))
        return {str(row["account"]): row["grants"] for row in rows}


@pytest.fixture(params=["sqlite", "postgres"])
def stand(request: pytest.FixtureRequest, sqlite_path: Path, clock: ManualClock) -> Iterator[Stand]:
    """Each store in its turn."""
    if request.param == "sqlite":
        journal = SqliteJournal(sqlite_path, clock, synchronous="OFF")
        yield Stand(
            journal.store, lambda writes: journal.commit(Commit(writes=dict(writes))).result()
        )
        journal.close()
        return
    pool = PostgresPool(emptied_database(request.getfixturevalue("postgres_server")), 1)
    store = PostgresStore(pool)
    yield Stand(store, store.apply)
    pool.close()


def test_an_account_keeps_what_the_register_says(stand: Stand) -> None:
    """Words of every script, and limits as numbers."""
    row: Row = {"purpose": "service", "about": "Gofynnwch i ni 🦆", "quota_hour": 4, "listed": 0}

    stand.write({TOWN: {**row, "platform": "house", "mode": "normal", "version": 1}})

    found = stand.store.fetch([TOWN])[TOWN]
    assert found is not None
    assert row == {name: found[name] for name in row}
    assert (None, None) == (found["owner_id"], found["quota_day"])


def test_who_speaks_by_rota_is_counted_at_the_moment(stand: Stand) -> None:
    """From its first millisecond on, and no more at its last; only what is live, and by rota."""
    stand.grant("one")
    stand.grant("two")
    stand.grant("three", "library")
    stand.grant("four", state="ended")
    stand.grant("five", origin="standing")

    counted = [stand.rotas(NOW_MS + each) for each in (-1, 0, 9, 10)]

    now = {"library": 1, "town": 2}
    assert [{}, now, now, {}] == counted


def test_names_are_found_by_person_and_belong_to_one(stand: Stand) -> None:
    """So that they can be taken away with the person; a name of nobody is refused."""
    for takeover_id, person_id in (("b", "curt"), ("a", "curt"), ("c", "ines")):
        row: Row = {"person_id": person_id, "name": "Curt", "agreed_at_ms": 1, "version": 1}
        stand.write({Key("public_names", takeover_id): row})

    rows = stand.store.select("public_names_of_person", ("curt",))

    assert ["a", "b"] == [row["id"] for row in rows]
    with pytest.raises(StateConflictError):
        stand.write({Key("public_names", "d"): {"name": "Somebody", "version": 1}})
