"""Corrections by the API, at a real desk: opened, decided, drafted, told of and closed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.runtime.clock import ManualClock
from tests.integration.console.api_calls import ask, problem_of
from tests.integration.console.console_parts import without
from tests.integration.console.desk_place import Place, desk_place
from tests.integration.policy.test_corrections import SORRY, opened, sent, went

CORRECTIONS = "/corrections"


@pytest.fixture
def place(sqlite_path: Path, clock: ManualClock) -> Iterator[Place]:
    """A console over a desk with people and a case."""
    with desk_place(sqlite_path, clock) as made:
        yield made


def test_a_mistake_is_put_right_by_the_api(place: Place) -> None:
    """Each step has a path, and the correction says what is left after each."""
    act = sent(place.rig)
    wrong = {"act_id": act["id"], "mistake": "It is Monday."}
    answer = place.ask("ines", "POST", CORRECTIONS, wrong)
    one = f"{CORRECTIONS}/{answer.json()['correction_id']}"
    assert (201, f"/api/v1{one}") == (answer.status_code, answer.headers["location"])
    choice = {"choice": "keep", "why": "It was read already"}
    assert 200 == place.ask("dora", "POST", f"{one}/choice", choice).status_code
    draft = place.ask("ines", "POST", f"{one}/drafts", {"part": "note", "text": SORRY})
    assert (201, "note", "draft") == (
        draft.status_code,
        draft.json()["part"],
        draft.json()["state"],
    )
    went(place.rig, draft.json()["id"])
    place.ask("dora", "POST", f"{one}/no-apology", {"why": "The note says sorry"})
    told = {"whom": "whoever-it-answered", "by_way_of": "in the note"}
    place.ask("ines", "POST", f"{one}/notices", told)
    shown = place.ask("moira", "GET", one).json()

    assert ([], "note", "sent", "ines") == (
        shown["left"],
        shown["acts"][0]["part"],
        shown["acts"][0]["sending"],
        shown["notices"][0]["told_by"],
    )
    assert "closed" == place.ask("greta", "POST", f"{one}/close", {"why": "Ask"}).json()["state"]
    listed = place.ask("ines", "GET", f"{CORRECTIONS}?state=closed").json()["items"]
    assert [answer.json()["correction_id"]] == [each["id"] for each in listed]


@pytest.mark.parametrize("path", ["choice", "no-apology", "close"])
def test_a_writer_decides_on_nothing(place: Place, path: str) -> None:
    """That is for officers."""
    one = f"{CORRECTIONS}/{opened(place.rig)}"
    body = {"why": "I would rather"} | ({"choice": "keep"} if path == "choice" else {})

    status, sentence = problem_of(place.ask("ines", "POST", f"{one}/{path}", body))

    assert (403, True) == (status, "needs one of these roles" in sentence)


def test_where_nobody_speaks_nothing_is_corrected() -> None:
    """A Mercat that only listens says so."""
    status, sentence = problem_of(ask(without("corrections"), "gil", "GET", CORRECTIONS))

    assert (503, True) == (status, "only listens" in sentence)
