"""The API's paths about rules: who may look, what is shown, and what is handed to the desk."""

from collections.abc import Mapping
from typing import Any

import pytest

from services.runtime.errors import FaultyRulesError
from tests.integration.console.console_parts import FakeMercat
from tests.integration.console.fake_rules import DIGEST, FILES


@pytest.fixture
def mercat() -> FakeMercat:
    """A Mercat with rules of its own."""
    return FakeMercat()


def ask(mercat: FakeMercat, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
    """Return what a governance officer is answered."""
    headers = {"Authorization": "Bearer gil token"}
    return mercat.ask(method, f"/api/v1{path}", json=body, headers=headers)


def test_the_rules_in_force_are_shown_with_their_files_where_asked_for(mercat: FakeMercat) -> None:
    """A page of a list needs no files; whoever begins a change does."""
    plain, whole = ask(mercat, "GET", "/rules"), ask(mercat, "GET", "/rules?files=all")

    assert (2, {}) == (plain.json()["number"], plain.json()["files"])
    assert FILES == whole.json()["files"]


def test_numbers_and_changes_come_in_pages_the_latest_first(mercat: FakeMercat) -> None:
    """The address of the next page leads on, and the last one has none."""
    for path, name, expected in (
        ("/rules/log", "number", [2, 1]),
        ("/rules/changes", "id", ["change-2", "change-1"]),
    ):
        first = ask(mercat, "GET", f"{path}?limit=1").json()
        second = ask(mercat, "GET", first["next"].removeprefix("/api/v1")).json()

        assert expected == [each[name] for each in (*first["items"], *second["items"])]
        assert second["next"] is None


def test_a_change_is_shown_with_all_that_is_agreed_to(mercat: FakeMercat) -> None:
    """Difference, rehearsal, consents and what a trial counted, under one digest."""
    shown = ask(mercat, "GET", "/rules/changes/change-1").json()

    assert (DIGEST, {"judged": 10}) == (shown["digest"], shown["rehearsal"])
    assert (3, 1) == (shown["shadow"]["asked"], shown["shadow"]["held"])
    assert ["yes"] == [each["why"] for each in shown["approvals"]]
    assert shown["shadow_until"].startswith("20")


def test_whoever_is_not_signed_in_sees_nothing(mercat: FakeMercat) -> None:
    """Rules hold phrases that tell how to get round them."""
    for path in ("/rules", "/rules/log", "/rules/changes", "/rules/changes/change-1"):
        assert 401 == mercat.ask("GET", f"/api/v1{path}").status_code


def test_a_set_of_rules_may_be_longer_than_other_bodies(mercat: FakeMercat) -> None:
    """A proposal holds every file; other paths keep their bound, and it has one, too."""
    files = {"data/claims.yaml": "#" * 400_000}
    body = {"title": "Long", "why": "as a test", "files": files}

    assert 413 != ask(mercat, "POST", "/rules/changes", body).status_code
    assert 413 == ask(mercat, "POST", "/halts", body).status_code
    many = {f"data/a{number}.yaml": "#" * 900_000 for number in range(6)}
    assert 413 == ask(mercat, "POST", "/rules/changes", body | {"files": many}).status_code


def test_each_fault_of_proposed_rules_stands_in_the_answer(mercat: FakeMercat) -> None:
    """The first is its sentence, and programs find all of them under their place."""
    faults = ("content/length/length.rego line 9: mend it.", "content/emoji: write a test.")
    mercat.desk.fails = FaultyRulesError(faults)
    body = {"title": "Bad", "why": "as a test", "files": FILES}

    answer = ask(mercat, "POST", "/rules/changes", body)

    assert (422, "application/problem+json") == (answer.status_code, answer.headers["content-type"])
    said = answer.json()
    assert said["detail"].startswith("content/length/length.rego line 9: mend it. (1 more)")
    assert [{"where": "body.files", "detail": each} for each in faults] == said["errors"]
