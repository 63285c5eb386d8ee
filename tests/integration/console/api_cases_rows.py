"""Cases and posts as the API's store holds them in tests: one open case of three in a team."""

from typing import Any, Final

from services.runtime.clock import to_epoch_ms
from services.runtime.effects import Row, Value
from tests.fakes import MOMENT
from tests.integration.console.console_parts import FakeStore

AT_MS: Final = to_epoch_ms(MOMENT)


def case_row(number: int) -> Row:
    """Return the n-th case, due n hours after the moment, less two."""
    return {
        "id": f"c{number}",
        "conversation_id": f"v{number}",
        "team": "waste",
        "theme": "missed-bins",
        "priority": "normal",
        "state": "open",
        "outcome": None,
        "opened_at_ms": AT_MS,
        "latest_at_ms": AT_MS,
        "deadline_ms": AT_MS + (number - 2) * 3_600_000,
        "closed_at_ms": None,
        "posts_live": 1,
        "posts_total": 1,
        "first_post_id": f"p{number}",
        "case_before": None,
        "merged_into": None,
        "split_from": None,
    }


def post_row(number: int) -> Row:
    """Return the n-th case's post."""
    return {
        "id": f"p{number}",
        "conversation_id": f"v{number}",
        "case_id": f"c{number}",
        "team": "waste",
        "state": "live",
        "source": "rows",
        "native_id": str(number),
        "channel": "platform",
        "author": "@ann@social.example",
        "text": "The bins were not emptied.",
        "posted_at_ms": AT_MS,
        "received_at_ms": AT_MS,
        "deadline_ms": AT_MS,
        "revision": "1",
    }


def fill(store: FakeStore, numbers: range = range(1, 4), merged: int | None = None) -> None:
    """Have a store answer the API's searches with these cases; one may be merged into the last."""
    cases, posts = [case_row(number) for number in numbers], [post_row(n) for n in numbers]
    closed = {"state": "closed", "outcome": "merged", "merged_into": cases[-1]["id"]}
    cases = [{**case, **closed} if case["id"] == f"c{merged}" else case for case in cases]
    conversations: list[Row] = [
        {"id": case["conversation_id"], "team": "waste", "theme": None} for case in cases
    ]
    store.answers |= {
        "inbox_after": lambda given: _behind(cases, *given),
        "case": lambda given: _named(cases, "id", given[0]),
        "merged_cases": lambda given: _named(cases, "merged_into", given[0]),
        "case_posts": lambda given: _named(posts, "case_id", given[0]),
        "conversation": lambda given: _named(conversations, "id", given[0]),
        "conversation_cases": lambda given: _named(cases, "conversation_id", given[0]),
        "conversation_posts": lambda given: _named(posts, "conversation_id", given[0]),
    }


def _behind(cases: list[Row], team: Value, deadline_ms: Value, case_id: Value, limit: Any) -> Any:
    later = [
        {**case, "text": "The bins were not emptied.", "channel": "platform"}
        for case in cases
        if case["team"] == team and (case["deadline_ms"], case["id"]) > (deadline_ms, case_id)
    ]
    return later[:limit]


def _named(rows: list[Row], name: str, value: Value) -> list[Row]:
    return [row for row in rows if row[name] == value]
