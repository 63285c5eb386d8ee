"""Rotas by the API, at the real desk: made, planned, shown, swapped and read by a coach."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.runtime.clock import ManualClock
from tests.integration.console.desk_place import Place, desk_place

MAKE: dict[str, Any] = {
    "account": "town",
    "title": "The control room",
    "starts": "now",
    "why": "Round the clock",
}


@pytest.fixture
def place(sqlite_path: Path, clock: ManualClock) -> Iterator[Place]:
    """A console over a real desk."""
    with desk_place(sqlite_path, clock) as made:
        yield made


def hours(place: Place, login: str, begin: int, end: int) -> dict[str, Any]:
    """Return somebody's shift in hours from now, as the API takes it."""
    now = place.rig.clock.now()
    starts, ends = (now + timedelta(hours=each) for each in (begin, end))
    return {"login": login, "starts": starts.isoformat(), "ends": ends.isoformat()}


def made(place: Place, **values: Any) -> str:
    """Make a rota of a day; return its id."""
    ends = hours(place, "ines", 0, 24)["ends"]
    answer = place.ask("greta", "POST", "/rotas", {**MAKE, "ends": ends, **values})
    assert 201 == answer.status_code, answer.text
    assert answer.headers["Location"].endswith(answer.json()["rota_id"])
    return str(answer.json()["rota_id"])


def planned(place: Place, rota: str, *shifts: dict[str, Any]) -> dict[str, Any]:
    """Plan shifts; return what was answered."""
    answer = place.ask("dora", "POST", f"/rotas/{rota}/shifts", {"shifts": list(shifts)})
    assert 200 == answer.status_code, answer.text
    return dict(answer.json())


def test_a_rota_is_shown_with_its_shifts_and_what_is_wrong(place: Place) -> None:
    """Gaps and too little rest are told in sentences, and as data."""
    rota = made(place)
    told = planned(place, rota, hours(place, "ines", 0, 8), hours(place, "ines", 9, 17))
    shown = place.ask("curt", "GET", f"/rotas/{rota}").json()

    assert ["rest"] == [each["kind"] for each in told["findings"]]
    assert ["gap", "gap", "rest"] == sorted(each["kind"] for each in shown["findings"])
    assert ["ines", "ines"] == [each["login"] for each in shown["shifts"]]
    assert [rota] == [each["id"] for each in place.ask("curt", "GET", "/rotas").json()["items"]]


def test_a_swap_is_asked_listed_and_accepted(place: Place) -> None:
    """Each sees it in their own list, until it is done."""
    rota = made(place, rest_minutes=0)
    (mine,) = planned(place, rota, hours(place, "ines", 0, 8))["shift_ids"]
    asked = place.ask("ines", "POST", "/swaps", {"shift_id": mine, "login": "ivor"}).json()
    (waiting,) = place.ask("ivor", "GET", "/swaps").json()["items"]
    done = place.ask("ivor", "POST", f"/swaps/{asked['swap_id']}/accept", {}).json()

    assert ("ines", "ivor", "asked") == tuple(
        waiting[name] for name in ("from_login", "to_login", "state")
    )
    assert "done" == done["state"]
    assert [] == place.ask("ivor", "GET", "/swaps").json()["items"]
    assert "ivor" == place.ask("ines", "GET", f"/rotas/{rota}").json()["shifts"][0]["login"]


@pytest.mark.parametrize("name", ["decline", "withdraw", "allow"])
def test_a_swap_is_not_answered_by_who_has_no_part_in_it(place: Place, name: str) -> None:
    """Nor allowed by who is no officer."""
    rota = made(place)
    (mine,) = planned(place, rota, hours(place, "ines", 0, 8))["shift_ids"]
    asked = place.ask("ines", "POST", "/swaps", {"shift_id": mine, "login": "ivor"}).json()
    answer = place.ask("curt", "POST", f"/swaps/{asked['swap_id']}/{name}", {"why": "I like to"})

    assert 403 == answer.status_code


def test_shifts_are_called_off_and_rotas_changed_and_ended(place: Place) -> None:
    """And a deputy is put in by an officer."""
    rota = made(place)
    first, second = planned(place, rota, hours(place, "ines", 0, 8), hours(place, "curt", 8, 16))[
        "shift_ids"
    ]
    why = {"why": "A change of plan"}
    changes = [
        (f"/rotas/{rota}/change", {**why, "deputy": "ivor"}),
        (f"/shifts/{first}/deputy", why),
        (f"/shifts/{second}/call-off", why),
    ]
    answers = [place.ask("greta", "POST", path, body).status_code for path, body in changes]
    shown = place.ask("greta", "GET", f"/rotas/{rota}").json()
    ended = place.ask("greta", "POST", f"/rotas/{rota}/end", why)

    assert [200, 200, 200] == answers
    assert ["ivor"] == [each["login"] for each in shown["shifts"]]
    assert "1 shifts" in ended.json()["sentence"]


def test_a_coach_reads_drafts_and_nobody_else_does(place: Place) -> None:
    """The list is of one's own trainees."""
    planned(place, made(place, coach="moira"), hours(place, "curt", 0, 8))
    place.rig.do("draft", "curt", kind="statement", account="town", text="Eleven herons.")

    assert ["Eleven herons."] == [
        each["text"] for each in place.ask("moira", "GET", "/rotas/coached").json()["items"]
    ]
    assert [] == place.ask("mungo", "GET", "/rotas/coached").json()["items"]


def test_standing_leave_is_certified_by_governance_alone(place: Place) -> None:
    """A duty officer may not say so."""
    grant = str(place.rig.give_grant("ines")["grant_id"])
    order = {"days": 30, "why": "Still in the team"}

    assert 403 == place.ask("dora", "POST", f"/grants/{grant}/certify", order).status_code
    answer = place.ask("greta", "POST", f"/grants/{grant}/certify", order)
    assert (200, grant) == (answer.status_code, answer.json()["grant_id"])


def test_a_time_that_cannot_be_read_is_refused(place: Place) -> None:
    """In words."""
    rota = made(place)
    wanted = {"login": "ines", "starts": "soon", "ends": "later"}
    answer = place.ask("dora", "POST", f"/rotas/{rota}/shifts", {"shifts": [wanted]})

    assert 422 == answer.status_code


def test_a_rota_goes_out_as_a_calendar_and_what_changed_in_it_comes_back(place: Place) -> None:
    """Anybody signed in has it; who plans sends it back, with what moved."""
    rota = made(place)
    planned(place, rota, hours(place, "ines", 0, 8), hours(place, "curt", 8, 16))
    answer = place.ask("aude", "GET", f"/rotas/{rota}/calendar")
    mine = place.ask("aude", "GET", f"/rotas/{rota}/calendar?person=curt").text
    path = f"/rotas/{rota}/calendar"
    gone = mine.replace("STATUS:CONFIRMED", "STATUS:CANCELLED")
    told = place.ask("dora", "POST", path, {"text": gone}).json()
    broken = gone.replace("DTSTART", "X-START")

    assert answer.headers["content-type"].startswith("text/calendar")
    assert (2, 1) == (answer.text.count("BEGIN:VEVENT"), mine.count("BEGIN:VEVENT"))
    assert (1, []) == (len(told["called_off_ids"]), told["shift_ids"])
    (fault,) = place.ask("dora", "POST", path, {"text": broken}).json()["faults"]
    assert "it has no DTSTART" in fault
    assert 403 == place.ask("ivor", "POST", path, {"text": answer.text}).status_code
    assert 404 == place.ask("aude", "GET", f"{path}?person=zora").status_code


def test_a_calendar_may_be_longer_than_other_bodies_and_no_longer_than_its_bound(
    place: Place,
) -> None:
    """A million bytes of it are read; more are not."""
    rota = made(place)
    path, head = f"/rotas/{rota}/calendar", "BEGIN:VCALENDAR\r\n"
    body = {"text": head + "X-NOTE:a\r\n" * 60_000}

    assert 200 == place.ask("dora", "POST", path, body).status_code
    assert 413 == place.ask("dora", "POST", path, {"text": head + "a" * 1_400_000}).status_code
