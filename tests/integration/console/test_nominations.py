"""Nominations by the API and on the public page, at a real desk."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from services.console.nominations_page import FORMS_AN_HOUR
from services.runtime.clock import ManualClock
from tests.integration.console.api_calls import problem_of
from tests.integration.console.console_parts import FakeMercat
from tests.integration.console.desk_place import Place, desk_place
from tests.integration.console.test_rules_page import Outline
from tests.nomination_rig import NAMES, SOURCE, VALUE, drawn, listed, named, opened

ROUNDS = "/nominations/rounds"
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def place(sqlite_path: Path, clock: ManualClock) -> Iterator[Place]:
    """A console over a desk with people and no round."""
    with desk_place(sqlite_path, clock) as made:
        yield made


def test_a_round_is_held_by_the_api(place: Place) -> None:
    """From its opening to somebody who takes the slot up."""
    closes = (place.rig.clock.now() + timedelta(hours=1)).isoformat()
    body = {"account": "town", "title": "A week in May", "closes": closes}
    answer = place.ask("greta", "POST", ROUNDS, body)
    round_id = answer.json()["round_id"]
    assert (201, f"/api/v1{ROUNDS}/{round_id}") == (
        answer.status_code,
        answer.headers["location"],
    )
    one = f"{ROUNDS}/{round_id}"
    made = place.ask(
        "greta", "POST", f"{one}/nominations", {"name": "Ada", "contact": "01632 960001"}
    )
    assert 201 == made.status_code
    nomination = made.json()["nomination_id"]
    chosen = place.ask("greta", "POST", f"/nominations/{nomination}/choice", {"agreed": True})
    assert "chosen" == chosen.json()["state"]
    place.rig.clock.advance(3_600)
    place.ask("greta", "POST", f"{one}/list", {"public_source": SOURCE})
    order = place.ask("gordon", "POST", f"{one}/draw", {"public_value": VALUE}).json()["order"]
    assert [1] == order
    said = {"number": 1, "answer": "taken-up"}

    assert "ended" == place.ask("greta", "POST", f"{one}/answers", said).json()["state"]
    shown = place.ask("greta", "GET", one).json()
    assert ("Ada", "taken-up") == tuple(
        shown["nominations"][0][each] for each in ("name", "answer")
    )
    assert [round_id] == [each["id"] for each in place.ask("ines", "GET", ROUNDS).json()["items"]]


def test_a_round_is_shown_before_anything_is_fixed(place: Place) -> None:
    """With what is not known yet left empty, to officers and to the public."""
    round_id = opened(place.rig)
    named(place.rig, round_id)

    shown = place.ask("greta", "GET", f"{ROUNDS}/{round_id}").json()
    (told,) = place.mercat.ask("GET", "/api/v1/nominations/public").json()["items"]

    assert ("open", None, 1, None) == (
        shown["state"],
        shown["listed_at"],
        shown["named"],
        shown["nominations"][0]["decided_at"],
    )
    assert (True, [], None) == (told["takes_nominations"], told["list"], told["drawn_at"])


def test_who_is_named_is_for_governance_alone(place: Place) -> None:
    """A team member sees that there is a round, and not who is named in it."""
    round_id = opened(place.rig)
    named(place.rig, round_id)

    status, sentence = problem_of(place.ask("ines", "GET", f"{ROUNDS}/{round_id}"))

    assert (403, True) == (status, "governance officers" in sentence)


def test_an_officer_leaves_somebody_off_and_ends_a_round(place: Place) -> None:
    """With a reason each."""
    round_id = opened(place.rig)
    each = named(place.rig, round_id)["nomination_id"]
    aside = place.ask(
        "greta", "POST", f"/nominations/{each}/setting-aside", {"why": "Lives elsewhere"}
    )
    ended = place.ask("greta", "POST", f"{ROUNDS}/{round_id}/end", {"why": "Called off"})

    assert ("set-aside", "ended") == (aside.json()["state"], ended.json()["state"])


def test_anybody_reads_what_a_draw_can_be_worked_out_from(place: Place) -> None:
    """Without a token, and without a name in it."""
    round_id, order = drawn(place.rig)

    answer = place.mercat.ask("GET", "/api/v1/nominations/public")

    (told,) = answer.json()["items"]
    assert (round_id, order, VALUE) == (told["id"], told["order"], told["public_value"])
    assert all(name not in answer.text for name in NAMES)


def test_a_citizen_names_somebody_and_takes_it_back(place: Place) -> None:
    """By the form on the page; the receipt is shown once."""
    round_id = opened(place.rig)
    answer = place.form(
        "/nominations", round_id=round_id, name="Ada <b>", contact="ada@town.example", words=""
    )
    receipt = re.search(r"Your receipt: <code>([^<]+)</code>", answer.text)
    assert (200, True) == (answer.status_code, receipt is not None)
    assert receipt is not None

    back = place.form("/nominations/taking-back", receipt=receipt[1])

    assert "nothing is kept of who was named" in back.text
    (row,) = place.rig.rows("nominations_of_round", round_id, 10)
    assert ("withdrawn", None) == (row["state"], row["name"])


def test_a_form_that_is_not_taken_comes_back_with_its_words(place: Place) -> None:
    """And says what was wrong."""
    round_id = opened(place.rig)

    answer = place.form("/nominations", round_id=round_id, name="Ada", contact="", words="Leeks")

    assert 422 == answer.status_code
    assert all(words in answer.text for words in ("That was not taken", 'value="Ada"', "Leeks"))


def test_another_sites_form_is_refused(place: Place) -> None:
    """Nobody is made to name somebody by a page elsewhere."""
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {}):
        answer = place.form("/nominations", headers, round_id="x", name="Ada", contact="ada@x")
        assert 403 == answer.status_code


def test_one_address_sends_no_more_than_people_would(place: Place) -> None:
    """A program that fills a list is told to wait."""
    round_id = opened(place.rig)
    answers = [
        place.form("/nominations", round_id=round_id, name="Ada", contact="ada@town.example")
        for _ in range(FORMS_AN_HOUR + 1)
    ]

    assert [200] * FORMS_AN_HOUR + [429] == [each.status_code for each in answers]


@pytest.mark.parametrize("stage", ["none", "open", "closed", "listed", "drawn", "ended"])
def test_the_page_is_sound_at_each_stage(place: Place, stage: str) -> None:
    """Headings in order, every tag closed, no script, and no name."""
    rig = place.rig
    match stage:
        case "open":
            named(rig, opened(rig))
        case "closed":
            named(rig, opened(rig))
            rig.clock.advance(3_600)
        case "listed":
            listed(rig)
        case "drawn":
            drawn(rig)
        case "ended":
            rig.do("nomination-end", "greta", round_id=opened(rig), why="Called off")
        case _:
            pass
    page = place.mercat.ask("GET", "/nominations").text
    outline = Outline(page)

    assert (True, "en", False) == (outline.sound, outline.language, "script" in outline.tags)
    assert 1 == outline.levels[0]
    assert all(after - before <= 1 for before, after in pairwise(outline.levels))
    assert all(name not in page for name in NAMES)


def test_where_nobody_speaks_nobody_is_named() -> None:
    """A Mercat that only listens says so."""
    answer = FakeMercat(speaks=False).ask("GET", "/nominations")

    assert (503, True) == (answer.status_code, "only listens" in answer.text)
