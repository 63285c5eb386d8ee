"""Takeovers at the desk: who may speak when, what ends it, and what two do at the same moment."""

from itertools import pairwise
from typing import Any

import pytest

from services.policy.takeover import PENDING
from services.policy.takeover_reading import TakeoverReading
from services.runtime.actor import OPERATOR
from services.runtime.clock import HOUR_MS
from services.runtime.errors import NotFoundError, RejectError
from tests.desk_rig import TAKEOVERS, DeskRig
from tests.integration.policy.test_desk_together import assert_chains_hold, together
from tests.takeover_rig import (
    grant_of,
    may_speak,
    plan,
    prepare,
    ready,
    settle,
    state_of,
    turns_of,
    without_grants,
)

MILLISECOND = 0.001


def test_leave_opens_and_ends_with_the_slot_to_the_millisecond(rig: DeskRig) -> None:
    """By the window alone: no turn of the clock is made in between."""
    without_grants(rig)
    ready(rig)

    rig.clock.advance(3_600 - MILLISECOND)
    before = may_speak(rig)
    rig.clock.advance(MILLISECOND)
    first = may_speak(rig)
    rig.clock.advance(3_600 - MILLISECOND)
    last = may_speak(rig)
    rig.clock.advance(MILLISECOND)

    assert (False, True, True, False) == (before, first, last, may_speak(rig))


def test_the_next_slot_waits_for_the_close_and_begins_with_it(rig: DeskRig) -> None:
    """What was left behind is settled before somebody else speaks."""
    without_grants(rig)
    first, second = ready(rig, 1, 2, who="ivor"), ready(rig, 2, 3)
    rig.clock.advance(3_600)
    rig.do("takeover-sign-on", "ivor", takeover_id=first)
    rig.clock.advance(3_600)
    turns_of(rig).turn()

    waiting = may_speak(rig), state_of(rig, second), grant_of(rig, second)["state"]
    told = TakeoverReading(rig.store, rig.clock, TAKEOVERS).one(second)["waits"]
    settle(rig, first)
    rig.do("takeover-close", "dora", takeover_id=first)

    assert (False, "ready", "waiting") == waiting
    assert "is closed, the house speaks and this one waits" in told
    assert may_speak(rig)
    turns_of(rig).turn()
    assert "live" == state_of(rig, second)


def test_closed_early_the_next_slot_begins_by_the_clock_alone(rig: DeskRig) -> None:
    """There is no gap where nothing is left to be settled."""
    without_grants(rig)
    first, second = ready(rig, 1, 2, who="ivor"), ready(rig, 2, 3)
    rig.clock.advance(3_600)
    rig.do("takeover-sign-on", "ivor", takeover_id=first)
    rig.do("takeover-sign-off", "ivor", takeover_id=first)
    settle(rig, first)
    rig.do("takeover-close", "dora", takeover_id=first)

    rig.clock.advance(3_600 - MILLISECOND)
    before = may_speak(rig)
    rig.clock.advance(MILLISECOND)

    assert (False, True) == (before, may_speak(rig))
    rig.do("takeover-sign-on", "curt", takeover_id=second)
    assert "live" == state_of(rig, second)


def test_of_two_planned_at_once_over_one_another_one_is_kept(rig: DeskRig) -> None:
    """The other is told what is there."""
    outcomes = together(lambda: plan(rig), lambda: plan(rig, 1.5, 2.5), lambda: plan(rig, 0.5, 1.5))

    refused = [each for each in outcomes if isinstance(each, RejectError)]
    assert len(refused) >= 1
    kept = rig.rows("takeovers_of_account", "town", 0, 2**52, 100)
    slots: list[Any] = sorted((row["starts_at_ms"], row["ends_at_ms"]) for row in kept)
    assert all(one[1] <= other[0] for one, other in pairwise(slots))
    assert_chains_hold(rig)


def test_other_accounts_have_calendars_of_their_own(rig: DeskRig) -> None:
    """And a slot that was taken back leaves its time free."""
    first = plan(rig)
    assert plan(rig, account="library")
    rig.do("takeover-withdraw", "greta", takeover_id=first, why="another week")

    assert plan(rig)


def test_a_pause_holds_at_once_and_going_on_takes_an_officer(rig: DeskRig) -> None:
    """Whoever speaks can pause themselves, and cannot undo it."""
    without_grants(rig)
    takeover_id = ready(rig)
    rig.clock.advance(3_600)
    rig.do("takeover-sign-on", "curt", takeover_id=takeover_id)

    rig.do("takeover-pause", "curt", takeover_id=takeover_id, why="I am not well")

    assert not may_speak(rig)
    with pytest.raises(RejectError):
        rig.do("takeover-resume", "curt", takeover_id=takeover_id, why="better")
    rig.do("takeover-resume", "dora", takeover_id=takeover_id, why="they are better")
    assert may_speak(rig)


def test_what_was_approved_in_a_slot_is_not_sent_after_it(rig: DeskRig) -> None:
    """The gate is asked again at the sending, by the same clock."""
    without_grants(rig)
    takeover_id = ready(rig)
    rig.clock.advance(3_600)
    rig.do("takeover-sign-on", "curt", takeover_id=takeover_id)
    act = rig.approved(who="curt")

    rig.do("takeover-stop", "dora", takeover_id=takeover_id, why="enough")

    assert not rig.send(act).cleared


def test_who_ends_the_grant_ends_the_takeover(rig: DeskRig) -> None:
    """Leave is never gone while somebody is said to be speaking; the operator may too."""
    takeover_id = ready(rig)
    grant_id = str(rig.row("takeovers", takeover_id)["grant_id"])

    rig.do("end-grant", OPERATOR, grant_id=grant_id, why="the account was taken over")

    assert ("ended", "ended") == (
        state_of(rig, takeover_id),
        grant_of(rig, takeover_id)["state"],
    )
    assert ["takeover.stop"] == [note["kind"] for note in rig.notes("takeover.stop")]


def test_a_curator_who_leaves_speaks_no_more(rig: DeskRig) -> None:
    """Their slots end, live or waiting, in the transaction in which they leave."""
    first, second = ready(rig, 1, 2), ready(rig, 2, 3)
    rig.clock.advance(3_600)
    turns_of(rig).turn()

    rig.do("person-leaves", "greta", login="curt", why="they moved away")

    assert ["ended", "ended"] == [grant_of(rig, each)["state"] for each in (first, second)]
    assert ["ended", "ended"] == [state_of(rig, each) for each in (first, second)]
    assert_chains_hold(rig)


@pytest.mark.parametrize(
    ("login", "place"), [("curt", "curator"), ("dora", "duty-officer"), ("ines", "standby")]
)
def test_slots_to_come_say_that_they_need_another_person(
    rig: DeskRig, login: str, place: str
) -> None:
    """In the answer to who had them leave, and wherever the slot is shown."""
    takeover_id = plan(rig)
    prepare(rig, takeover_id)

    reply = rig.do("person-leaves", "greta", login=login, why="they moved away")

    assert f"need another person in their place: {takeover_id}" in reply["sentence"]
    shown = TakeoverReading(rig.store, rig.clock, TAKEOVERS).one(takeover_id)
    assert [place] == list(shown["needs_another"])
    assert shown["state"] in PENDING


def test_what_is_read_says_what_is_still_to_be_done(rig: DeskRig) -> None:
    """Step by step, with logins in place of ids."""
    takeover_id = plan(rig)
    rig.do("takeover-invite", "greta", takeover_id=takeover_id, login="curt")
    rig.do("takeover-accept", "curt", takeover_id=takeover_id)
    reading = TakeoverReading(rig.store, rig.clock, TAKEOVERS)

    shown = reading.one(takeover_id)

    assert ("curt", "dora", "ines", ["consent", "practise"]) == (
        shown["curator"],
        shown["duty_officer"],
        shown["standby"],
        list(shown["steps_missing"]),
    )
    assert [takeover_id] == [each["id"] for each in reading.in_state("onboarding")]
    assert [takeover_id] == [each["id"] for each in reading.between(0, 2**52, account="town")]
    with pytest.raises(NotFoundError):
        reading.one("nothing")


@pytest.mark.parametrize(
    ("values", "match"),
    [({"themes": ["dragons"]}, "no theme 'dragons'"), ({"account": "moon"}, "no account")],
)
def test_a_slot_is_of_what_there_is(rig: DeskRig, values: dict[str, Any], match: str) -> None:
    """Neither of an account nor about a theme that nobody knows."""
    with pytest.raises(RejectError, match=match):
        plan(rig, **values)


def test_practice_is_judged_as_if_the_slot_had_begun(rig: DeskRig) -> None:
    """Nobody is told that they have no grant, which they know; the number is what is refused."""
    without_grants(rig)
    takeover_id = plan(rig)
    rig.do("takeover-invite", "greta", takeover_id=takeover_id, login="curt")
    rig.do("takeover-accept", "curt", takeover_id=takeover_id)

    text = "Ring me on 07700 900123."
    reply = rig.do("takeover-practise", "curt", takeover_id=takeover_id, text=text)

    rules = [reason["rule"] for reason in reply["verdict"]["reasons"]]
    assert "content/personal_data" in rules
    assert "authority/live_grant" not in rules
    assert [] == list(rig.desk.acts(state=None, case_id=None, after=None, limit=10))
    assert all(text not in str(note) for note in rig.notes("takeover.practise"))


def test_a_turn_moves_what_is_due_and_nothing_else(rig: DeskRig) -> None:
    """A second turn finds nothing to do."""
    first, later = plan(rig, 1, 2), ready(rig, 30, 31)
    rig.clock.advance(2 * 3_600)

    assert [1, 0] == [turns_of(rig).turn(), turns_of(rig).turn()]
    assert ("closed", "ready") == (state_of(rig, first), state_of(rig, later))
    assert (
        HOUR_MS == rig.row("takeovers", later)["ends_at_ms"] - grant_of(rig, later)["starts_at_ms"]
    )
