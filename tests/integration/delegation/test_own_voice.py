"""Many staff in their own voice: each signs what they write with initials of their own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from services.runtime.actor import OPERATOR
from services.runtime.clock import HOUR_MS, ManualClock, from_epoch_ms
from services.runtime.errors import RejectError
from tests.desk_rig import DeskRig, desk_rig
from tests.integration.policy.ruled_desk import (
    ListeningGate,
    messages,
    real_gate,
    ruled,
    set_clock,
    theme_by_words,
)
from tests.rota_rig import make_rota, plan, shift

STAFF: Final = {"kirsty": "Kirsty MacLeod", "kenneth": "Kenneth Muir", "jo": "Jo Ross"}


@pytest.fixture(scope="module")
def gate() -> Iterator[ListeningGate]:
    """The rules of Mercat in the engine of one machine."""
    with real_gate() as made:
        yield made


@pytest.fixture
def desk(sqlite_path: Path, clock: ManualClock, gate: ListeningGate) -> Iterator[DeskRig]:
    """A desk with three of the staff, of whom two have the same first letters."""
    set_clock(clock, 2026, 11, 27, 10)
    with desk_rig(sqlite_path, clock, four_eyes=False) as rig:
        for login, name in STAFF.items():
            address = f"{login}@town.example"
            roles = ("team-member",)
            person: dict[str, Any] = {
                "login": login,
                "name": name,
                "address": address,
                "roles": roles,
            }
            rig.do("add-person", OPERATOR, **person)
        yield ruled(rig, gate, theme_by_words)


def said(desk: DeskRig, login: str, text: str, **order: Any) -> dict[str, Any]:
    """Return a statement as the town, drafted and proposed."""
    asked: dict[str, Any] = {"kind": "statement", "account": "town", "text": text} | order
    act = desk.do("draft", login, **asked)
    return desk.do("propose", login, act_id=act["id"])


def test_each_signs_what_they_write_and_the_digest_is_of_the_signed_words(desk: DeskRig) -> None:
    """Words are signed when they are drafted or edited, once, and go out as they were judged."""
    desk.give_grant("kirsty", initials="KM")
    act = desk.do("draft", "kirsty", kind="statement", account="town", text="The lights are on.")
    edited = desk.do(
        "edit", "kirsty", act_id=act["id"], version=1, text="The lights are on again.  "
    )
    own = desk.do(
        "edit", "kirsty", act_id=act["id"], version=2, text="The lights are on again. ^KM"
    )
    done = desk.do("propose", "kirsty", act_id=act["id"])
    clearance = desk.send(done)

    texts = ["The lights are on. ^KM", "The lights are on again. ^KM"]
    assert texts == [act["text"], edited["text"]]
    assert edited["text"] == own["text"]
    assert "approved" == done["state"]
    assert clearance.cleared
    assert own["digest"] == desk.row("acts", act["id"])["digest"]


def test_words_drafted_before_initials_were_asked_for_are_refused_with_the_cure(
    desk: DeskRig,
) -> None:
    """What somebody approved is never changed, so it is the writer who signs it."""
    first = str(desk.give_grant("kirsty")["grant_id"])
    act = desk.do("draft", "kirsty", kind="statement", account="town", text="The lights are on.")
    desk.do("end-grant", "greta", grant_id=first, why="Signed from now on")
    desk.give_grant("kirsty", initials="KM")
    refused = desk.do("propose", "kirsty", act_id=act["id"])

    (reason,) = [each for each in refused["reasons"] if each["severity"] == "deny"]
    assert "denied" == refused["state"]
    assert {"authority.unsigned"} == messages(refused, "deny")
    assert "End it with a space, ^ and your initials" in reason["cure"]


def test_the_initials_count_towards_the_length(desk: DeskRig) -> None:
    """Five hundred letters fit the platform, and five hundred with initials do not."""
    desk.give_grant("jo")
    desk.give_grant("kirsty", initials="KM")
    text = ("The lights are on. " * 40)[:499] + "."

    assert "approved" == said(desk, "jo", text)["state"]
    assert "approved" != said(desk, "kirsty", text)["state"]


def test_two_people_of_one_account_do_not_sign_alike(desk: DeskRig) -> None:
    """The second is asked for others, for a grant as for a rota; another account is another."""
    rota = make_rota(desk, initials=True)
    desk.give_grant("kirsty", initials="KM")

    with pytest.raises(RejectError, match="Two people of town would sign KM"):
        desk.give_grant("kenneth", initials="KM")
    with pytest.raises(RejectError, match="Two people of town would sign KM"):
        plan(desk, rota, shift(desk, "kenneth", 0, 8))
    plan(desk, rota, shift(desk, "kenneth", 0, 8) | {"initials": "KMu"})
    assert desk.give_grant("kenneth", "library", initials="KM")["grant_id"]


def test_two_who_are_planned_together_do_not_sign_alike(desk: DeskRig) -> None:
    """Nothing of the plan is kept."""
    rota = make_rota(desk, initials=True)

    with pytest.raises(RejectError, match="would sign KM"):
        plan(desk, rota, shift(desk, "kenneth", 0, 8), shift(desk, "kirsty", 8, 16))
    assert [] == list(desk.rows("shifts_ahead", rota))


def test_a_shift_that_changes_hands_is_signed_by_who_has_it(desk: DeskRig) -> None:
    """The writer of a draft signs it, whoever was planned before."""
    rota = make_rota(desk, initials=True, rest_minutes=0)
    (mine,) = plan(desk, rota, shift(desk, "kirsty", 0, 8))["shift_ids"]
    swap = desk.do("swap-ask", "kirsty", shift_id=mine, login="jo")["swap_id"]
    desk.do("swap-accept", "jo", swap_id=swap)
    act = desk.do("draft", "jo", kind="statement", account="town", text="Good morning.")

    assert "Good morning. ^JR" == act["text"]


def test_who_takes_no_more_than_a_shift_may_not_write_after_it(desk: DeskRig) -> None:
    """The approval of the hour before does not carry what is late."""
    rota = make_rota(desk, initials=True)
    desk.do("trust-set", "greta", login="jo", account="town", level="after", why="Long known")
    plan(desk, rota, shift(desk, "jo", 0, 1))
    act = said(desk, "jo", "Good morning.")
    desk.clock.jump((from_epoch_ms(desk.now_ms + HOUR_MS) - desk.clock.now()).total_seconds())

    assert "approved" == act["state"]
    assert not desk.send(act).cleared
