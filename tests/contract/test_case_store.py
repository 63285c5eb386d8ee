"""Cases in both stores: what was merged counts for the case that answers it; old folders grow."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import apsw
import pytest

from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row, Value
from services.runtime.ports import Commit
from services.store.migrations import LISTENING, VERSIONS_TABLE
from services.store.postgres_store import PostgresStore
from services.store.sqlite_journal import SqliteJournal
from services.store.statements import VERSION_WRITE
from tests.fakes import MOMENT
from tests.postgres_stores import emptied_database, pool_of

Select = Callable[[str, Sequence[Value]], list[Row]]
ROWS: dict[str, dict[str, Value]] = {
    "a": {"deadline_ms": 50},
    "b": {"deadline_ms": 40},
    "c": {"deadline_ms": 20, "merged_into": "a"},
    "d": {"deadline_ms": 10, "merged_into": "c"},
    "e": {"deadline_ms": 60, "merged_into": "b"},
    "f": {"deadline_ms": 5, "team": "roads"},
    "g": {"deadline_ms": 7, "state": "closed", "conversation_id": "v"},
}
POSTS: dict[str, dict[str, Value]] = {
    "p1": {"case_id": "g", "conversation_id": "v", "posted_at_ms": 1},
    "p2": {"case_id": None, "conversation_id": "v", "posted_at_ms": 2},
    "p3": {"case_id": None, "conversation_id": "w", "posted_at_ms": 3},
    "p4": {"case_id": "a", "conversation_id": "w", "posted_at_ms": 4},
}


def rows() -> dict[Key, Row]:
    """Return cases of waste and roads, what was merged into those of waste, and some posts."""
    posts: dict[Key, Row] = {Key("posts", post_id): row for post_id, row in POSTS.items()}
    return posts | {
        Key("cases", case_id): {
            "team": "waste",
            "state": "closed" if "merged_into" in row else "open",
            **row,
        }
        for case_id, row in ROWS.items()
    }


@pytest.fixture(params=["sqlite", "postgres"])
def select(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Select]:
    """Searches a store of each kind that holds those cases."""
    if request.param == "sqlite":
        journal = SqliteJournal(tmp_path / "mercat.sqlite", ManualClock(MOMENT))
        journal.commit(Commit(writes=rows())).result()
        yield journal.store.select
        journal.close()
        return
    with pool_of(emptied_database(request.getfixturevalue("postgres_server"))) as pool:
        postgres = PostgresStore(pool)
        postgres.apply(rows())
        yield postgres.select


def test_an_inbox_counts_what_was_merged_and_goes_by_the_nearest_deadline(select: Select) -> None:
    """However many merges lie between, the case that answers is due with the first."""
    found = select("inbox", ("waste", 10))

    assert [("a", 10, 2), ("b", 40, 1)] == [
        (row["id"], row["deadline_ms"], row["merged_cases"]) for row in found
    ]


def test_an_inbox_is_cut_after_what_is_due_first(select: Select) -> None:
    """A case whose own deadline is far off is not cut off where a merged one is near."""
    assert ["a"] == [row["id"] for row in select("inbox", ("waste", 1))]


def test_an_inbox_goes_on_behind_the_last_case_shown(select: Select) -> None:
    """Page by page there is each open case once, in the order of the whole inbox."""
    first = select("inbox_after", ("waste", -1, "", 1))
    second = select("inbox_after", ("waste", first[0]["deadline_ms"], first[0]["id"], 1))
    third = select("inbox_after", ("waste", second[0]["deadline_ms"], second[0]["id"], 1))

    assert [[("a", 10, 2)], [("b", 40, 1)]] == [
        [(row["id"], row["deadline_ms"], row["merged_cases"]) for row in page]
        for page in (first, second)
    ]
    assert [] == third


def test_an_inbox_goes_on_among_cases_due_at_once(select: Select) -> None:
    """Cases with one deadline are told apart by their ids, so that none is left out."""
    assert ["a", "b"] == [row["id"] for row in select("inbox_after", ("waste", 10, "A", 5))]
    assert ["b"] == [row["id"] for row in select("inbox_after", ("waste", 10, "a", 5))]


def test_a_conversation_has_its_cases_and_all_of_its_posts(select: Select) -> None:
    """Posts that came to no case belong to it too; those of other conversations do not."""
    assert ["g"] == [row["id"] for row in select("conversation_cases", ("v",))]
    assert ["p1", "p2"] == [row["id"] for row in select("conversation_posts", ("v", "v"))]


def test_a_merged_deadline_makes_a_case_overdue(select: Select) -> None:
    """The front page counts as the inbox does."""
    found = select("open_cases_by_team", (30,))

    assert [("roads", 1, 1), ("waste", 2, 1)] == [
        (row["team"], row["open_cases"], row["overdue_cases"]) for row in found
    ]


def test_merged_cases_are_found_through_every_step(select: Select) -> None:
    """What was merged into a merged case belongs to the last one, the most pressing first."""
    assert ["d", "c"] == [row["id"] for row in select("merged_cases", ("a",))]
    assert ["d"] == [row["id"] for row in select("merged_cases", ("c",))]
    assert [] == select("merged_cases", ("f",))


def test_a_folder_from_before_merges_keeps_its_cases(tmp_path: Path) -> None:
    """An older file gets the new columns, empty, and loses nothing."""
    path = tmp_path / "mercat.sqlite"
    connection = apsw.Connection(str(path))
    for statement in (VERSIONS_TABLE, *LISTENING.statements_for("sqlite")):
        connection.execute(statement)
    connection.execute(VERSION_WRITE, (LISTENING.number, LISTENING.name, 0))
    connection.execute("INSERT INTO cases (id, team, state) VALUES ('old', 'waste', 'open')")
    connection.close()

    journal = SqliteJournal(path, ManualClock(MOMENT))

    (row,) = journal.store.select("case", ("old",))
    assert ("waste", "open", None, None) == tuple(
        row[name] for name in ("team", "state", "merged_into", "split_from")
    )
    journal.close()
