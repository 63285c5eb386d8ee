"""Handovers by the API: shown page by page, decided on, agreed to, and let go."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.console.app import create_app
from tests.handover_town import HandoverTown
from tests.integration.console.api_calls import problem_of
from tests.integration.console.console_parts import FakeMercat

NAMES = ("ann", "bea", "cem")


class Asking:
    """The API over a town in which a curator blocked three people."""

    def __init__(self, place: Path) -> None:
        self.town = HandoverTown(place)
        self.town.welcome(*NAMES)
        self.takeover_id = self.town.live_slot("block")
        for name in NAMES:
            self.town.done("curt", "block", name)
        self.town.end(self.takeover_id)
        self._mercat = FakeMercat()
        parts = replace(
            self._mercat.parts, desk=self.town.town.speaking.desk, store=self.town.town.store
        )
        self._mercat.app = create_app(parts)
        self._tokens = {
            login: str(self.town.do("issue-token", "", login=login, label="t")["token"])
            for login in ("dee", "bob", "gail", "otto")
        }

    def ask(
        self, who: str, method: str = "GET", verb: str = "", body: Any = None, **query: int
    ) -> httpx.Response:
        """Ask about the handover, as somebody."""
        path = f"/api/v1/takeovers/{self.takeover_id}/handover{verb}"
        given: dict[str, Any] = {"params": query} if query else {}
        if body is not None:
            given["json"] = body
        headers = {"Authorization": f"Bearer {self._tokens[who]}"}
        return self._mercat.ask(method, path, headers=headers, **given)


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Asking]:
    """The API over such a town."""
    made = Asking(tmp_path)
    yield made
    made.town.town.stop()


def test_a_handover_is_read_page_by_page(asking: Asking) -> None:
    """Every change stands once, in its place, with what would take it back."""
    first = asking.ask("otto", limit=2).json()
    second = asking.ask("otto", after=first["next"], limit=2).json()

    assert ("compared", False, 2) == (first["state"], first["is_settled"], first["next"])
    assert [*NAMES] == [item["target"] for item in [*first["items"], *second["items"]]]
    assert {"unblock"} == {item["undo"] for item in first["items"]}
    assert ({"block": 3}, {}) == (first["stood_after"], first["stood_before"])
    assert second.get("next") is None


def test_reverts_are_decided_agreed_to_and_carried_out(asking: Asking) -> None:
    """The digest that the decision answers is the one that is agreed to."""
    decision = {"decision": "revert", "kind": "block", "why": "no ground was given"}
    decided = asking.ask("dee", "POST", "/decide", decision).json()
    body = {"digest": decided["digest"], "why": "so it is"}
    stale = asking.ask("bob", "POST", "/agree", {**body, "digest": "0" * 32})
    agreed = asking.ask("bob", "POST", "/agree", body).json()
    asking.town.turn()

    shown = asking.ask("otto").json()
    assert (3, 3, 409) == (decided["decided"], agreed["agreed"], problem_of(stale)[0])
    assert (True, [], "bob") == (shown["is_settled"], shown["left"], shown["agreed_by"])
    assert {"sent"} == {item["sending_state"] for item in shown["items"]}


def test_what_nobody_may_or_what_makes_no_sense_is_refused(asking: Asking) -> None:
    """By role, in the words of the request, and where there is no handover."""
    decision = {"decision": "keep", "why": "it is fine"}

    assert 403 == problem_of(asking.ask("bob", "POST", "/decide", decision))[0]
    assert 422 == problem_of(asking.ask("dee", "POST", "/decide", {"decision": "keep"}))[0]
    assert 422 == problem_of(asking.ask("dee", "POST", "/decide", {**decision, "kind": "x"}))[0]
    assert 422 == problem_of(asking.ask("bob", "POST", "/agree", {"digest": "short"}))[0]
    asking.takeover_id = "nowhere"
    assert 404 == problem_of(asking.ask("bob"))[0]


def test_two_people_let_a_handover_go(asking: Asking) -> None:
    """Whoever asks first is shown, and the second ends it."""
    body = {"why": "the next one waits"}
    first = asking.ask("dee", "POST", "/override", body).json()
    second = asking.ask("gail", "POST", "/override", body).json()

    shown = asking.ask("otto").json()
    assert ("compared", "overridden") == (first["state"], second["state"])
    assert ("dee", "gail") == (shown["override_asked_by"], shown["overridden_by"])
