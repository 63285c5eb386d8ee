"""What every store says of a month: its posts, cases, calls, acts, consents and writing times."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import apsw
import psycopg
import pytest

from schemas.envelope import timed_id
from services.monthly import reading
from services.monthly.period import Period, period_of
from services.monthly.reading import Scope, month_figures
from services.policy.slot_report import (
    Happened,
    made_row,
    numbers_of,
    report_key,
    slot_of_takeover,
)
from services.runtime.clock import DAY_MS, HOUR_MS, ManualClock, to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.ports import Commit, Store
from services.store.month_queries import MONTH_QUERIES
from services.store.postgres_pool import PostgresPool
from services.store.postgres_store import PostgresStore
from services.store.sqlite_journal import SqliteJournal
from tests.postgres_stores import emptied_database
from tests.unit.policy.takeover_samples import takeover

Write = Callable[[Mapping[Key, Row | None]], object]
PERIOD: Final[Period] = period_of("2026-10", datetime(2026, 12, 24, tzinfo=UTC), ZoneInfo("UTC"))
FIRST_MS: Final = PERIOD.since_ms
INDEXES: Final = {
    "month_posts": "posts",
    "month_cases": "cases",
    "month_posts_of": "posts",
    "month_acts": "acts_by_account_time",
    "month_replies": "acts_by_account_time",
    "month_approvals": "acts_by_account_time",
}
"""What each search rests on: an index of its own, or the table's own order, by its name."""


class Month:
    """A store with a month in it."""

    def __init__(self, store: Store, write: Write) -> None:
        self.store = store
        self.write = write

    def post(self, name: str, day: float, **values: Any) -> None:
        """Keep a post that was said so many days after the month began, and a case of it."""
        moment = PERIOD.since + timedelta(days=day)
        at_ms = to_epoch_ms(moment)
        post_id, case_id = timed_id(moment, "post", name), timed_id(moment, "case", name)
        case = values.pop("case", {})
        post: Row = {"source": "feed", "team": "waste", "sentiment": "neutral", "state": "live"}
        times: Row = {"posted_at_ms": at_ms, "received_at_ms": at_ms}
        opened: Row = {"first_post_id": post_id, "opened_at_ms": at_ms, "state": "open"}
        kept: Row = {"team": "waste", **opened, "deadline_ms": at_ms + DAY_MS}
        self.write(
            {
                Key("posts", post_id): {**post, **times, "case_id": case_id, **values},
                Key("cases", case_id): {**kept, **case},
            }
        )

    def act(self, act_id: str, after_ms: int, sending: str | None = None, **values: Any) -> None:
        """Keep an act that was proposed so long after the month began, and its sending."""
        at_ms = FIRST_MS + after_ms
        row: Row = {"account": "town", "kind": "reply", "state": "sending", "version": 1}
        times: Row = {"drafted_at_ms": at_ms - 120_000, "proposed_at_ms": at_ms}
        rows: dict[Key, Row | None] = {Key("acts", act_id): {**row, **times, **values}}
        if sending is not None:
            sent: Row = {"account": "town", "state": sending, "ended_at_ms": at_ms + HOUR_MS}
            rows[Key("sendings", act_id)] = {**sent, "remote_id": f"r-{act_id}", "version": 1}
        self.write(rows)

    def figures(self, **values: Any) -> dict[str, Any]:
        """Return the month's figures, seen long after it."""
        now_ms = PERIOD.until_ms + 60 * DAY_MS
        scope = Scope(body="Town", period=PERIOD, now_ms=now_ms, **values)
        return month_figures(self.store, scope)


def case_of(name: str, day: float) -> str:
    """Return the id of a post's case."""
    return timed_id(PERIOD.since + timedelta(days=day), "case", name)


@pytest.fixture(params=["sqlite", "postgres"])
def month(request: pytest.FixtureRequest, sqlite_path: Path, clock: ManualClock) -> Iterator[Month]:
    """An empty store of each kind, with the account of a town."""
    account: dict[Key, Row | None] = {
        Key("accounts", "town"): {"name": "The Town", "mode": "normal", "version": 1}
    }
    if request.param == "sqlite":
        journal = SqliteJournal(sqlite_path, clock, synchronous="OFF")
        made = Month(journal.store, lambda writes: journal.commit(Commit(writes=writes)).result())
        made.write(account)
        yield made
        journal.close()
        return
    pool = PostgresPool(emptied_database(request.getfixturevalue("postgres_server")), 1)
    store = PostgresStore(pool)
    store.apply(account)
    yield Month(store, store.apply)
    pool.close()


def test_posts_and_cases_belong_to_the_month_in_which_they_were_said(month: Month) -> None:
    """From its first second to its last, day by day."""
    for name, day in (("before", -0.001), ("first", 0), ("last", 30.999), ("after", 31)):
        month.post(name, day)

    figures = month.figures()

    days = {day["day"]: day["posts"] for day in figures["volumes"]["by_day"] if day["posts"]}
    assert {"2026-10-01": 1, "2026-10-31": 1} == days
    assert 2 == figures["answers"]["cases"]


def test_a_case_is_answered_by_its_first_reply_that_went_out(month: Month) -> None:
    """Not by what was refused or never came there, what is no reply, or answers another case."""
    month.post("a", 1)
    case_id = case_of("a", 1)
    month.act("refused", DAY_MS, "refused", case_id=case_id)
    month.act("hidden", DAY_MS, "sent", case_id=case_id, kind="hide")
    month.act("never there", DAY_MS, "reconciled", case_id=case_id)
    month.write(
        {
            Key("sendings", "never there"): {
                "account": "town",
                "state": "reconciled",
                "ended_at_ms": FIRST_MS + DAY_MS,
                "settled_by": "reading-back",
                "version": 1,
            }
        }
    )
    month.act("other", DAY_MS, "sent", case_id=case_of("b", 2))
    unanswered = month.figures()["answers"]

    month.act("late", 5 * DAY_MS, "sent", case_id=case_id)
    late = month.figures()["answers"]
    month.act("first", DAY_MS + HOUR_MS, "reconciled", case_id=case_id)
    in_time = month.figures()["answers"]

    assert (1, 1, 1) == (unanswered["overdue"], late["late"], in_time["in_time"])


def test_a_call_is_found_through_the_case_that_its_own_was_merged_into(month: Month) -> None:
    """Also one of the month after; a post of another source is no call."""
    answered = {"state": "closed", "outcome": "answered", "closed_at_ms": FIRST_MS + 30 * DAY_MS}
    for name, day in (("rang", 29), ("rang not", 29.1), ("wrote again", 29.2)):
        month.post(name, day, case=answered)
        month.act(name, round(29.5 * DAY_MS), "sent", case_id=case_of(name, day))
    into = {"state": "closed", "outcome": "merged", "closed_at_ms": FIRST_MS + 39 * DAY_MS}
    month.post("call", 38, source="calls", case={**into, "merged_into": case_of("rang", 29)})
    again = {**into, "merged_into": case_of("wrote again", 29.2)}
    month.post("feed", 38, source="feed", case=again)
    month.post("early call", 3, source="calls")

    calls = month.figures(contact_logs=["calls"])["calls"]

    assert (3, 1, 1) == (calls["answered_in_public"], calls["a_call_followed"], calls["calls"])


def test_acts_consents_and_writing_count_where_they_were_proposed_in_the_month(
    month: Month,
) -> None:
    """Of this account alone; what was drafted and never proposed counts nowhere."""
    month.act("a", 0, "sent")
    month.act("b", 1, "sent", kind="statement")
    month.act("c", 2, state="held")
    month.act("before", -1, "sent")
    month.act("after", PERIOD.until_ms - FIRST_MS, "sent")
    month.act("other", 0, "sent", account="library")
    month.act("draft", 0, proposed_at_ms=None, state="draft")
    consent: Row = {"author_id": "ann", "approver_id": "bob", "state": "valid", "version": 1}
    for act_id in ("a", "before"):
        row = {**consent, "act_id": act_id, "approved_at_ms": FIRST_MS + 60_000}
        month.write({Key("approvals", f"of {act_id}"): row})

    speaking = month.figures()["speaking"]

    assert [("The Town", 3, 2, 1)] == [
        (each["name"], each["proposed"], each["sent"], each["replies_sent"])
        for each in speaking["by_account"]
    ]
    assert 1 == speaking["approval_minutes"]["count"]
    assert 2 == speaking["writing_minutes"]["count"]


def test_takeovers_belong_to_the_month_in_which_they_end(month: Month) -> None:
    """One that only began in it counts in the next, one without a report is told as such."""
    whose: dict[str, Any] = {"grant_id": "g", "curator_id": "curt-id", "outcome": "completed"}
    slots = {
        "before": (FIRST_MS - HOUR_MS, FIRST_MS - 1),
        "into it": (FIRST_MS - HOUR_MS, FIRST_MS),
        "last": (FIRST_MS, PERIOD.until_ms - 1),
        "out of it": (PERIOD.until_ms - HOUR_MS, PERIOD.until_ms),
        "unreported": (FIRST_MS, FIRST_MS + HOUR_MS),
    }
    numbers = numbers_of(Happened())
    for name, (starts_at_ms, ends_at_ms) in slots.items():
        times = {"starts_at_ms": starts_at_ms, "ends_at_ms": ends_at_ms}
        made = takeover("closed", id=name, closed_at_ms=ends_at_ms, **times, **whose)
        slot = slot_of_takeover(made)
        month.write({made.key: made.row()})
        if name != "unreported":
            row = made_row(slot, numbers, None, ends_at_ms, is_final=True)
            month.write({report_key(name): row})

    takeovers = month.figures()["takeovers"]

    assert (2, 1) == (takeovers["slots"], takeovers["without_report"])


def test_a_month_is_the_same_however_small_the_pages_are(
    month: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where several acts were proposed in one millisecond."""
    for number in range(25):
        month.post(f"post {number}", 4 + number / 100)
        month.act(
            f"act {number}",
            number // 10,
            "sent",
            case_id=case_of(f"post {number}", 4 + number / 100),
        )
        month.post(f"call {number}", 6 + number / 100, source="calls")
    whole = month.figures(contact_logs=["calls"])

    monkeypatch.setattr(reading, "PAGE_ROWS", 2)

    assert whole == month.figures(contact_logs=["calls"])
    assert (50, 25) == (whole["answers"]["cases"], whole["speaking"]["writing_minutes"]["count"])


@pytest.mark.parametrize("query", sorted(INDEXES))
def test_no_search_reads_a_whole_table(query: str, sqlite_path: Path, clock: ManualClock) -> None:
    """A year of posts must not be read to tell of a month."""
    SqliteJournal(sqlite_path, clock).close()
    connection = apsw.Connection(str(sqlite_path), flags=apsw.SQLITE_OPEN_READONLY)
    asked = MONTH_QUERIES[query]

    plan = connection.execute(f"EXPLAIN QUERY PLAN {asked}", ("0",) * asked.count("?")).fetchall()

    steps = [str(step[3]) for step in plan]
    assert not [step for step in steps if step.startswith("SCAN") and "SUBQUERY" not in step]
    assert any(step.startswith("SEARCH") and INDEXES[query] in step for step in steps)
    connection.close()


@pytest.mark.parametrize("query", sorted(INDEXES))
def test_no_search_reads_a_whole_table_in_postgres(query: str, postgres_server: str) -> None:
    """With scans of whole tables forbidden there, none is left in the plan."""
    address = emptied_database(postgres_server)
    asked = MONTH_QUERIES[query].replace("?", "%s")

    with psycopg.connect(address) as connection:
        connection.execute("SET enable_seqscan = off")
        plan = connection.execute(f"EXPLAIN {_typed(asked)}".encode()).fetchall()

    assert not [line for (line,) in plan if "Seq Scan" in line]


def _typed(asked: str) -> str:
    """Return a search with a plain value for each of its parameters, a number where one belongs."""
    text = asked
    for marked in ("proposed_at_ms >= %s", "proposed_at_ms < %s", "LIMIT %s", "> (%s,"):
        text = text.replace(marked, marked.replace("%s", "1"))
    return text.replace("%s", "'0'")
