"""Six people round the clock in a transport control room, who may speak of services only.

The week is the one in which the clocks go back. The rules are those that come with Mercat.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from services.runtime.actor import OPERATOR
from services.runtime.clock import DAY_MS, HOUR_MS, ManualClock, from_epoch_ms
from services.runtime.errors import NotAllowedError, RejectError
from tests.desk_rig import DeskRig, desk_rig
from tests.integration.policy.ruled_desk import ListeningGate, messages, real_gate, ruled, set_clock
from tests.rota_rig import make_rota, plan, reading_of, shift, turns_of, week_of

ZONE: Final = "Europe/London"
MONDAY: Final = date(2026, 10, 19)
SERVICES: Final = "floods"
"""The theme of the rig's town that stands for how services run."""
PEOPLE: Final = {
    "ada": ("Ada Orr", "mon-wed 06:00-14:00"),
    "ben": ("Ben Ure", "thu-sun 06:00-14:00"),
    "cat": ("Cat Low", "mon-wed 14:00-22:00"),
    "dan": ("Dan Fyfe", "thu-sun 14:00-22:00"),
    "eve": ("Eve Hay", "mon-wed 22:00-06:00"),
    "fay": ("Fay Dow", "thu-sun 22:00-06:00"),
}
HOURS_OF_THE_WEEK: Final = 7 * 24 + 1


@pytest.fixture(scope="module")
def gate() -> Iterator[ListeningGate]:
    """The rules of Mercat in the engine of one machine."""
    with real_gate() as made:
        yield made


def theme_of(text: str, language: str | None) -> str | None:
    """Find what is said of trains, and of trees."""
    del language
    return next(
        (theme for word, theme in (("train", SERVICES), ("tree", "trees")) if word in text.lower()),
        None,
    )


@pytest.fixture
def room(sqlite_path: Path, clock: ManualClock, gate: ListeningGate) -> Iterator[DeskRig]:
    """A control room on a Monday at six, with its six people and nobody on the rota yet."""
    set_clock(clock, 2026, 10, 19, 5)
    with desk_rig(sqlite_path, clock, four_eyes=False) as rig:
        for login, (name, _) in PEOPLE.items():
            address = f"{login}@trains.example"
            roles = ("team-member",)
            person: dict[str, Any] = {
                "login": login,
                "name": name,
                "address": address,
                "roles": roles,
            }
            rig.do("add-person", OPERATOR, **person)
            trusted: dict[str, Any] = {"login": login, "account": "town", "level": "after"}
            rig.do("trust-set", "greta", **trusted, why="Years in the room")
        yield ruled(rig, gate, theme_of)


@pytest.fixture
def rota(room: DeskRig) -> str:
    """A rota of the week with every hour of it planned."""
    rota_id = make_rota(
        room, zone=ZONE, themes=[SERVICES], initials=True, ends_at_ms=room.now_ms + week_ms()
    )
    for login, (_, hours) in PEOPLE.items():
        plan(room, rota_id, *week_of(login, hours, MONDAY, ZONE))
    return rota_id


def week_ms() -> int:
    """Return how long the week is in which the clocks go back."""
    return HOURS_OF_THE_WEEK * HOUR_MS


def said(room: DeskRig, login: str, text: str = "Trains to Leith run again.") -> dict[str, Any]:
    """Return what became of a statement when it was proposed."""
    act = room.do("draft", login, kind="statement", account="town", text=text)
    return room.do("propose", login, act_id=act["id"])


def shifts_of(room: DeskRig, rota_id: str, login: str) -> list[dict[str, Any]]:
    """Return somebody's shifts, as they are read."""
    shown = reading_of(room).one(rota_id)
    return [dict(each) for each in shown["shifts"] if each["login"] == login]


def to_moment(room: DeskRig, at_ms: int) -> None:
    """Have it be a moment."""
    room.clock.jump((from_epoch_ms(at_ms) - room.clock.now()).total_seconds())


def test_every_hour_of_the_week_is_covered_though_the_clocks_go_back(
    room: DeskRig, rota: str
) -> None:
    """The night of the change is nine hours long, and nobody has too little rest."""
    shown = reading_of(room).one(rota)
    lengths = [each["ends_at_ms"] - each["starts_at_ms"] for each in shown["shifts"]]

    assert [] == shown["findings"]
    assert week_ms() == sum(lengths)
    assert [9 * HOUR_MS] == [each for each in lengths if each != 8 * HOUR_MS]


def test_who_is_on_speaks_of_services_and_signs(room: DeskRig, rota: str) -> None:
    """The initials are part of the draft that was judged, and so of what goes out."""
    act = said(room, "ada")

    assert rota
    assert "approved" == act["state"]
    assert act["text"].endswith(" ^AO")
    assert room.send(act).cleared


def test_words_on_another_theme_do_not_go_out(room: DeskRig, rota: str) -> None:
    """What is about something else is refused; what is about nothing known waits for an officer."""
    other, unknown = said(room, "ada", "The old tree is down."), said(room, "ada", "Good morning.")

    assert rota
    assert ("denied", {"authority.out_of_theme"}) == (other["state"], messages(other, "deny"))
    assert ("held", {"authority.theme_unknown"}) == (unknown["state"], messages(unknown, "hold"))


def test_a_shift_begins_and_ends_to_the_millisecond(room: DeskRig, rota: str) -> None:
    """At two o'clock Ada's leave is over and Cat's has begun, with nothing run in between."""
    (first, *_) = shifts_of(room, rota, "cat")
    to_moment(room, first["starts_at_ms"] - 1)
    before = said(room, "ada")
    early = said(room, "cat")
    to_moment(room, first["starts_at_ms"])
    late = said(room, "ada", "Trains to Leith are late.")
    on_time = said(room, "cat", "Trains to Fife run again.")

    assert ["approved", "denied"] == [before["state"], early["state"]]
    assert ["denied", "approved"] == [late["state"], on_time["state"]]
    assert not room.send(before).cleared


def test_a_swap_moves_the_leave_once_the_other_has_said_yes(room: DeskRig, rota: str) -> None:
    """Until then the shift is its holder's; after it, theirs alone, and back with the other's."""
    mine, theirs = shifts_of(room, rota, "ada")[2], shifts_of(room, rota, "ben")[0]
    asked = room.do(
        "swap-ask", "ada", shift_id=mine["id"], login="ben", other_shift_id=theirs["id"]
    )
    kept = shifts_of(room, rota, "ada")
    done = room.do("swap-accept", "ben", swap_id=asked["swap_id"])
    to_moment(room, mine["starts_at_ms"])

    assert mine["id"] in [each["id"] for each in kept]
    assert "done" == done["state"]
    assert "denied" == said(room, "ada")["state"]
    act = said(room, "ben")
    assert ("approved", True) == (act["state"], act["text"].endswith(" ^BU"))
    assert theirs["id"] in [each["id"] for each in shifts_of(room, rota, "ada")]


def test_a_swap_that_leaves_too_little_rest_waits_for_an_officer(room: DeskRig, rota: str) -> None:
    """Cat would come off the late shift and be back at six; an officer may say why she may."""
    (mine,) = [each for each in shifts_of(room, rota, "ada") if _day(each) == MONDAY.day + 1]
    asked = room.do("swap-ask", "ada", shift_id=mine["id"], login="cat")
    agreed = room.do("swap-accept", "cat", swap_id=asked["swap_id"])

    assert "agreed" == agreed["state"]
    assert "480 minutes of rest" in agreed["sentence"]
    assert mine["id"] in [each["id"] for each in shifts_of(room, rota, "ada")]
    allowed = room.do("swap-allow", "dora", swap_id=asked["swap_id"], why="Ada is at a funeral")
    assert "done" == allowed["state"]
    kinds = {each["kind"] for each in reading_of(room).one(rota)["findings"]}
    assert {"rest"} == kinds


@pytest.mark.parametrize("verb", ["swap-decline", "swap-withdraw"])
def test_a_swap_that_is_declined_or_taken_back_changes_nothing(
    room: DeskRig, rota: str, verb: str
) -> None:
    """Only whose it is may answer, and nobody answers twice."""
    mine = shifts_of(room, rota, "ada")[1]
    asked = room.do("swap-ask", "ada", shift_id=mine["id"], login="ben")["swap_id"]
    who = "ben" if verb == "swap-decline" else "ada"
    with pytest.raises(NotAllowedError, match="between two others"):
        room.do("swap-accept", "dan", swap_id=asked)
    room.do(verb, who, swap_id=asked)

    with pytest.raises(RejectError, match="already"):
        room.do("swap-accept", "ben", swap_id=asked)
    assert mine["id"] in [each["id"] for each in shifts_of(room, rota, "ada")]


def test_of_a_leaver_nothing_goes_out_and_the_gaps_show(room: DeskRig, rota: str) -> None:
    """Ben leaves in the middle of the week, with something of his on its way."""
    first = shifts_of(room, rota, "ben")[0]
    swap = room.do("swap-ask", "ben", shift_id=first["id"], login="ada")["swap_id"]
    to_moment(room, first["starts_at_ms"] + HOUR_MS)
    act = said(room, "ben")
    left = room.do("person-leaves", "greta", login="ben", why="A new post elsewhere")
    found = reading_of(room).one(rota)["findings"]

    assert "approved" == act["state"]
    assert not room.send(act).cleared
    assert "called off (4)" in left["sentence"]
    assert ["gap"] * 4 == [each["kind"] for each in found]
    assert "Nobody is on from Thu 22 Oct 2026 07:00 BST" in found[0]["sentence"]
    assert "withdrawn" == room.row("swaps", swap)["state"]
    leave = room.rows("grants_of_person", room.row("shifts", first["id"])["person_id"])
    assert [] == list(leave)


def test_the_deputy_is_put_in_for_who_does_not_come(room: DeskRig) -> None:
    """The rest of the shift is the deputy's from that moment, and who was planned has none."""
    rota = make_rota(room, zone=ZONE, deputy="ben", rest_minutes=0)
    (shift_id,) = plan(room, rota, shift(room, "ada", 0, 8))["shift_ids"]
    to_moment(room, room.now_ms + HOUR_MS)
    with pytest.raises(NotAllowedError, match="An officer puts the deputy in"):
        room.do("shift-deputy", "cat", shift_id=shift_id, why="Ada is ill")
    room.do("shift-deputy", "dora", shift_id=shift_id, why="Ada is ill")

    assert ["denied", "approved"] == [said(room, who)["state"] for who in ("ada", "ben")]
    (noted,) = room.notes("shift.deputised")
    assert room.actor("ada").person_id == noted["facts"]["person_before"]


def test_nobody_plans_themselves_and_only_officers_or_the_deputy_plan(room: DeskRig) -> None:
    """A deputy plans others; whoever has no part in the rota plans nobody."""
    rota = make_rota(room, deputy="ben")
    plan(room, rota, shift(room, "ada", 0, 8), who="ben")

    with pytest.raises(NotAllowedError, match="Nobody plans leave for themselves"):
        plan(room, rota, shift(room, "ben", 8, 16), who="ben")
    with pytest.raises(NotAllowedError, match="A rota is planned by"):
        plan(room, rota, shift(room, "ada", 8, 16), who="cat")


def test_somebody_in_two_rotas_at_once_is_shown_and_in_one_refused(room: DeskRig) -> None:
    """Two rotas may want the same person; one rota cannot want them twice."""
    one, two = make_rota(room), make_rota(room, account="library")
    plan(room, one, shift(room, "ada", 0, 8))
    told = plan(room, two, shift(room, "ada", 4, 12))

    assert ["double-booked"] == [each["kind"] for each in told["findings"]]
    assert "Ada Orr is booked twice" in told["sentence"]
    with pytest.raises(RejectError, match="booked twice"):
        plan(room, one, shift(room, "ada", 7, 9))


def test_a_shift_called_off_and_a_rota_ended_take_the_leave_with_them(room: DeskRig) -> None:
    """What was approved in either does not go out."""
    rota = make_rota(room)
    (first,) = plan(room, rota, shift(room, "ada", 0, 8))["shift_ids"]
    plan(room, rota, shift(room, "ben", 0, 8))
    acts = [said(room, "ada"), said(room, "ben", "Trains to Fife run again.")]
    room.do("shift-call-off", "dora", shift_id=first, why="Not needed after all")
    room.do("rota-end", "greta", rota_id=rota, why="Not needed after all")

    assert ["approved"] * 2 == [each["state"] for each in acts]
    assert [False, False] == [room.send(each).cleared for each in acts]
    with pytest.raises(RejectError, match="has ended"):
        plan(room, rota, shift(room, "cat", 0, 8))


def test_the_grant_of_a_shift_ended_by_itself_calls_the_shift_off(room: DeskRig) -> None:
    """So that what is shown as planned has leave."""
    rota = make_rota(room)
    (planned,) = plan(room, rota, shift(room, "ada", 0, 8))["shift_ids"]
    room.do("end-grant", "dora", grant_id=room.row("shifts", planned)["grant_id"], why="A mishap")

    assert "called-off" == room.row("shifts", planned)["state"]


def test_the_clock_marks_what_is_over_and_ends_what_nobody_looked_at(room: DeskRig) -> None:
    """A grant somebody vouched for stays until it is due again."""
    rota = make_rota(room)
    (planned,) = plan(room, rota, shift(room, "ada", 0, 8))["shift_ids"]
    given = [str(room.give_grant(who)["grant_id"]) for who in ("ada", "ben")]
    to_moment(room, room.now_ms + 179 * DAY_MS)
    room.do("grant-certify", "greta", grant_id=given[0], days=30, why="Still in the team")
    to_moment(room, room.now_ms + DAY_MS)
    turns = turns_of(room)
    turns.turn()

    assert 0 == turns.turn()
    assert "done" == room.row("shifts", planned)["state"]
    assert ["live", "ended"] == [room.row("grants", each)["state"] for each in given]
    assert given[1] in [each["facts"]["grant"] for each in room.notes("grant.lapsed")]


def test_no_number_of_shifts_ahead_hides_the_one_that_is_on(room: DeskRig) -> None:
    """Ada is planned for each of the next hundred days, and may speak today."""
    rota = make_rota(room, days=120)
    plan(room, rota, *(shift(room, "ada", day * 24, day * 24 + 8) for day in range(100)))

    assert "approved" == said(room, "ada")["state"]


def _day(row: dict[str, Any]) -> int:
    return from_epoch_ms(row["starts_at_ms"]).day
