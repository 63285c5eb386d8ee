"""The API about bells: everybody's own inbox, page by page, and their own wishes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.console.app import create_app
from services.policy.tokens import token_digest
from services.runtime.clock import ManualClock
from tests.bell_rig import BellRig, bell_rig
from tests.integration.console.api_calls import problem_of
from tests.integration.console.console_parts import FakeMercat


class Place:
    """A console over a real desk and its bells."""

    def __init__(self, bells: BellRig) -> None:
        self.bells, self.rig = bells, bells.rig
        self.mercat = FakeMercat()
        self.mercat.parts = replace(
            self.mercat.parts, desk=self.rig.desk, store=self.rig.store, now=self.rig.clock.now
        )
        self.mercat.app = create_app(self.mercat.parts)

    def ask(self, login: str, method: str, path: str, body: Any = None) -> httpx.Response:
        """Ask the API as somebody with a token of their own."""
        person = self.rig.actor(login).person_id
        token = f"token of {login}"
        row: dict[str, Any] = {"person_id": person, "digest": token_digest(token), "state": "live"}
        ends_at_ms = self.rig.now_ms + 3_600_000
        self.rig.write("tokens", login, **row, expires_at_ms=ends_at_ms, version=1)
        given: dict[str, Any] = {"headers": {"Authorization": f"Bearer {token}"}}
        if body is not None:
            given["json"] = body
        return self.mercat.ask(method, path if "/api/" in path else f"/api/v1{path}", **given)


@pytest.fixture
def place(tmp_path: Path, clock: ManualClock) -> Iterator[Place]:
    """Such a console, with bells of three halts for whoever is an officer."""
    with bell_rig(tmp_path / "bells.sqlite", clock) as bells:
        for name in ("town", "library"):
            bells.rig.halt("account", name)
            bells.collect()
        bells.rig.halt("everything")
        bells.collect()
        yield Place(bells)


def test_an_inbox_is_read_page_by_page_the_newest_first(place: Place) -> None:
    """Each page names the next, and no bell is met twice."""
    subjects, path, pages = [], "/bells?limit=2", 0
    while path:
        page = place.ask("greta", "GET", path).json()
        subjects += [item["subject"] for item in page["items"]]
        path, pages = page["next"], pages + 1

    assert ["Halted: everything", "Halted: account library", "Halted: account town"] == subjects
    assert 2 == pages


def test_everybody_sees_their_own_inbox_alone(place: Place) -> None:
    """Whoever had no part in it was told nothing."""
    assert [] == place.ask("aude", "GET", "/bells").json()["items"]


def test_what_was_read_is_unread_no_more(place: Place) -> None:
    """One by its id, then all so far."""
    first = place.ask("greta", "GET", "/bells").json()["items"][0]["id"]
    one = place.ask("greta", "POST", "/bells/read", {"bell_ids": [first]}).json()
    left = place.ask("greta", "GET", "/bells?unread=true").json()["items"]
    rest = place.ask("greta", "POST", "/bells/read", {"all": True}).json()

    assert (1, 2) == (one["read"], rest["read"])
    assert first not in [item["id"] for item in left]
    assert [] == place.ask("greta", "GET", "/bells?unread=true").json()["items"]
    assert place.ask("greta", "GET", "/bells").json()["items"][0]["read_at"] is not None


def test_a_bell_of_somebody_else_cannot_be_read(place: Place) -> None:
    """It is as if it were not there."""
    first = place.ask("greta", "GET", "/bells").json()["items"][0]["id"]

    assert 404 == problem_of(place.ask("omar", "POST", "/bells/read", {"bell_ids": [first]}))[0]


def test_wishes_are_kept_and_what_is_left_out_stays(place: Place) -> None:
    """Quiet hours come in pairs, and two equal ones take them away."""
    before = place.ask("moira", "GET", "/bells/wishes").json()
    night = {"quiet_from": "22:00", "quiet_until": "07:00"}
    place.ask("moira", "POST", "/bells/wishes", {**night, "muted": ["rules"]})
    after = place.ask("moira", "POST", "/bells/wishes", {"channels": ["webhook"]}).json()
    day = {"quiet_from": "07:00", "quiet_until": "07:00"}
    without = place.ask("moira", "POST", "/bells/wishes", day).json()

    assert (["mail"], None, "Europe/London") == (
        before["channels"],
        before["quiet_from"],
        before["zone"],
    )
    assert (["webhook"], "22:00", ["rules"]) == (
        after["channels"],
        after["quiet_from"],
        after["muted"],
    )
    assert without["quiet_from"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"quiet_from": "22:00"},
        {"quiet_from": "25:00", "quiet_until": "07:00"},
        {"zone": "Europe/Nowhere"},
        {"muted": ["weather"]},
        {"channels": ["mail", "mail"]},
        {"channels": ["pigeon"]},
    ],
)
def test_a_wish_that_means_nothing_is_refused(place: Place, body: dict[str, Any]) -> None:
    """Before anything is kept."""
    assert 422 == problem_of(place.ask("moira", "POST", "/bells/wishes", body))[0]


def test_whoever_is_ops_cannot_mute_incidents(place: Place) -> None:
    """It is said why; an approver can."""
    refused = place.ask("omar", "POST", "/bells/wishes", {"muted": ["incident"]})

    assert "is told of each incident" in problem_of(refused)[1]
    assert 200 == place.ask("moira", "POST", "/bells/wishes", {"muted": ["incident"]}).status_code


def test_a_test_bell_rings_whoever_asked_for_it(place: Place) -> None:
    """And nobody else."""
    place.ask("aude", "POST", "/bells/test")
    place.bells.collect()

    assert {"aude"} == place.bells.who_heard("bell.tested")


def test_whoever_has_the_machine_has_no_inbox(place: Place) -> None:
    """They are told nothing, and wish for nothing."""
    operator = {"Authorization": f"Bearer {place.mercat.parts.control_token}"}
    shown = place.mercat.ask("GET", "/api/v1/bells", headers=operator)
    wished = place.mercat.ask(
        "POST", "/api/v1/bells/wishes", headers=operator, json={"channels": []}
    )

    assert [] == shown.json()["items"]
    assert 403 == wished.status_code
