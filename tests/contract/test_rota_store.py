"""What every store says of rotas, and that each question rests on an index."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import apsw
import pytest

from services.runtime.clock import HOUR_MS, ManualClock
from services.runtime.effects import Key, Row
from services.runtime.ports import Commit, Store
from services.store.postgres_pool import PostgresPool
from services.store.postgres_store import PostgresStore
from services.store.rota_queries import ROTA_QUERIES
from services.store.sqlite_journal import SqliteJournal
from tests.postgres_stores import emptied_database
from tests.unit.policy.samples import NOW_MS, grant

Write = Callable[[Mapping[Key, Row | None]], object]
WHOLE: Final = frozenset({"rotas"})
"""A list of few rows, which is read whole."""
SHIFT: Final[dict[str, Any]] = {
    "rota_id": "rota-1",
    "account": "town",
    "person_id": "ada",
    "grant_id": "grant-1",
    "state": "planned",
    "uid": "shift-1@mercat",
    "note": None,
    "starts_at_ms": NOW_MS,
    "ends_at_ms": NOW_MS + HOUR_MS,
    "sequence": 0,
    "version": 1,
}


class Kept:
    """A store, and what writes into it."""

    def __init__(self, store: Store, write: Write) -> None:
        self.store = store
        self.write = write

    def shift(self, shift_id: str, **values: Any) -> None:
        """Keep a shift of Ada's, of an hour from now on."""
        self.write({Key("shifts", shift_id): {**SHIFT, **values}})

    def give(self, grant_id: str, **values: Any) -> None:
        """Keep a grant."""
        row = {name: value for name, value in grant(**values).items() if name != "id"}
        self.write({Key("grants", grant_id): row})

    def ids(self, query: str, *asked: str | int) -> list[str]:
        """Return the ids that a question finds, in order."""
        return [str(row["id"]) for row in self.store.select(query, asked)]


@pytest.fixture(params=["sqlite", "postgres"])
def kept(request: pytest.FixtureRequest, sqlite_path: Path, clock: ManualClock) -> Iterator[Kept]:
    """An empty store of each kind."""
    if request.param == "sqlite":
        journal = SqliteJournal(sqlite_path, clock)
        yield Kept(journal.store, lambda writes: journal.commit(Commit(writes=writes)).result())
        journal.close()
        return
    pool = PostgresPool(emptied_database(request.getfixturevalue("postgres_server")), 1)
    store = PostgresStore(pool)
    yield Kept(store, store.apply)
    pool.close()


def test_the_shifts_of_a_time_are_those_in_it_by_any_part(kept: Kept) -> None:
    """In order of their start, without those called off, and to the millisecond."""
    kept.shift("late", starts_at_ms=NOW_MS + HOUR_MS, ends_at_ms=NOW_MS + 2 * HOUR_MS)
    kept.shift("now")
    kept.shift("off", state="called-off")
    kept.shift("other", rota_id="rota-2")

    until_ms = NOW_MS + HOUR_MS
    assert ["now"] == kept.ids("shifts_of_rota", "rota-1", until_ms, NOW_MS)
    assert ["now", "late"] == kept.ids("shifts_of_rota", "rota-1", until_ms + 1, NOW_MS)
    assert [] == kept.ids("shifts_of_rota", "rota-1", NOW_MS, NOW_MS - HOUR_MS)
    assert ["now", "other"] == kept.ids("shifts_of_person", "ada", until_ms, NOW_MS)
    assert ["now", "late"] == kept.ids("shifts_ahead", "rota-1")


def test_a_calendar_has_every_shift_of_its_rota(kept: Kept) -> None:
    """What was called off, too, the latest first."""
    kept.shift("late", starts_at_ms=NOW_MS + HOUR_MS, ends_at_ms=NOW_MS + 2 * HOUR_MS)
    kept.shift("off", state="called-off")
    kept.shift("other", rota_id="rota-2")

    assert ["late", "off"] == kept.ids("shifts_of_calendar", "rota-1")


def test_a_shift_is_over_at_its_very_end(kept: Kept) -> None:
    """Then the clock has something to do."""
    kept.shift("now")

    assert [] == kept.ids("shifts_over", NOW_MS + HOUR_MS - 1, 10)
    assert ["now"] == kept.ids("shifts_over", NOW_MS + HOUR_MS, 10)


def test_swaps_are_found_by_shift_and_by_person_while_they_are_open(kept: Kept) -> None:
    """From either end."""
    row: dict[str, Any] = {"shift_id": "a", "other_shift_id": "b", "from_id": "ada", "to_id": "ben"}
    row |= {"reason": None, "asked_at_ms": 1, "answered_at_ms": None, "version": 1}
    kept.write({Key("swaps", "open"): {**row, "state": "asked"}})
    kept.write({Key("swaps", "done"): {**row, "state": "done"}})

    assert [["open"]] * 2 == [kept.ids("swaps_of_shift", each, each) for each in ("a", "b")]
    assert [["open"]] * 2 == [kept.ids("swaps_of_person", each, each) for each in ("ada", "ben")]


def test_leave_in_force_comes_before_any_number_that_is_to_come(kept: Kept) -> None:
    """However many shifts are planned."""
    for number in range(60):
        starts_at_ms = NOW_MS + (number + 2) * HOUR_MS
        kept.give(f"g{number}", starts_at_ms=starts_at_ms, ends_at_ms=starts_at_ms + HOUR_MS)
    kept.give("now", starts_at_ms=NOW_MS, ends_at_ms=NOW_MS + HOUR_MS)

    assert "now" == kept.ids("grants_now_for", "ines-id", "town", NOW_MS, NOW_MS)[0]


def test_initials_are_taken_by_others_alone_and_while_their_leave_lasts(kept: Kept) -> None:
    """Nobody stands in their own way."""
    kept.give("g1", initials="IN", ends_at_ms=NOW_MS + 1)

    def taken(person: str, at_ms: int) -> int:
        return len(kept.store.select("initials_taken", ("town", "IN", person, at_ms)))

    assert [1, 0, 0] == [
        taken("ben", NOW_MS),
        taken("ines-id", NOW_MS),
        taken("ben", NOW_MS + 1),
    ]


def test_leave_nobody_looked_at_is_due_at_its_date(kept: Kept) -> None:
    """What has no date is never due."""
    kept.give("dated", certify_by_ms=NOW_MS)
    kept.give("free")

    assert [] == kept.ids("grants_uncertified", NOW_MS - 1, 10)
    assert ["dated"] == kept.ids("grants_uncertified", NOW_MS, 10)


@pytest.mark.parametrize("query", sorted(set(ROTA_QUERIES) - WHOLE))
def test_every_question_rests_on_an_index(
    sqlite_path: Path, clock: ManualClock, query: str
) -> None:
    """However long the years are."""
    SqliteJournal(sqlite_path, clock).close()
    asked = ROTA_QUERIES[query]
    with apsw.Connection(str(sqlite_path)) as connection:
        plan = [
            str(row[3])
            for row in connection.execute(f"EXPLAIN QUERY PLAN {asked}", [1] * asked.count("?"))
        ]

    tables = [step for step in plan if step.startswith("SCAN") and "coached" not in step]
    assert [] == tables, plan
