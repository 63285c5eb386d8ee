"""What every store holds to about the life of the rules, whoever writes: the last line."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row
from services.runtime.errors import StateConflictError
from services.runtime.ports import Commit, Store
from services.store.postgres_pool import PostgresPool
from services.store.postgres_store import PostgresStore
from services.store.sqlite_journal import SqliteJournal
from tests.postgres_stores import emptied_database

CONSENT: dict[str, Any] = {
    "change_id": "change-1",
    "author_id": "gail-id",
    "approver_id": "gus-id",
    "digest": "d" * 64,
    "one_officer": 0,
}
REVISION: dict[str, Any] = {
    "number": 2,
    "revision": "b" * 64,
    "content_id": "c" * 64,
    "signature": "e30.e30.e30",
    "origin": "change",
}
CHANGE: dict[str, Any] = {
    "author_id": "gail-id",
    "digest": "d" * 64,
    "content_id": "c" * 64,
    "state": "proposed",
}
IN_FORCE: dict[str, Any] = {"number": 2, "revision": "b" * 64, "version": 1}
ROWS: dict[str, tuple[str, dict[str, Any]]] = {
    "rule_approvals": ("consent-1", CONSENT),
    "rule_revisions": ("000000000002", REVISION),
    "rule_changes": ("change-1", CHANGE),
    "rules_in_force": ("rules", IN_FORCE),
    "rule_contents": ("c" * 64, {"content": b"{}"}),
}

Write = Callable[[Mapping[Key, Row | None]], object]


@pytest.fixture(params=["sqlite", "postgres"])
def kept(
    request: pytest.FixtureRequest, sqlite_path: Path, clock: ManualClock
) -> Iterator[tuple[Store, Write]]:
    """An empty store of each kind, and how rows are written to it."""
    if request.param == "sqlite":
        journal = SqliteJournal(sqlite_path, clock)
        yield journal.store, lambda writes: journal.commit(Commit(writes=writes)).result()
        journal.close()
        return
    address = emptied_database(request.getfixturevalue("postgres_server"))
    pool = PostgresPool(address, 1)
    store = PostgresStore(pool)
    yield store, store.apply
    pool.close()


@pytest.mark.parametrize("table", ROWS)
def test_a_sound_row_is_taken(kept: tuple[Store, Write], table: str) -> None:
    """What the desk writes is within what the database allows."""
    store, write = kept
    row_id, row = ROWS[table]
    key = Key(table, row_id)

    write({key: row})

    found = store.fetch([key])[key]
    assert found is not None
    assert row == {name: found[name] for name in row}


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("rule_approvals", {"approver_id": "gail-id"}),
        ("rule_approvals", {"author_id": None}),
        ("rule_approvals", {"digest": None}),
        ("rule_revisions", {"signature": None}),
        ("rule_revisions", {"number": 0}),
        ("rule_revisions", {"origin": "elsewhere"}),
        ("rule_changes", {"state": "in force"}),
        ("rule_changes", {"state": "active"}),
        ("rule_changes", {"author_id": None}),
        ("rules_in_force", {"number": None}),
        ("rule_contents", {"content": None}),
    ],
)
def test_the_database_itself_refuses_what_no_officer_may_do(
    kept: tuple[Store, Write], table: str, change: dict[str, Any]
) -> None:
    """Nobody agrees to a change of their own, and nothing unsigned is a revision."""
    _, write = kept
    row_id, row = ROWS[table]

    with pytest.raises(StateConflictError):
        write({Key(table, row_id): row | change})


def test_there_is_one_row_of_what_is_in_force(kept: tuple[Store, Write]) -> None:
    """Two would be two answers to one question."""
    _, write = kept

    with pytest.raises(StateConflictError):
        write({Key("rules_in_force", "others"): IN_FORCE})


def test_no_number_is_given_twice(kept: tuple[Store, Write]) -> None:
    """A second revision of a number is refused under whatever id."""
    _, write = kept
    write({Key("rule_revisions", "000000000002"): REVISION})

    with pytest.raises(StateConflictError):
        write({Key("rule_revisions", "other"): REVISION})


def test_one_officer_agrees_where_the_body_says_so(kept: tuple[Store, Write]) -> None:
    """It is marked, and the database takes the mark for it."""
    store, write = kept
    key = Key("rule_approvals", "consent-1")

    write({key: CONSENT | {"approver_id": "gail-id", "one_officer": 1}})

    found = store.fetch([key])[key]
    assert found is not None
    assert 1 == found["one_officer"]
