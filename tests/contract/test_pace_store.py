"""What every store says of an act's circumstances: what was said lately, by whom, how long it took.

Acts and cases are written as rows; what is asked of them is asked as the gate's facts are made.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any, Final

import apsw
import psycopg
import pytest

from services.policy.act import Act
from services.policy.circumstances import Circumstances, Pace, circumstances_of
from services.runtime.clock import DAY_MS, HOUR_MS, ManualClock
from services.runtime.effects import Key, Row
from services.runtime.errors import StateConflictError
from services.runtime.ports import Commit, Store
from services.store.pace_queries import CLOSED_CASES_MAX, PACE_QUERIES, PACE_ROWS_MAX, TEXTS_MAX
from services.store.postgres_pool import PostgresPool
from services.store.postgres_store import PostgresStore
from services.store.sqlite_journal import SqliteJournal
from tests.authority import authority_data
from tests.postgres_stores import emptied_database
from tests.unit.policy.samples import NOW_MS, act

MINUTE_MS: Final = 60_000
TEXT: Final = "The bins in Mill Lane will be emptied on Friday."
CASE: Final = {"team": "waste", "theme": "bins"}
INDEXES: Final = {
    "pace_of_account": "acts_by_account_time",
    "pace_of_author": "acts_by_author_time",
    "texts_of_conversation": "acts_by_conversation",
    "texts_of_account": "acts_by_account_time",
    "others_answering": "acts_by_post",
    "closed_cases_of": "cases_closed",
}

Write = Callable[[Mapping[Key, Row | None]], object]


class Town:
    """A store with acts and cases in it, and what goes on around one act of ines."""

    def __init__(self, store: Store, write: Write) -> None:
        self.store = store
        self.write = write

    def say(self, act_id: str, ago_ms: int, **values: Any) -> None:
        """Keep an act of somebody that was proposed some time ago."""
        at_ms = NOW_MS - ago_ms
        plain: dict[str, Any] = {"text": TEXT, "drafted_at_ms": at_ms, "proposed_at_ms": at_ms}
        plain |= {"state": "sending", "case_id": "case-9", "post_id": "post-9"}
        row = {**act(**plain).row(), "author_id": "ivor-id", **values}
        self.write({Key("acts", act_id): row})

    def close(self, case_id: str, took_ms: int, ago_ms: int = HOUR_MS, **values: Any) -> None:
        """Keep a case that was closed some time ago."""
        closed = NOW_MS - ago_ms
        times = {"opened_at_ms": closed - took_ms, "closed_at_ms": closed}
        row = {**CASE, **times, "state": "closed", "outcome": "answered", **values}
        self.write({Key("cases", case_id): row})

    def around(
        self, of: Act | None = None, case: Row | None = CASE, **figures: Any
    ) -> Circumstances:
        """Return what goes on around an act that is just being written."""
        about = of or act(text=TEXT, conversation_id="talk-1")
        return circumstances_of(self.store, about, case, NOW_MS, authority_data(**figures))


@pytest.fixture(params=["sqlite", "postgres"])
def town(request: pytest.FixtureRequest, sqlite_path: Path, clock: ManualClock) -> Iterator[Town]:
    """A town in an empty store of each kind."""
    if request.param == "sqlite":
        journal = SqliteJournal(sqlite_path, clock)
        yield Town(journal.store, lambda writes: journal.commit(Commit(writes=writes)).result())
        journal.close()
        return
    pool = PostgresPool(emptied_database(request.getfixturevalue("postgres_server")), 1)
    store = PostgresStore(pool)
    yield Town(store, store.apply)
    pool.close()


def test_where_nothing_was_said_nothing_goes_on(town: Town) -> None:
    """A quiet town has quiet circumstances."""
    assert Circumstances() == town.around()


def test_the_pace_counts_an_hour_and_a_day_of_the_account_and_of_the_author(town: Town) -> None:
    """What others said as the account is its own; what the author said elsewhere is theirs."""
    town.say("a1", 5 * MINUTE_MS)
    town.say("a2", 3 * HOUR_MS, author_id="ines-id")
    town.say("a3", 2 * MINUTE_MS, author_id="ines-id", account="library")
    town.say("a4", DAY_MS + 1)

    around = town.around()

    assert Pace(last_hour=1, last_day=2, seconds_since_last=300) == around.account_pace
    assert Pace(last_hour=1, last_day=2, seconds_since_last=120) == around.author_pace


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        ({"state": "held"}, True),
        ({"state": "approved"}, True),
        ({"state": "sending"}, True),
        ({"kind": "block", "target": "ann"}, True),
        ({"kind": "unblock", "target": "ann"}, False),
        ({"kind": "unhide", "target": "p1"}, False),
        ({"state": "draft", "proposed_at_ms": None}, False),
        ({"state": "denied"}, False),
        ({"state": "void"}, False),
        ({"state": "withdrawn"}, False),
        ({"proposed_at_ms": NOW_MS - HOUR_MS}, False),
        ({"proposed_at_ms": NOW_MS - HOUR_MS + 1}, True),
        ({"proposed_at_ms": NOW_MS}, True),
        ({"proposed_at_ms": NOW_MS + 1}, False),
    ],
)
def test_what_was_asked_for_and_not_refused_counts_for_an_hour(
    town: Town, values: dict[str, Any], *, counts: bool
) -> None:
    """To the millisecond, whatever became of it since, if it may still be read by anybody."""
    town.say("a1", MINUTE_MS, **values)

    assert int(counts) == town.around().account_pace.last_hour


def test_before_what_takes_something_back_nothing_counts(town: Town) -> None:
    """A handover may have much to take back at once, all of it bounded when it was done."""
    for number in range(40):
        town.say(f"a{number}", MINUTE_MS)

    undo = act(kind="unblock", target="ann", text="")

    assert Pace() == town.around(undo).account_pace == town.around(undo).author_pace
    assert 40 == town.around().account_pace.last_hour


def test_an_act_never_counts_itself_nor_what_was_asked_for_after_it(town: Town) -> None:
    """Or an act that fitted its quota would be stopped at its sending by those behind it."""
    town.say("act-1", 10 * MINUTE_MS)
    town.say("before", 11 * MINUTE_MS)
    town.say("after", 9 * MINUTE_MS)
    placed = act(text=TEXT, state="approved", proposed_at_ms=NOW_MS - 10 * MINUTE_MS)

    pace = town.around(placed).account_pace

    assert Pace(last_hour=1, last_day=1, seconds_since_last=60) == pace


def test_counting_ends_where_no_quota_is(town: Town) -> None:
    """So that no account, however loud, makes a verdict slow."""
    row = act(text=TEXT, state="sending", proposed_at_ms=NOW_MS - 1).row()
    town.write({Key("acts", f"a{number}"): row for number in range(PACE_ROWS_MAX + 50)})

    assert PACE_ROWS_MAX == town.around().account_pace.last_hour
    assert TEXTS_MAX == town.around().same_in_account


@pytest.mark.parametrize(
    ("ago_ms", "values", "expected"),
    [
        (MINUTE_MS, {"conversation_id": "talk-1"}, (1, 1)),
        (2 * HOUR_MS, {"conversation_id": "talk-1"}, (1, 0)),
        (8 * DAY_MS, {"conversation_id": "talk-1"}, (0, 0)),
        (MINUTE_MS, {"conversation_id": "talk-2"}, (0, 1)),
        (MINUTE_MS, {"conversation_id": "talk-1", "account": "library"}, (0, 0)),
        (MINUTE_MS, {"conversation_id": "talk-1", "state": "withdrawn"}, (0, 0)),
        (MINUTE_MS, {"conversation_id": "talk-1", "text": TEXT.upper()}, (1, 1)),
        (MINUTE_MS, {"conversation_id": "talk-1", "text": "It is on Friday instead."}, (0, 0)),
        (MINUTE_MS, {"conversation_id": "talk-1", "text": ""}, (0, 0)),
    ],
)
def test_the_same_thing_just_said_is_known(
    town: Town, ago_ms: int, values: dict[str, Any], expected: tuple[int, int]
) -> None:
    """In the conversation for some days, as the account for an hour, whatever its dress."""
    town.say("a1", ago_ms, **values)

    around = town.around()

    assert expected == (around.same_in_conversation, around.same_in_account)


def test_a_word_of_thanks_is_never_too_much_of_the_same(town: Town) -> None:
    """Short texts are alike by their nature."""
    town.say("a1", MINUTE_MS, conversation_id="talk-1", text="Thank you for this.")
    thanks = act(text="Thank you for this.", conversation_id="talk-1")

    assert 0 == town.around(thanks).same_in_conversation
    assert 1 == town.around(thanks, same_text__words_min=4).same_in_conversation


@pytest.mark.parametrize(
    ("ago_ms", "values", "others"),
    [
        (MINUTE_MS, {"case_id": "case-1", "state": "draft", "proposed_at_ms": None}, 1),
        (MINUTE_MS, {"post_id": "post-1", "state": "held"}, 1),
        (MINUTE_MS, {"case_id": "case-1", "post_id": "post-1"}, 1),
        (14 * MINUTE_MS, {"case_id": "case-1"}, 1),
        (15 * MINUTE_MS, {"case_id": "case-1"}, 0),
        (MINUTE_MS, {"case_id": "case-1", "author_id": "ines-id"}, 0),
        (MINUTE_MS, {"case_id": "case-1", "state": "withdrawn"}, 0),
        (MINUTE_MS, {"case_id": "case-2"}, 0),
        (-MINUTE_MS, {"case_id": "case-1", "state": "held"}, 0),
        (-MINUTE_MS, {"case_id": "case-1", "state": "sending"}, 1),
        (0, {"case_id": "case-1", "state": "held"}, 1),
    ],
)
def test_somebody_else_answering_is_known(
    town: Town, ago_ms: int, values: dict[str, Any], others: int
) -> None:
    """Whoever began before on the case or the post, and whoever's answer is on its way."""
    town.say("act-0", ago_ms, **values)

    assert others == town.around().others_answering


def test_of_two_who_begin_together_one_alone_waits(town: Town) -> None:
    """Or each would wait for the other."""
    town.say("act-2", 0, case_id="case-1", state="held")

    assert 0 == town.around().others_answering


def test_what_is_about_no_post_has_nobody_beside_it(town: Town) -> None:
    """Posts of their own are no answers."""
    town.say("a1", MINUTE_MS, case_id=None, post_id=None)

    assert 0 == town.around(act(post_id=None, case_id=None)).others_answering


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([1], (1, 1)),
        ([1, 2, 3, 4, 9], (5, 4)),
        ([1, 1, 1, 1, 1, 1, 1, 9, 9, 9], (10, 9)),
        ([0.1, 0.2, 0.3], (3, 1)),
        ([2.01], (1, 3)),
    ],
)
def test_four_of_five_closed_cases_say_how_long_it_takes(
    town: Town, days: list[float], expected: tuple[int, int]
) -> None:
    """In whole days, a begun one counted."""
    for number, took in enumerate(days):
        town.close(f"c{number}", round(took * DAY_MS))

    around = town.around()

    assert expected == (around.closed_cases, around.closed_days_p80)


@pytest.mark.parametrize(
    "values",
    [
        {"team": "parks"},
        {"theme": "trees"},
        {"outcome": "merged"},
        {"outcome": "not-ours"},
        {"outcome": None, "closed_at_ms": None, "state": "open"},
        {"ago_ms": 90 * DAY_MS},
    ],
)
def test_other_cases_are_no_evidence(town: Town, values: dict[str, Any]) -> None:
    """Of another team or theme, open, old, or closed without an answer."""
    town.close("c1", DAY_MS, **values)

    assert 0 == town.around().closed_cases


@pytest.mark.parametrize("case", [None, {"team": "waste", "theme": None}])
def test_without_a_theme_there_is_nothing_to_measure_by(town: Town, case: Row | None) -> None:
    """Nobody's cases are everybody's."""
    town.close("c1", DAY_MS)

    assert 0 == town.around(case=case).closed_cases


def test_no_more_cases_are_read_than_it_takes(town: Town) -> None:
    """The latest say enough."""
    for number in range(CLOSED_CASES_MAX + 20):
        town.close(f"c{number}", DAY_MS, HOUR_MS + number)

    assert CLOSED_CASES_MAX == town.around().closed_cases


@pytest.mark.parametrize(
    "row",
    [
        {"state": "agreed", "agreed_by": "greta-id", "one_officer": 0},
        {"state": "agreed", "agreed_by": None},
        {"state": "done"},
        {"asked_by": None},
    ],
)
def test_the_database_itself_refuses_a_mode_changed_by_one(town: Town, row: dict[str, Any]) -> None:
    """The last line behind the desk."""
    plain: Row = {"mode": "normal", "state": "asked", "asked_by": "greta-id", "version": 1}

    with pytest.raises(StateConflictError):
        town.write({Key("mode_changes", "town"): {**plain, **row}})


@pytest.mark.parametrize("query", INDEXES)
def test_sqlite_answers_by_an_index(sqlite_path: Path, clock: ManualClock, query: str) -> None:
    """No search of a verdict reads a table from end to end."""
    SqliteJournal(sqlite_path, clock).close()
    statement = PACE_QUERIES[query]

    connection = apsw.Connection(str(sqlite_path))
    plan = " ".join(
        str(row[3])
        for row in connection.execute(
            f"EXPLAIN QUERY PLAN {statement}", ("",) * statement.count("?")
        )
    )
    connection.close()

    assert INDEXES[query] in plan
    assert "SCAN acts" not in plan
    assert "SCAN cases" not in plan


@pytest.mark.parametrize("query", INDEXES)
def test_postgres_can_answer_by_an_index(postgres_server: Any, query: str) -> None:
    """Where it is forbidden to read whole tables, it has an index for each search."""
    places = (f"${number}" for number in count(1))
    statement = "".join(next(places) if sign == "?" else sign for sign in PACE_QUERIES[query])

    with psycopg.connect(emptied_database(postgres_server)) as connection:
        connection.execute("SET enable_seqscan = off")
        connection.execute("SET plan_cache_mode = force_generic_plan")
        connection.execute(f"PREPARE asked AS {statement}".encode())
        given = ", ".join(["NULL"] * PACE_QUERIES[query].count("?"))
        lines = connection.execute(f"EXPLAIN EXECUTE asked ({given})".encode()).fetchall()

    plan = " ".join(str(line[0]) for line in lines)
    assert "Index" in plan
    assert "Seq Scan" not in plan
