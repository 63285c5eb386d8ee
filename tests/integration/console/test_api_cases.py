"""Inbox, cases and conversations by the API, and what may be done with a case."""

from typing import Any

import pytest

from services.runtime.errors import RejectError
from tests.integration.console.api_calls import ask, problem_of
from tests.integration.console.api_cases_rows import fill
from tests.integration.console.console_parts import FakeMercat

WHY = {"why": "So it was agreed."}


@pytest.fixture
def mercat() -> FakeMercat:
    """A console over three cases of one team, the first of them late."""
    made = FakeMercat()
    fill(made.store)
    return made


def test_an_inbox_comes_page_by_page_what_is_due_first_on_top(mercat: FakeMercat) -> None:
    """Each case is there once, with its first words and whether it is late."""
    first = ask(mercat, "ann", "GET", "/inbox/waste?limit=2").json()
    second = ask(mercat, "ann", "GET", first["next"].removeprefix("/api/v1")).json()

    items = first["items"] + second["items"]
    assert [("c1", True), ("c2", False), ("c3", False)] == [
        (item["id"], item["overdue"]) for item in items
    ]
    assert "The bins were not emptied." == items[0]["text"]
    assert second["next"] is None


@pytest.mark.parametrize(
    "path", ["/inbox/nobody", "/cases/c9", "/conversations/v9", "/acts/a9", "/people/nobody"]
)
def test_what_is_not_there_is_told(mercat: FakeMercat, path: str) -> None:
    """A slip in a name is a sentence, not an empty page."""
    assert 404 == problem_of(ask(mercat, "gil", "GET", path))[0]


def test_a_case_is_shown_with_its_posts_and_acts(mercat: FakeMercat) -> None:
    """Whoever takes it up sees what was said and what is being answered."""
    ask(mercat, "ann", "POST", "/cases/c1/answer", {"text": "On Tuesday."})

    told = ask(mercat, "bob", "GET", "/cases/c1").json()

    assert ("c1", "open") == (told["case"]["id"], told["case"]["state"])
    assert ["p1"] == [post["id"] for post in told["posts"]]
    assert ["held"] == [act["state"] for act in told["acts"]]


def test_a_case_is_shown_with_what_was_merged_into_it(mercat: FakeMercat) -> None:
    """It is due when the first of them is, and says what else it answers."""
    fill(mercat.store, merged=1)

    told = ask(mercat, "ann", "GET", "/cases/c3").json()

    (merged,) = told["merged"]
    assert ("c1", "c3", "waste") == tuple(merged[name] for name in ("id", "merged_into", "team"))
    assert (merged["deadline"], True) == (told["case"]["deadline"], told["case"]["overdue"])


def test_a_conversation_is_shown_with_its_cases_and_posts(mercat: FakeMercat) -> None:
    """All that was said in it, and the work it came to."""
    told = ask(mercat, "ann", "GET", "/conversations/v2").json()

    assert ("v2", "waste") == (told["id"], told["team"])
    assert (["c2"], ["p2"]) == tuple(
        [each["id"] for each in told[name]] for name in ("cases", "posts")
    )


def test_an_answer_is_drafted_and_proposed_at_once(mercat: FakeMercat) -> None:
    """The case comes from the path, the words from the body."""
    answer = ask(mercat, "ann", "POST", "/cases/c1/answer", {"text": "On Tuesday."})

    assert (201, "held", "c1") == (
        answer.status_code,
        answer.json()["state"],
        answer.json()["case_id"],
    )


VERBS = [
    ("close", {"outcome": "answered"}, {"case": "c1", "outcome": "answered"}),
    ("reopen", {}, {"case": "c1"}),
    ("merge", {"into": "c2"}, {"case": "c1", "into": "c2"}),
    ("split", {"posts": ["p1"]}, {"case": "c1", "posts": ["p1"]}),
    ("reroute", {"team": "roads"}, {"post": "c1", "team": "roads"}),
]


@pytest.mark.parametrize(("verb", "body", "wanted"), VERBS)
def test_a_case_is_changed_by_who_asks_and_why(
    mercat: FakeMercat, verb: str, body: dict[str, Any], wanted: dict[str, Any]
) -> None:
    """The verb reaches listening with the login and the reason."""
    answer = ask(mercat, "ann", "POST", f"/cases/c1/{verb}", {**body, **WHY})

    assert (200, f"{verb} done.") == (answer.status_code, answer.json()["sentence"])
    expected = {**wanted, "reason": WHY["why"], "requested_by": "ann"}
    assert [(verb, expected)] == mercat.commands.ordered
    assert [("ann", "token")] == [
        (each.login, each.signed_in_by) for each in mercat.commands.actors
    ]


@pytest.mark.parametrize(("verb", "body", "wanted"), VERBS)
@pytest.mark.parametrize(("login", "path", "status"), [("aud", "c1", 403), ("ann", "c9", 404)])
def test_a_case_is_not_changed_by_others_or_where_there_is_none(
    mercat: FakeMercat,
    login: str,
    path: str,
    status: int,
    verb: str,
    body: dict[str, Any],
    wanted: dict[str, Any],
) -> None:
    """An auditor looks and does not touch, and a slip in an id is told."""
    del wanted

    answer = ask(mercat, login, "POST", f"/cases/{path}/{verb}", {**body, **WHY})

    assert status == problem_of(answer)[0]
    assert [] == mercat.commands.ordered


def test_a_case_is_changed_once_for_each_key(mercat: FakeMercat) -> None:
    """A repeat gets the first answer; another request under that key is refused."""
    body = {"outcome": "answered", **WHY}
    answers = [
        ask(mercat, "ann", "POST", "/cases/c1/close", body, key="k-1").json() for _ in range(2)
    ]
    other = ask(mercat, "ann", "POST", "/cases/c2/close", body, key="k-1")

    assert answers[0] == answers[1]
    assert 1 == len(mercat.commands.ordered)
    assert 422 == problem_of(other)[0]


def test_what_route_refuses_is_told_in_its_words(mercat: FakeMercat) -> None:
    """The caller reads why it cannot be."""
    mercat.commands.fails = RejectError("This case is closed already.")

    answer = ask(mercat, "ann", "POST", "/cases/c1/close", {"outcome": "answered", **WHY})

    assert (422, "This case is closed already.") == problem_of(answer)


@pytest.mark.parametrize("body", [{}, {"why": "no"}, {"why": "A reason", "outcome": "forgotten"}])
def test_a_case_is_not_closed_without_a_reason_and_an_outcome(
    mercat: FakeMercat, body: dict[str, Any]
) -> None:
    """What is kept for ever is asked for before anything is done."""
    assert 422 == problem_of(ask(mercat, "ann", "POST", "/cases/c1/close", body))[0]
