"""What came in and how soon it was answered, worked out by hand."""

from datetime import date

import pytest

from services.monthly.answer_times import AnswerTimes, state_of
from services.monthly.volumes import Volumes
from services.runtime.clock import HOUR_MS
from services.runtime.effects import Row, Value

NOW_MS = 1_000 * HOUR_MS


def case(**values: Value) -> Row:
    """Return a case opened at hour 0 and due at hour 10."""
    row: Row = {
        "id": "case",
        "team": "waste",
        "state": "open",
        "outcome": None,
        "opened_at_ms": 0,
        "deadline_ms": 10 * HOUR_MS,
        "closed_at_ms": None,
        "source": "rows",
        "replied_at_ms": None,
    }
    return {**row, **values}


def test_posts_are_counted_by_day_source_and_team() -> None:
    """A day without posts stands there too; what is none of ours is a team of its own."""
    volumes = Volumes()
    volumes.add(
        date(2026, 10, 1),
        [
            {"source": "feed", "team": "waste", "sentiment": "negative", "posts": 3},
            {"source": "feed", "team": "none", "sentiment": "neutral", "posts": 1},
            {"source": "calls", "team": "waste", "sentiment": None, "posts": 2},
        ],
    )
    volumes.add(date(2026, 10, 2), [])

    told = volumes.told({"waste": "Waste"})

    assert 6 == told["posts"]
    assert [6, 0] == [day["posts"] for day in told["by_day"]]
    assert [("feed", 4), ("calls", 2)] == [
        (each["source"], each["posts"]) for each in told["by_source"]
    ]
    waste, others = told["by_team"]
    assert ("Waste", 5, 3, 2) == tuple(
        waste[each] for each in ("name", "posts", "negative", "unread")
    )
    assert ("None of ours", 1) == (others["name"], others["neutral"])


@pytest.mark.parametrize(
    ("state", "values"),
    [
        ("in_time", {"replied_at_ms": 10 * HOUR_MS}),
        ("late", {"replied_at_ms": 10 * HOUR_MS + 1}),
        ("in_time", {"state": "closed", "outcome": "answered", "closed_at_ms": HOUR_MS}),
        ("late", {"state": "closed", "outcome": "resolved-elsewhere", "closed_at_ms": NOW_MS}),
        ("overdue", {}),
        ("not_due", {"deadline_ms": NOW_MS}),
        ("needs_none", {"state": "closed", "outcome": "merged", "closed_at_ms": HOUR_MS}),
        ("closed_without", {"state": "closed", "closed_at_ms": HOUR_MS}),
    ],
)
def test_a_case_is_where_its_answer_and_deadline_put_it(state: str, values: Row) -> None:
    """A reply counts up to the deadline itself; what nobody answered is late once it is over."""
    assert state == state_of(case(**values), NOW_MS)


def test_the_first_reply_is_the_answer_also_where_the_case_was_closed_later() -> None:
    """Closing late does not make an answer late."""
    row = case(
        state="closed", outcome="answered", closed_at_ms=20 * HOUR_MS, replied_at_ms=2 * HOUR_MS
    )

    assert "in_time" == state_of(row, NOW_MS)


def test_what_nobody_answered_counts_against_the_promise() -> None:
    """Of 15 in time, 4 late and 1 overdue the share is 75 in 100; the rest is left out."""
    times = AnswerTimes(NOW_MS)
    times.add([case(replied_at_ms=hour * HOUR_MS / 2) for hour in range(1, 16)])
    times.add([case(replied_at_ms=20 * HOUR_MS)] * 4)
    times.add([case(), case(deadline_ms=NOW_MS), case(state="closed", outcome="duplicate")])
    times.add([case(team="roads")])

    told = times.told({"waste": "Waste"})

    waste, roads = told["by_team"]
    assert ("Waste", 22, 15, 4, 1, 1, 1) == tuple(
        waste[each]
        for each in ("name", "cases", "in_time", "late", "overdue", "not_due", "needs_none")
    )
    assert (15, 20, 0.75) == tuple(
        waste["within_promise"][each] for each in ("hits", "of", "share")
    )
    assert 19 == waste["hours_to_answer"]["count"]
    assert ("roads", 1, None) == (
        roads["name"],
        roads["overdue"],
        roads["within_promise"]["share"],
    )
    assert 21 == told["within_promise"]["of"]
