"""The ladder of trust at the desk and at the sending, by the rules that come with Mercat."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from services.policy.trust import draw_of
from services.runtime.clock import ManualClock
from services.runtime.errors import NotAllowedError, RejectError, StaleStateError
from tests.authority import authority_data
from tests.desk_rig import PHONE, DeskRig, desk_rig
from tests.integration.policy.ruled_desk import (
    ListeningGate,
    agreed,
    messages,
    real_gate,
    ruled,
    set_clock,
    theme_by_words,
    went_out,
)

MONDAY: Final = (2026, 11, 30)
MINUTE_SECONDS: Final = 60
DAY_SECONDS: Final = 86_400
STEPS: Final = authority_data().trust.clean_acts
BIRDS: Final = ("swan", "heron", "coot", "gull", "tern", "eider", "plover", "curlew", "dunlin")


@pytest.fixture(scope="module")
def gate() -> Iterator[ListeningGate]:
    """The rules of Mercat in the engine of one machine."""
    with real_gate() as made:
        yield made


@pytest.fixture
def desk(sqlite_path: Path, clock: ManualClock, gate: ListeningGate) -> Iterator[DeskRig]:
    """A desk on a Monday at nine where curt speaks by a rota, and nothing else would wait."""
    set_clock(clock, *MONDAY, 9)
    with desk_rig(sqlite_path, clock, four_eyes=False) as rig:
        person = rig.rows("person_by_login", "curt")[0]["id"]
        for row in rig.rows("grants_for", str(person), "town"):
            rig.do("end-grant", "greta", grant_id=row["id"], why="the rota")
        rig.give_grant("curt", origin="rota")
        yield ruled(rig, gate, theme_by_words)


def said(desk: DeskRig, number: int, login: str = "curt", **order: Any) -> dict[str, Any]:
    """Return a statement as the town about a bird, drafted and proposed."""
    text = f"{number} {BIRDS[number % len(BIRDS)]} on the water."
    asked: dict[str, Any] = {"kind": "statement", "account": "town", "text": text} | order
    act = desk.do("draft", login, **asked)
    return desk.do("propose", login, act_id=act["id"])


def put_on(desk: DeskRig, level: str, login: str = "curt") -> None:
    """Put somebody on a level."""
    why = "as agreed between us"
    desk.do("trust-set", "greta", login=login, account="town", level=level, why=why)
    desk.clock.advance(MINUTE_SECONDS)


def level(desk: DeskRig, login: str = "curt") -> str | None:
    """Return the level that somebody is shown for the town, or None."""
    told = {each["account"]: str(each["level"]) for each in desk.desk.trust(login)}
    return told.get("town")


def test_every_act_of_a_beginner_waits_whatever_the_settings_say(desk: DeskRig) -> None:
    """And the answer says on which level they are, and why."""
    act = said(desk, 1)

    assert ("held", {"authority.trust_every"}) == (act["state"], messages(act, "hold"))
    assert {"level": "every", "means": "every act waits for somebody"} == {
        name: act["trust"][name] for name in ("level", "means")
    }
    assert "5 more clean acts lead to first" in act["trust"]["why"]
    assert went_out(desk, agreed(desk, act))


def test_staff_with_a_standing_grant_are_on_no_ladder(desk: DeskRig) -> None:
    """Their verdicts are what they were, and nothing is said of trust."""
    act = said(desk, 1, login="ines")

    assert ("approved", None) == (act["state"], level(desk, "ines"))
    assert "trust" not in act


def test_clean_acts_lead_up_a_level(desk: DeskRig) -> None:
    """Counted from what went out; nothing was written on the way."""
    for number in range(STEPS.every):
        before = level(desk)
        assert went_out(desk, agreed(desk, said(desk, number)))
        desk.clock.advance(MINUTE_SECONDS)

    assert ("every", "first") == (before, level(desk))
    assert [] == desk.rows("trust_levels_of_account", "town", 10)


def test_an_act_that_nobody_can_find_is_not_clean(desk: DeskRig) -> None:
    """Only what reached its platform counts."""
    for number in range(STEPS.every):
        assert desk.send(agreed(desk, said(desk, number))).cleared
        desk.clock.advance(MINUTE_SECONDS)

    assert "every" == level(desk)


def test_the_first_of_a_day_waits_and_those_behind_it_go(desk: DeskRig) -> None:
    """The next day it begins again."""
    put_on(desk, "first")
    first = said(desk, 1)
    agreed(desk, first)
    second = said(desk, 2)
    desk.clock.advance(DAY_SECONDS)
    third = said(desk, 3)

    assert {"authority.trust_first_of_day"} == messages(first, "hold")
    assert ("approved", "held") == (second["state"], third["state"])


def test_the_first_to_a_person_waits_and_the_next_to_them_goes(desk: DeskRig) -> None:
    """Each person's first, whoever was answered before."""
    put_on(desk, "first")
    agreed(desk, said(desk, 1))
    first = desk.held("It is on Friday.", who="curt")
    agreed(desk, first)
    second = desk.held("It is on Friday at noon.", who="curt")

    assert {"authority.trust_first_to_person"} == messages(first, "hold")
    assert "approved" == second["state"]


def test_a_share_is_drawn_by_what_an_act_says(desk: DeskRig) -> None:
    """Exactly those whose digest draws under the share wait, and they do so at each asking."""
    put_on(desk, "sampled")
    acts = [said(desk, number) for number in range(24)]

    share = authority_data().trust.sampled_percent
    drawn = [act["id"] for act in acts if draw_of(act["digest"]) < share]
    held = [act for act in acts if act["state"] == "held"]
    again = [desk.do("propose", "curt", act_id=act["id"])["state"] for act in held]
    assert drawn == [act["id"] for act in held]
    assert ["held"] * len(held) == again


def test_at_the_top_an_act_goes_out_and_is_marked_to_be_looked_at(desk: DeskRig) -> None:
    """The record says so, under the rule's name."""
    put_on(desk, "after")

    act = said(desk, 1)

    assert ("approved", {"authority.trust_after"}) == (act["state"], messages(act, "advice"))
    assert went_out(desk, act)


def test_a_refusal_takes_its_author_down_at_once(desk: DeskRig) -> None:
    """A level, in the transaction of the refusal, with its reason on record."""
    put_on(desk, "after")
    waiting = said(desk, 1)
    before = desk.row("accounts", "town")["version"]
    refused = said(desk, 2, text=PHONE)

    (note,) = desk.notes("trust.fell")
    assert ("denied", "sampled") == (refused["state"], refused["trust"]["level"])
    assert "refused by content/personal_data" in refused["trust"]["why"]
    assert ("after", "sampled") == (note["facts"]["level_before"], note["facts"]["level"])
    assert before + 1 == desk.row("accounts", "town")["version"]
    assert "approved" == waiting["state"]


def test_a_refusal_that_is_nobodys_fault_takes_nobody_down(desk: DeskRig) -> None:
    """Nor does one for being out of what a grant allows: nothing happened."""
    put_on(desk, "after")
    act = desk.do("draft", "curt", case_id="case-1", text="It is on Friday.")
    desk.amend("posts", "post-1", revision="2")
    gone = desk.do("propose", "curt", act_id=act["id"])
    repost = said(desk, 1, kind="repost", text="", target="native-7")

    assert ["denied", "denied"] == [gone["state"], repost["state"]]
    assert "after" == level(desk)


def test_after_a_fall_clean_acts_count_anew(desk: DeskRig) -> None:
    """What led up before is not forgotten on record, and counts no more."""
    for number in range(STEPS.every):
        went_out(desk, agreed(desk, said(desk, number)))
        desk.clock.advance(MINUTE_SECONDS)
    climbed = level(desk)
    said(desk, 8, text=PHONE)

    (row,) = desk.rows("trust_levels_of_account", "town", 10)
    assert ("first", "every") == (climbed, level(desk))
    assert ("every", 0) == (row["level"], row["clean_acts"])


def test_a_complaint_holds_what_was_about_to_go_out(desk: DeskRig) -> None:
    """It is judged by where its author stands at the sending."""
    put_on(desk, "first")
    agreed(desk, said(desk, 1))
    waiting = said(desk, 2)
    told = desk.do(
        "trust-complaint",
        "dora",
        login="curt",
        account="town",
        act_id=waiting["id"],
        why="Somebody was hurt by it.",
    )

    assert ("approved", "every") == (waiting["state"], told["level"])
    assert not went_out(desk, waiting)
    assert "held" == desk.state(waiting)
    assert "Somebody complained: Somebody was hurt by it." in str(desk.desk.trust("curt")[0]["why"])


def test_a_fall_while_an_act_is_judged_lets_it_not_begin(desk: DeskRig) -> None:
    """The account's version is raised with it."""
    put_on(desk, "after")
    act = said(desk, 1)
    clearance = desk.clear(act)
    desk.do("trust-complaint", "dora", login="curt", account="town", why="It was rude.")

    assert clearance.cleared
    with pytest.raises(StaleStateError):
        desk.commit(clearance)


def test_staff_are_put_on_the_ladder_by_name(desk: DeskRig) -> None:
    """By choice; the others stay as they were."""
    put_on(desk, "every", "ines")

    act = said(desk, 1, login="ines")

    assert ("held", "every") == (act["state"], act["trust"]["level"])
    assert "approved" == said(desk, 2, login="dora")["state"]


def test_nobody_says_how_far_they_are_trusted_themselves(desk: DeskRig) -> None:
    """Neither up nor down."""
    desk.give_grant("dora", origin="rota")
    asked = {"login": "dora", "account": "town", "why": "I know myself"}

    with pytest.raises(NotAllowedError, match="themselves"):
        desk.do("trust-set", "dora", level="after", **asked)


def test_a_complaint_names_who_did_it(desk: DeskRig) -> None:
    """And somebody whom the ladder is for."""
    act = said(desk, 1, login="ines")
    other = {"account": "town", "act_id": act["id"], "why": "It was rude."}

    with pytest.raises(RejectError, match="name who wrote it"):
        desk.do("trust-complaint", "dora", login="curt", **other)
    with pytest.raises(RejectError, match="no ladder of trust"):
        desk.do("trust-complaint", "greta", login="ines", account="town", why="It was rude.")


def test_acts_are_shown_with_where_their_author_stands(desk: DeskRig) -> None:
    """In lists, and one by one; those of others without."""
    act = said(desk, 1)
    other = said(desk, 2, login="ines")

    shown = {
        each["id"]: each["trust"]
        for each in desk.desk.acts(state=None, case_id=None, after=None, limit=10)
    }
    assert ("every", None) == (shown[act["id"]]["level"], shown[other["id"]])
    assert "every" == desk.desk.act(act["id"])["trust"]["level"]


def test_advice_says_where_its_author_stands(desk: DeskRig) -> None:
    """While they write, before anything is asked."""
    told = desk.do("advise", "curt", kind="statement", account="town", text="A swan.")

    assert "every" == told["trust"]["level"]
