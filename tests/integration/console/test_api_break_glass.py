"""Broken glass by the API, at a real desk: asked for, agreed to, ended, and looked at."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.runtime.clock import ManualClock
from tests.integration.console.api_calls import ask, problem_of
from tests.integration.console.console_parts import without
from tests.integration.console.desk_place import Place, desk_place

GLASS = "/break-glass"
ASK: dict[str, Any] = {"account": "town", "login": "moira", "why": "Nobody else is there"}
WHY = {"why": "So it is"}


@pytest.fixture
def place(sqlite_path: Path, clock: ManualClock) -> Iterator[Place]:
    """A console over a desk with people and a case."""
    with desk_place(sqlite_path, clock) as made:
        yield made


def test_it_is_asked_for_agreed_to_ended_and_looked_at(place: Place) -> None:
    """Each step has a path, and the list says how it stands."""
    answer = place.ask("ines", "POST", GLASS, ASK)
    one = f"{GLASS}/{answer.json()['glass_id']}"
    agreed = place.ask("dora", "POST", f"{one}/agree", WHY).json()
    speaks = place.ask("moira", "POST", "/cases/case-1/answer", {"text": "They come on Friday."})
    ended = place.ask("moira", "POST", f"{one}/end", WHY).json()
    place.ask("greta", "POST", f"{one}/review", WHY)
    told = place.ask("aude", "GET", GLASS).json()

    (shown,) = told["items"]
    assert (201, "asked") == (answer.status_code, answer.json()["state"])
    assert ("broken", True) == (agreed["state"], agreed["ends_at"] is not None)
    assert speaks.status_code in (200, 201)
    assert "ended" == ended["state"]
    assert ("reviewed", "moira", ["statement", "reply"], False) == (
        shown["state"],
        shown["login"],
        shown["kinds"],
        shown["overdue"],
    )
    assert None is told["last_drill_at"]


def test_a_drill_is_told_with_its_day(place: Place) -> None:
    """And lets nobody speak."""
    glass_id = place.ask("ines", "POST", GLASS, {**ASK, "drill": True}).json()["glass_id"]
    place.ask("dora", "POST", f"{GLASS}/{glass_id}/agree", WHY)

    status, _ = problem_of(
        place.ask("moira", "POST", "/cases/case-1/answer", {"text": "They come on Friday."})
    )
    told = place.ask("ines", "GET", GLASS).json()

    assert 403 == status
    assert told["items"][0]["agreed_at"] == told["last_drill_at"]


def test_one_person_is_not_enough_and_an_unknown_number_is_told(place: Place) -> None:
    """In plain words."""
    glass_id = place.ask("dora", "POST", GLASS, ASK).json()["glass_id"]

    status, sentence = problem_of(place.ask("dora", "POST", f"{GLASS}/{glass_id}/agree", WHY))
    unknown, known = problem_of(place.ask("dora", "POST", f"{GLASS}/none/agree", WHY))

    assert (403, True) == (status, "It takes two people" in sentence)
    assert (404, True) == (unknown, "mercat break-glass list" in known)


def test_where_nobody_speaks_there_is_no_glass() -> None:
    """A Mercat that only listens says so."""
    status, sentence = problem_of(ask(without("break_glass"), "gil", "GET", GLASS))

    assert (503, True) == (status, "only listens" in sentence)
