"""Incidents by the API, at a real desk: listed, shown with their evidence, and closed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.policy.incidents import found
from services.runtime.clock import ManualClock
from services.runtime.platform import OwnAct
from services.runtime.ports import Commit
from tests.desk_rig import DeskRig
from tests.integration.console.api_calls import ask, problem_of
from tests.integration.console.console_parts import without
from tests.integration.console.desk_place import Place, desk_place

INCIDENTS = "/incidents"
CLOSE: dict[str, Any] = {"finding": "hijacked", "why": "The password had leaked"}


@pytest.fixture
def place(sqlite_path: Path, clock: ManualClock) -> Iterator[Place]:
    """A console over a desk with people and a case."""
    with desk_place(sqlite_path, clock) as made:
        yield made


def opened(rig: DeskRig) -> str:
    """Have something found on the town's account; return the incident's id."""
    act = OwnAct("99", "statement", "Free coins.", None, rig.clock.now(), link="/house/99")
    account = rig.row("accounts", "town")
    decided = found(None, "incident-1", {**account, "id": "town"}, None, [act], rig.now_ms)
    rig.journal.commit(Commit(writes=decided.writes, guards=decided.guards)).result()
    return "incident-1"


def test_an_incident_is_shown_with_its_evidence_and_closed(place: Place) -> None:
    """Whoever is signed in may look; an officer says what it was, and the halt stays."""
    one = f"{INCIDENTS}/{opened(place.rig)}"
    (listed,) = place.ask("ines", "GET", INCIDENTS).json()["items"]
    shown = place.ask("ines", "GET", one).json()
    (evidence,) = shown["evidence"]

    assert ("town", 1, "mercat") == (listed["account"], listed["acts"], listed["opened_by"])
    assert ("Free coins.", "/house/99", True) == (
        evidence["text"],
        evidence["link"],
        shown["halted"],
    )
    answer = place.ask("dora", "POST", f"{one}/close", CLOSE).json()
    assert "two people" in answer["sentence"]
    after = place.ask("ines", "GET", one).json()
    assert ("closed", "dora", "hijacked", True) == (
        after["state"],
        after["closed_by"],
        after["finding"],
        after["halted"],
    )
    assert [] == place.ask("ines", "GET", INCIDENTS).json()["items"]


def test_a_writer_closes_nothing_and_a_finding_is_needed(place: Place) -> None:
    """What it was is for an officer to say, and not left open."""
    one = f"{INCIDENTS}/{opened(place.rig)}"

    status, sentence = problem_of(place.ask("ines", "POST", f"{one}/close", CLOSE))
    unsaid = place.ask("dora", "POST", f"{one}/close", {"why": "all is well"})
    unknown, known = problem_of(place.ask("dora", "POST", f"{INCIDENTS}/none/close", CLOSE))

    assert (403, True) == (status, "needs one of these roles" in sentence)
    assert unsaid.status_code in (400, 422)
    assert (404, True) == (unknown, "There is no incident none" in known)
    assert 404 == place.ask("dora", "GET", f"{INCIDENTS}/none").status_code


def test_timelines_say_how_far_they_were_read_and_what_is_in_the_way(place: Place) -> None:
    """With the moment since which an account was not read."""
    now_ms = place.rig.now_ms
    row = {"baseline_at_ms": now_ms, "read_at_ms": now_ms, "restores": 0, "version": 1}
    troubled = {**row, "trouble": "it does not answer", "trouble_since_ms": now_ms}
    place.rig.write("timelines", "library", **row)
    place.rig.write("timelines", "town", **troubled)

    library, town = place.ask("ines", "GET", "/timelines").json()["items"]

    assert (None, None) == (library["trouble"], library["trouble_since"])
    assert ("town", "it does not answer") == (town["account"], town["trouble"])
    assert town["read_at"] == town["trouble_since"]


def test_where_nobody_speaks_there_are_no_incidents() -> None:
    """A Mercat that only listens says so."""
    status, sentence = problem_of(ask(without("incidents"), "gil", "GET", INCIDENTS))

    assert (503, True) == (status, "only listens" in sentence)
