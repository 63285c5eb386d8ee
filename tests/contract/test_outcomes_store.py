"""What every store says of what became of acts: counted by the index alone, to the row."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import apsw
import psycopg
import pytest

from services.policy.delivered_rules import first_in_force
from services.policy.file_rule_set import read_rule_set
from services.policy.rules_in_public import RulesInPublic
from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row
from services.runtime.errors import RetryLaterError, StateConflictError
from services.runtime.ports import Commit, Store
from services.store.outcome_queries import OUTCOME_QUERIES
from services.store.postgres_pool import PostgresPool
from services.store.postgres_store import PostgresStore
from services.store.sqlite_journal import SqliteJournal
from tests.postgres_stores import emptied_database
from tests.rules_keys import RULES_KEY

Write = Callable[[Mapping[Key, Row | None]], object]
NOW: Final = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
QUERY: Final = OUTCOME_QUERIES["outcomes_by_month"]
YEAR: Final = ("2025-12", "2026-11")


def outcome(month: str, what: str, rule: str, act: str) -> dict[Key, Row | None]:
    """Return the write of a row."""
    row: Row = {"month": month, "outcome": what, "rule": rule}
    return {Key("act_outcomes", f"{month}:{what}:{rule}:{act}"): row}


class Told:
    """What the public is told of a store, at a moment that a test moves on."""

    def __init__(self, store: Store, write: Write) -> None:
        self.store, self.write = store, write
        self.now, self.seconds = NOW, 0.0
        self.rules = RulesInPublic(
            store, ZoneInfo("Europe/London"), lambda: self.now, lambda: self.seconds
        )

    def acts(self, month: str, what: str, rule: str, number: int, first: int = 0) -> None:
        """Have a number of acts come to something."""
        for each in range(first, first + number):
            self.write(outcome(month, what, rule, f"act-{each}"))

    def month(self, month: str) -> dict[str, Any]:
        """Return what is told of a month."""
        return next(each for each in self.rules.told()["months"] if each["month"] == month)

    def rule(self, rule: str) -> dict[str, Any]:
        """Return what is told of a rule."""
        groups = self.rules.told()["groups"]
        return next(each for group in groups for each in group["rules"] if each["id"] == rule)


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
    pool = PostgresPool(emptied_database(request.getfixturevalue("postgres_server")), 1)
    store = PostgresStore(pool)
    yield store, store.apply
    pool.close()


@pytest.fixture
def told(kept: tuple[Store, Write]) -> Told:
    """What is told of a body with the delivered rules in force."""
    store, write = kept
    write(first_in_force(read_rule_set(), RULES_KEY, 1_790_000_000_000, kept=False).writes)
    return Told(store, write)


def test_an_act_counts_once_however_often_it_is_written(kept: tuple[Store, Write]) -> None:
    """And once again under each other heading, rule and month."""
    store, write = kept
    for _ in range(2):
        write(outcome("2026-11", "held", "", "a1") | outcome("2026-11", "held", "a/b", "a1"))
    write(outcome("2026-11", "held", "", "a2") | outcome("2025-11", "held", "", "a1"))
    write(outcome("2026-10", "denied", "", "a1"))

    assert [
        ("2026-10", "denied", "", 1),
        ("2026-11", "held", "", 2),
        ("2026-11", "held", "a/b", 1),
    ] == [
        (row["month"], row["outcome"], row["rule"], row["acts"])
        for row in store.select("outcomes_by_month", YEAR)
    ]


@pytest.mark.parametrize("row", [{"outcome": "lost"}, {"outcome": None}, {"month": None}])
def test_the_database_takes_no_heading_that_nobody_knows(
    kept: tuple[Store, Write], row: dict[str, Any]
) -> None:
    """It would be counted nowhere."""
    plain: Row = {"month": "2026-11", "outcome": "held", "rule": ""}

    with pytest.raises(StateConflictError):
        kept[1]({Key("act_outcomes", "x"): {**plain, **row}})


def test_twelve_months_are_told_the_latest_first(told: Told) -> None:
    """Zero is told, from one to four is not, and every rule in force is there."""
    told.acts("2026-11", "proposed", "", 7)
    told.acts("2026-11", "held", "", 4)
    told.acts("2026-11", "denied", "", 5)
    told.acts("2025-11", "proposed", "", 9)

    found = told.rules.told()

    assert ["2026-11", "2025-12"] == [found["months"][0]["month"], found["months"][-1]["month"]]
    month = told.month("2026-11")
    assert (7, None, 5, 0) == tuple(
        month[name] for name in ("proposed", "held", "denied", "overridden")
    )
    assert len(read_rule_set().bundle.manifest) == found["rules"]
    assert 1 == found["number"]


def test_a_rule_is_told_by_month_where_it_stopped_anything(told: Told) -> None:
    """What another rule stopped is not its own."""
    told.acts("2026-10", "held", "content/emoji", 6)
    told.acts("2026-10", "overridden", "content/emoji", 3)

    assert [{"month": "2026-10", "held": 6, "overridden": None, "denied": 0}] == told.rule(
        "content/emoji"
    )["months"]
    assert [] == told.rule("content/hashtag")["months"]


def test_what_is_told_is_worked_out_once_a_minute_and_the_past_once_an_hour(told: Told) -> None:
    """However many ask; a new month is there as it begins."""
    told.acts("2026-11", "held", "", 5)
    told.rules.told()
    told.acts("2026-11", "held", "", 5, first=5)
    told.acts("2026-10", "held", "", 5)

    assert 5 == told.month("2026-11")["held"]
    told.seconds = 60.0
    assert (10, 0) == (told.month("2026-11")["held"], told.month("2026-10")["held"])
    told.seconds = 3_600.0
    assert 5 == told.month("2026-10")["held"]
    told.now, told.seconds = datetime(2026, 12, 1, 0, 0, tzinfo=UTC), 3_660.0
    assert (0, 10) == (told.month("2026-12")["held"], told.month("2026-11")["held"])


def test_without_rules_there_is_nothing_to_tell(kept: tuple[Store, Write]) -> None:
    """Until the first start."""
    with pytest.raises(RetryLaterError, match="first start"):
        Told(*kept).rules.told()


def test_sqlite_counts_by_the_index_alone(sqlite_path: Path, clock: ManualClock) -> None:
    """No row is read, and nothing is sorted."""
    SqliteJournal(sqlite_path, clock).close()

    connection = apsw.Connection(str(sqlite_path))
    plan = [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {QUERY}", YEAR)]
    connection.close()

    (step,) = plan
    assert "SEARCH act_outcomes USING COVERING INDEX act_outcomes_by_month" in step


def test_postgres_can_count_by_the_index_alone(postgres_server: Any) -> None:
    """Where it is forbidden to read whole tables, the index is enough."""
    places = (f"${number}" for number in count(1))
    statement = "".join(next(places) if sign == "?" else sign for sign in QUERY)

    with psycopg.connect(emptied_database(postgres_server)) as connection:
        connection.execute("SET enable_seqscan = off")
        connection.execute("SET enable_bitmapscan = off")
        connection.execute("SET plan_cache_mode = force_generic_plan")
        connection.execute(f"PREPARE asked AS {statement}".encode())
        lines = connection.execute(b"EXPLAIN EXECUTE asked ('2025-12', '2026-11')").fetchall()

    plan = " ".join(str(line[0]) for line in lines)
    assert "Index Only Scan using act_outcomes_by_month" in plan
