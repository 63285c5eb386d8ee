"""Takeovers by the API: planned in the body's zone, moved by name, shown with logins and times."""

from typing import Any

import pytest

from services.console.api_takeovers import ENDING, MOVING
from services.policy.takeover_orders import TAKEOVER_VERBS
from services.runtime.clock import HOUR_MS, to_epoch_ms
from tests.fakes import MOMENT
from tests.integration.console.api_calls import ask, problem_of
from tests.integration.console.console_parts import FakeMercat
from tests.integration.console.fake_takeovers import TAKEOVER

PLAN: dict[str, Any] = {
    "account": "town",
    "title": "A week on the allotments",
    "duty_officer": "don",
    "starts": "2027-03-22T09:00",
    "days": 7,
}
ONE = "/takeovers/takeover-1"


def test_a_week_is_planned_by_the_hour_on_the_wall() -> None:
    """The desk gets instants: an hour fewer where the clocks go forward in that week."""
    mercat = FakeMercat()

    answer = ask(mercat, "gil", "POST", "/takeovers", PLAN)

    assert (201, "/api/v1/takeovers/takeover-1", "draft") == (
        answer.status_code,
        answer.headers["location"],
        answer.json()["state"],
    )
    (verb, order, _) = mercat.desk.asked[-1]
    assert ("takeover-plan", (7 * 24 - 1) * HOUR_MS) == (
        verb,
        order["ends_at_ms"] - order["starts_at_ms"],
    )


def test_a_slot_may_begin_now() -> None:
    """By the server's clock, whatever the caller's says."""
    mercat = FakeMercat()

    ask(mercat, "gil", "POST", "/takeovers", {**PLAN, "starts": "now"})

    assert to_epoch_ms(MOMENT) == mercat.desk.asked[-1][1]["starts_at_ms"]


@pytest.mark.parametrize(
    "values",
    [{"starts": "soon"}, {"days": None}, {"hours": 2}, {"starts": "9999-12-31T23:59"}],
)
def test_a_slot_that_cannot_be_read_is_refused(values: dict[str, Any]) -> None:
    """In a sentence that says how it is written."""
    assert 422 == problem_of(ask(FakeMercat(), "gil", "POST", "/takeovers", PLAN | values))[0]


def test_planning_takes_governance() -> None:
    """As every verb, it is refused by role at the desk."""
    assert 403 == problem_of(ask(FakeMercat(), "ann", "POST", "/takeovers", PLAN))[0]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/takeovers?account=town", 1),
        ("/takeovers?account=library", 0),
        ("/takeovers?state=live", 1),
        ("/takeovers?state=draft", 0),
        ("/takeovers?since=2027-01-01T00:00", 0),
        ("/takeovers?until=2020-01-01T00:00%2B00:00", 0),
    ],
)
def test_takeovers_are_found_by_account_time_and_state(path: str, found: int) -> None:
    """Whoever is signed in may look; times are in UTC."""
    items = ask(FakeMercat(), "aud", "GET", path).json()["items"]

    assert found == len(items)
    assert all(("cat", "2026-03-02T09:00:00Z") == (i["curator"], i["starts_at"]) for i in items)


def test_a_state_is_not_asked_for_together_with_a_time() -> None:
    """The two are different lists, and none is silently left out."""
    assert 422 == problem_of(ask(FakeMercat(), "aud", "GET", "/takeovers?state=live&since=now"))[0]


def test_one_is_shown_with_what_is_still_to_be_done() -> None:
    """And another is not found."""
    mercat = FakeMercat()

    shown = ask(mercat, "cat", "GET", ONE).json()

    assert (["practise"], TAKEOVER["title"], None) == (
        shown["steps_missing"],
        shown["title"],
        shown["waits"],
    )
    assert 404 == problem_of(ask(mercat, "cat", "GET", "/takeovers/other"))[0]


def test_the_terms_are_shown_with_their_version() -> None:
    """It is what a curator agrees to."""
    shown = ask(FakeMercat(), "cat", "GET", "/takeovers/terms").json()

    assert ("Be kind.", 12) == (shown["text"], len(shown["version"]))


@pytest.mark.parametrize(
    ("name", "body", "who"),
    [
        ("invite", {"login": "cat"}, "gil"),
        ("consent", {"terms_version": "abc"}, "cat"),
        ("practise", {"text": "Hello"}, "cat"),
        *((name, {}, "don") for name in MOVING),
        *((name, {"why": "as it must be"}, "don") for name in ENDING),
    ],
)
def test_every_move_has_a_path_of_its_name(name: str, body: dict[str, Any], who: str) -> None:
    """The desk gets the verb with what the body holds."""
    mercat = FakeMercat()

    answer = ask(mercat, who, "POST", f"{ONE}/{name}", body)

    assert (200, "takeover-1") == (answer.status_code, answer.json()["takeover_id"])
    (verb, order, _) = mercat.desk.asked[-1]
    assert (f"takeover-{name}", {**body, "takeover_id": "takeover-1"}) == (verb, order)


def test_no_verb_is_without_a_path() -> None:
    """What can be done by command can be done by the API; one step is made by signing in."""
    moves = {"plan", "invite", "consent", "practise", *MOVING, *ENDING, "second-factor"}

    assert set(TAKEOVER_VERBS) == {f"takeover-{name}" for name in moves}


@pytest.mark.parametrize("name", ENDING)
def test_what_ends_or_holds_says_why(name: str) -> None:
    """It stays on record."""
    assert 422 == problem_of(ask(FakeMercat(), "don", "POST", f"{ONE}/{name}", {}))[0]


def test_practice_answers_with_the_verdict() -> None:
    """Reason by reason, as advice does."""
    answer = ask(FakeMercat(), "cat", "POST", f"{ONE}/practise", {"text": "Hello"}).json()

    assert "allow" == answer["verdict"]["decision"]
