"""Accounts by the API: their modes, and how they are set."""

from services.runtime.effects import Key
from tests.integration.console.api_calls import ask, problem_of
from tests.integration.console.console_parts import FakeMercat

PATH = "/accounts/town/mode"


def test_a_mode_is_set_with_its_reason() -> None:
    """The answer and the list say how the account speaks now."""
    mercat = FakeMercat()

    answer = ask(mercat, "don", "POST", PATH, {"mode": "emergency", "why": "The river"})

    assert (200, "emergency") == (answer.status_code, answer.json()["mode"])
    (item,) = ask(mercat, "cat", "GET", "/accounts").json()["items"]
    assert ("town", "emergency", None) == (item["id"], item["mode"], item["mode_asked"])


def test_who_asks_for_another_mode_is_named_by_login() -> None:
    """Rows hold ids; people read logins."""
    mercat = FakeMercat()
    mercat.store.rows[Key("persons", "don-id")] = {"login": "don"}
    for mode in ("emergency", "normal"):
        ask(mercat, "don", "POST", PATH, {"mode": mode, "why": "The river"})

    (item,) = ask(mercat, "ann", "GET", "/accounts").json()["items"]

    assert ("normal", "don", "2026-03-02T09:00:00Z") == (
        item["mode_asked"],
        item["mode_asked_by"],
        item["mode_asked_at"],
    )


def test_what_is_no_mode_or_has_no_reason_is_refused() -> None:
    """In the words of the request, and by role."""
    mercat = FakeMercat()

    assert 422 == problem_of(ask(mercat, "don", "POST", PATH, {"mode": "on", "why": "Why"}))[0]
    assert 422 == problem_of(ask(mercat, "don", "POST", PATH, {"mode": "normal"}))[0]
    body = {"mode": "normal", "why": "Because"}
    assert 403 == problem_of(ask(mercat, "ann", "POST", PATH, body))[0]
    assert 404 == problem_of(ask(mercat, "don", "POST", "/accounts/other/mode", body))[0]
