"""Calendars taken into a rota at the desk: once, moved, called off, replaced, and what is not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.policy.rota_calendar_reading import read_calendar
from services.runtime.clock import DAY_MS, ManualClock
from services.runtime.errors import NotAllowedError, RejectError
from tests.desk_rig import DeskRig, desk_rig
from tests.rota_rig import make_rota, plan, reading_of, shift
from tests.unit.policy.calendars import calendar, event


@pytest.fixture
def desk(sqlite_path: Path, clock: ManualClock) -> Iterator[DeskRig]:
    """A desk over a database."""
    with desk_rig(sqlite_path, clock) as rig:
        yield rig


@pytest.fixture
def rota(desk: DeskRig) -> str:
    """A rota of thirty days."""
    return make_rota(desk, rest_minutes=0)


def hours(rig: DeskRig, begin: int, end: int) -> tuple[str, str]:
    """Return the times of an event in hours from now."""
    start = datetime.fromtimestamp(rig.now_ms // 1000, UTC)
    written = [f"{start + timedelta(hours=each):%Y%m%dT%H%M%SZ}" for each in (begin, end)]
    return f"DTSTART:{written[0]}", f"DTEND:{written[1]}"


def take(
    rig: DeskRig, rota: str, *events: tuple[str, ...], who: str = "greta", replace: bool = False
) -> dict[str, Any]:
    """Have a calendar taken into a rota; return what the desk said of it."""
    found = read_calendar(calendar(*events), "UTC", rig.now_ms, rig.now_ms + 30 * DAY_MS)
    order: dict[str, Any] = {
        "rota_id": rota,
        "events": [each.model_dump(mode="json") for each in found.events],
        "unread": sorted(found.unread),
        "faulty": len(found.faults),
        "replace": replace,
    }
    return rig.do("rota-import", who, **order)


def planned(rig: DeskRig, rota: str) -> list[tuple[str, str]]:
    """Return the UIDs of what is planned, with whose it is."""
    return [(each["uid"], each["login"]) for each in reading_of(rig).one(rota)["shifts"]]


def test_the_same_calendar_twice_plans_nothing_twice(desk: DeskRig, rota: str) -> None:
    """And each shift has leave."""
    events = [event("a", *hours(desk, 1, 9)), event("b", *hours(desk, 9, 17), login="ivor")]
    first = take(desk, rota, *events)
    again = take(desk, rota, *events)

    assert (2, 0) == (len(first["shift_ids"]), len(again["shift_ids"]))
    assert (2, [], []) == (again["left"], again["faults"], again["called_off_ids"])
    assert [("a", "ines"), ("b", "ivor")] == planned(desk, rota)
    grant = desk.row("shifts", first["shift_ids"][0])["grant_id"]
    assert "live" == desk.row("grants", grant)["state"]


def test_a_persons_address_counts_before_what_a_title_says(desk: DeskRig, rota: str) -> None:
    """Upper case or not; two people of one event are a fault."""
    add: dict[str, Any] = {"roles": ("team-member",), "name": "Zoe Orr"}
    desk.do("add-person", "greta", login="zoe", address="zoe@town.example", **add)
    desk.do("add-person", "greta", login="zed", address="zed@town.example", **add)
    both = ("ATTENDEE:mailto:zoe@town.example", "ATTENDEE:mailto:zed@town.example")
    told = take(
        desk,
        rota,
        event("a", *hours(desk, 1, 9), "ATTENDEE:MAILTO:Zoe@town.example"),
        event("b", *hours(desk, 9, 17), *both),
    )

    assert [("a", "zoe")] == planned(desk, rota)
    assert "names two people" in told["faults"][0]


def test_what_moved_is_moved_once_its_sequence_is_higher(desk: DeskRig, rota: str) -> None:
    """Under the same one it stays, and the file is told to raise it."""
    take(desk, rota, event("a", *hours(desk, 1, 9)))
    before = reading_of(desk).one(rota)["shifts"][0]
    same = take(desk, rota, event("a", *hours(desk, 2, 9)))
    moved = take(desk, rota, event("a", *hours(desk, 2, 9), "SEQUENCE:1"))

    assert "raise its SEQUENCE" in same["faults"][0]
    assert (1, []) == (moved["moved"], moved["called_off_ids"])
    (after,) = reading_of(desk).one(rota)["shifts"]
    assert 3_600_000 == after["starts_at_ms"] - before["starts_at_ms"]
    assert "ended" == desk.row("grants", before["grant_id"])["state"]


def test_an_old_file_does_not_undo_what_the_desk_did(desk: DeskRig, rota: str) -> None:
    """A shift that was swapped or called off here stays so."""
    events = [event("a", *hours(desk, 1, 9)), event("b", *hours(desk, 9, 17))]
    first, second = take(desk, rota, *events)["shift_ids"]
    swap = desk.do("swap-ask", "ines", shift_id=first, login="ivor")["swap_id"]
    desk.do("swap-accept", "ivor", swap_id=swap)
    desk.do("shift-call-off", "dora", shift_id=second, why="Not needed")
    again = take(desk, rota, *events)

    assert (2, []) == (again["left"], again["shift_ids"])
    assert [("a", "ivor")] == planned(desk, rota)


def test_what_a_calendar_cancels_is_called_off_and_may_come_back(desk: DeskRig, rota: str) -> None:
    """With its leave; a higher sequence plans it anew."""
    (shift_id,) = take(desk, rota, event("a", *hours(desk, 1, 9)))["shift_ids"]
    told = take(desk, rota, event("a", *hours(desk, 1, 9), "STATUS:CANCELLED", "SEQUENCE:1"))
    again = take(desk, rota, event("a", *hours(desk, 1, 9), "STATUS:CANCELLED", "SEQUENCE:1"))
    back = take(desk, rota, event("a", *hours(desk, 1, 9), "SEQUENCE:2"))

    assert ([shift_id], []) == (told["called_off_ids"], again["called_off_ids"])
    grant = desk.row("shifts", shift_id)["grant_id"]
    assert "ended" == desk.row("grants", grant)["state"]
    assert 1 == len(back["shift_ids"])
    assert [("a", "ines")] == planned(desk, rota)


def test_what_is_gone_is_called_off_only_where_that_is_asked(desk: DeskRig, rota: str) -> None:
    """What is in the file and cannot be read is kept, as are turns of it."""
    own = plan(desk, rota, shift(desk, "ivor", 40, 48))["shift_ids"]
    weekly = event("w", *hours(desk, 20, 28), "RRULE:FREQ=WEEKLY;COUNT=2")
    take(desk, rota, event("a", *hours(desk, 1, 9)), event("b", *hours(desk, 9, 17)), weekly)
    broken = event("w", "DTSTART:soon")
    kept = take(desk, rota, event("a", *hours(desk, 1, 9)), broken)
    told = take(desk, rota, event("a", *hours(desk, 1, 9)), broken, replace=True)

    assert [] == kept["called_off_ids"]
    assert (2, True) == (len(told["called_off_ids"]), own[0] in told["called_off_ids"])
    assert ["a", "w", "w"] == [uid.partition("#")[0] for uid, _ in planned(desk, rota)]
    with pytest.raises(RejectError, match="nothing is called off"):
        take(desk, rota, broken, replace=True)


def test_what_cannot_be_planned_is_told_and_its_neighbours_are(desk: DeskRig, rota: str) -> None:
    """Nobody known, over already, booked twice, one's own, and outside the rota."""
    told = take(
        desk,
        rota,
        event("good", *hours(desk, 1, 9)),
        event("nobody", *hours(desk, 1, 9), login="zora"),
        event("over", *hours(desk, -9, -1)),
        event("twice", *hours(desk, 8, 10)),
        event("own", *hours(desk, 1, 9), login="dora"),
        event("outside", *hours(desk, 24 * 40, 24 * 40 + 8)),
        who="dora",
    )

    assert [("good", "ines")] == planned(desk, rota)
    words = ("names nobody", "over already", "on already", "for themselves", "outside the rota")
    assert len(words) == len(told["faults"])
    assert all(word in each for word, each in zip(words, told["faults"], strict=True))
    assert all(each.startswith("Line ") for each in told["faults"])
    assert "Planned: 1." in told["sentence"]
    assert "Not taken: 5." in told["sentence"]


def test_one_that_cannot_be_moved_stays_where_it_was(desk: DeskRig, rota: str) -> None:
    """And nothing else is planned over it; what is free is."""
    take(desk, rota, event("a", *hours(desk, 1, 9)), event("b", *hours(desk, 9, 17)))
    moved = event("a", *hours(desk, 10, 18), "SEQUENCE:1")
    told = take(desk, rota, moved, event("c", *hours(desk, 2, 4)))

    assert [True, True] == ["is on already" in each for each in told["faults"]]
    assert ["a", "b"] == [uid for uid, _ in planned(desk, rota)]


def test_only_who_may_plan_takes_a_calendar_in(desk: DeskRig, rota: str) -> None:
    """As for each shift by itself."""
    with pytest.raises(NotAllowedError, match="A rota is planned by"):
        take(desk, rota, event("a", *hours(desk, 1, 9)), who="ivor")


def test_what_a_rota_gives_out_is_taken_by_another(desk: DeskRig, rota: str) -> None:
    """The same people at the same times; a person's calendar has only theirs."""
    plan(desk, rota, shift(desk, "ines", 1, 9), shift(desk, "ivor", 9, 17))
    reading = reading_of(desk)
    other = make_rota(desk, account="library", rest_minutes=0)
    found = read_calendar(reading.calendar(rota), "UTC", desk.now_ms, desk.now_ms + DAY_MS)
    events = [each.model_dump(mode="json") for each in found.events]
    desk.do("rota-import", "greta", rota_id=other, events=events)

    assert planned(desk, rota) == planned(desk, other)
    (mine,) = read_calendar(reading.calendar(rota, "ivor"), "UTC", 0, 1).events
    assert events[1]["uid"] == mine.uid
