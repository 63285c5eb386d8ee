"""Grants that are limited, at the desk and at the sending: by the rules that come with Mercat."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from services.runtime.clock import ManualClock
from services.runtime.errors import StaleStateError
from services.store.takeover_tables import GRANT_COLUMNS
from tests.desk_rig import CLEAN, DeskRig, desk_rig
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

OFFICE: Final = [{"days": ["friday"], "since": "09:00", "until": "17:00"}]
FRIDAY: Final = (2026, 11, 27)
NEXT_FRIDAY: Final = (2026, 12, 4)
HOUR_SECONDS: Final = 3_600


@pytest.fixture(scope="module")
def gate() -> Iterator[ListeningGate]:
    """The rules of Mercat in the engine of one machine."""
    with real_gate() as made:
        yield made


@pytest.fixture
def desk(sqlite_path: Path, clock: ManualClock, gate: ListeningGate) -> Iterator[DeskRig]:
    """A desk on a Friday at ten where nothing waits for a second person by itself."""
    set_clock(clock, *FRIDAY, 10)
    with desk_rig(sqlite_path, clock, four_eyes=False) as rig:
        yield ruled(rig, gate, theme_by_words)


def limited(desk: DeskRig, login: str = "curt", **order: Any) -> str:
    """Give somebody one grant for the town in place of what they had, and return its id."""
    person = desk.rows("person_by_login", login)[0]["id"]
    for row in desk.rows("grants_for", str(person), "town"):
        desk.do("end-grant", "greta", grant_id=row["id"], why="a narrower one")
    return str(desk.give_grant(login, **order)["grant_id"])


def said(desk: DeskRig, text: str, login: str = "curt", **order: Any) -> dict[str, Any]:
    """Return a statement as the town, drafted and proposed."""
    asked: dict[str, Any] = {"kind": "statement", "account": "town", "text": text} | order
    act = desk.do("draft", login, **asked)
    return desk.do("propose", login, act_id=act["id"])


def test_a_grant_with_hours_refuses_at_night_and_lets_go_in_the_morning(desk: DeskRig) -> None:
    """The refusal says that it is the hour, and what to do."""
    limited(desk, hours=OFFICE, zone="Europe/London")
    set_clock(desk.clock, *FRIDAY, 23)
    night = said(desk, "The harbour lights are on.")
    set_clock(desk.clock, *NEXT_FRIDAY, 9)
    morning = said(desk, "The harbour lights were on.")

    (reason,) = night["reasons"]
    assert ("denied", "authority.out_of_hours") == (night["state"], reason["message"])
    assert "within the grant's hours" in reason["cure"]
    assert went_out(desk, morning)


def test_what_was_approved_in_its_hours_is_not_sent_after_them(desk: DeskRig) -> None:
    """The last gate asks again at the moment of the sending."""
    limited(desk, hours=OFFICE, zone="Europe/London")
    set_clock(desk.clock, *FRIDAY, 16, 59)
    act = said(desk, "The harbour lights are on.")
    set_clock(desk.clock, *FRIDAY, 17)

    assert "approved" == act["state"]
    assert not went_out(desk, act)
    assert "denied" == desk.state(act)


def test_hours_without_a_zone_are_told_by_the_offices_clock(desk: DeskRig) -> None:
    """In July nine o'clock there is eight by UTC."""
    limited(desk, hours=OFFICE)
    set_clock(desk.clock, 2027, 7, 2, 8)

    assert "approved" == said(desk, "The pier is open.")["state"]


def test_a_grant_that_is_revoked_midway_stops_what_was_approved(desk: DeskRig) -> None:
    """It holds from the next send on."""
    grant_id = limited(desk, hours=OFFICE, zone="Europe/London")
    act = said(desk, "The harbour lights are on.")
    desk.do("end-grant", "dora", grant_id=grant_id, why="something came up")

    assert "approved" == act["state"]
    assert not went_out(desk, act)


def test_a_grant_that_ends_while_its_act_is_judged_lets_nothing_begin(desk: DeskRig) -> None:
    """The sending is bound to the account as it was judged."""
    grant_id = limited(desk)
    act = said(desk, "The harbour lights are on.")
    clearance = desk.clear(act)
    desk.do("end-grant", "dora", grant_id=grant_id, why="something came up")

    assert clearance.cleared
    with pytest.raises(StaleStateError):
        desk.commit(clearance)


def test_the_theme_of_a_statement_is_found_in_its_words(desk: DeskRig, gate: ListeningGate) -> None:
    """At its proposal and at its sending alike, and the theme is on record with the verdict."""
    limited(desk, themes=["bins"])
    within = said(desk, "The bins are emptied on Friday.")
    at_proposal = gate.asked["act"]["theme"]
    cleared = went_out(desk, within)
    at_sending = gate.asked["act"]["theme"]
    beyond = said(desk, "The trees are felled today.")

    assert ("bins", True, "bins") == (at_proposal, cleared, at_sending)
    assert ("denied", {"authority.out_of_theme"}) == (beyond["state"], messages(beyond, "deny"))
    notes = desk.notes("act.cleared")
    assert "bins" == notes[-1]["open"]["facts"]["act"]["theme"]


def test_an_act_without_a_theme_waits_for_somebody_on_duty(desk: DeskRig) -> None:
    """An approver's word is not enough; a duty officer's is, and then it goes out."""
    limited(desk, themes=["bins"])
    act = said(desk, "Good morning to all of you.")
    approved = desk.approve(act, "moira")
    on_duty = desk.approve(approved, "dora")

    assert ("held", {"authority.theme_unknown"}) == (act["state"], messages(act, "hold"))
    assert ("held", "approved") == (approved["state"], on_duty["state"])
    assert went_out(desk, on_duty)


def test_without_that_rule_an_act_without_a_theme_does_not_go_out_alone(rig: DeskRig) -> None:
    """What is promised of grants does not hang on a rule that somebody took out."""
    limited(rig, themes=["bins"])
    rig.gate.without = {"authority/live_grant"}
    act = said(rig, "Good morning to all of you.")
    rig.gate.without |= {"authority/four_eyes"}
    alone = said(rig, "Good evening to all of you.")
    agreed_to = rig.approve(act)

    assert "Nobody has leave" in rig.clear(alone).sentence
    assert rig.clear(agreed_to).cleared


def test_a_reply_has_the_theme_of_its_case(desk: DeskRig) -> None:
    """Whatever its words are about."""
    limited(desk, themes=["trees"])
    act = desk.held("The trees are nobody's business here.", who="curt")

    assert {"authority.out_of_theme"} == messages(act, "deny")


def test_a_quota_of_the_grant_counts_what_its_holder_asked_for(desk: DeskRig) -> None:
    """What fitted goes out all the same, and an hour later there is room again."""
    limited(desk, quota_hour=2, quota_day=3)
    first = said(desk, "One swan on the water.")
    second = said(desk, "Two swans on the water.")
    third = said(desk, "Three swans on the water.")
    sent = [went_out(desk, first), went_out(desk, second)]
    desk.clock.advance(HOUR_SECONDS + 1)
    later = said(desk, "Four swans on the water.")
    last = said(desk, "Five swans on the water.")

    assert ("denied", {"authority.grant_quota_hour"}) == (third["state"], messages(third, "deny"))
    assert [True, True] == sent
    assert ("approved", "denied") == (later["state"], last["state"])
    assert {"authority.grant_quota_day"} == messages(last, "deny")


def test_a_quota_is_of_one_person_as_one_account(desk: DeskRig) -> None:
    """What others said, and what they said elsewhere, does not fill it."""
    limited(desk, quota_hour=1)
    said(desk, "A swan on the water.", login="ines")
    said(desk, "A heron on the water.", account="library")

    assert "approved" == said(desk, "A coot on the water.")["state"]


@pytest.mark.parametrize(
    ("languages", "language", "text", "state"),
    [
        (["en"], "en", "The harbour lights are on again.", "approved"),
        (["gd"], "en", "The harbour lights are on again.", "denied"),
        (["gd"], "gd", "The harbour lights are on again tonight, and the pier is open.", "denied"),
        (["gd"], None, "The harbour lights are on again tonight, and the pier is open.", "denied"),
    ],
)
def test_the_language_is_that_of_the_words(
    desk: DeskRig, languages: list[str], language: str | None, text: str, state: str
) -> None:
    """Saying that English is Gaelic does not make it so."""
    limited(desk, languages=languages)

    act = said(desk, text, language=language)

    assert state == act["state"]
    assert ({"authority.out_of_language"} if state == "denied" else set()) == messages(act, "deny")


@pytest.mark.parametrize(
    ("answers", "addressed", "state"),
    [
        ("anyone", None, "approved"),
        ("own-account", None, "denied"),
        ("own-account", "@town@social.example", "approved"),
        ("nobody", "@town@social.example", "denied"),
    ],
)
def test_whom_a_grant_lets_answer(
    desk: DeskRig, answers: str, addressed: str | None, state: str
) -> None:
    """Anyone, those who spoke to the account itself, or nobody; statements are as free as ever."""
    limited(desk, answers=answers)
    desk.amend("posts", "post-1", account=addressed)

    act = desk.held(CLEAN, who="curt")
    statement = said(desk, "A swan on the water.")

    assert (state, "approved") == (act["state"], statement["state"])


def test_a_grant_from_before_there_were_limits_goes_on_as_it_was(desk: DeskRig) -> None:
    """Its row has empty columns, or none that it knows of."""
    grant_id = limited(desk)
    row = desk.row("grants", grant_id)
    names = {column.name for column in GRANT_COLUMNS}
    desk.write("grants", grant_id, **{name: row[name] for name in row.keys() - names})

    act = said(desk, "A swan on the water.")

    assert [] == [each for each in act["reasons"] if each["severity"] != "advice"]
    assert "trust" not in act
    assert went_out(desk, act)


def test_a_curator_blocks_nobody(desk: DeskRig) -> None:
    """Whatever the settings say of second persons; they are told whom to tell."""
    act = said(desk, "", kind="block", target="@rude@social.example")

    reasons = {each["message"]: each for each in act["reasons"]}
    assert "denied" == act["state"]
    assert "duty officer" in reasons["authority.moderation_closed"]["cure"]


def test_a_block_that_the_grant_names_waits_for_others_all_the_same(desk: DeskRig) -> None:
    """It is opened, and two people look at it, since it cannot be taken back."""
    limited(desk, kinds=["statement", "block", "hide"])
    block = said(desk, "", kind="block", target="@rude@social.example")
    hide = said(desk, "", kind="hide", target="native-7")

    assert {"authority.moderation", "authority.high_impact"} == messages(block, "hold")
    assert {"authority.moderation"} == messages(hide, "hold")
    assert [True, True] == [went_out(desk, agreed(desk, each)) for each in (block, hide)]


def test_staff_whose_grant_names_it_hide_as_before(desk: DeskRig) -> None:
    """Moderation is closed to curators, not to those whose work it is."""
    limited(desk, "ines", kinds=["statement", "hide"])

    assert "approved" == said(desk, "", "ines", kind="hide", target="native-7")["state"]


@pytest.mark.parametrize(
    "order",
    [
        {"hours": [{"days": ["friday"], "since": "09:00", "until": "09:00"}]},
        {"hours": OFFICE * 22},
        {"zone": "Europe/Mercatburgh"},
        {"languages": ["english"]},
        {"answers": "friends"},
        {"quota_hour": 0},
        {"initials": "no initials"},
        {"origin": "takeover"},
    ],
)
def test_a_grant_with_limits_that_are_none_is_not_given(desk: DeskRig, order: Any) -> None:
    """In words that name the part."""
    with pytest.raises(Exception, match=next(iter(order))):
        desk.give_grant("curt", **order)


def test_what_a_grant_is_limited_to_is_on_record_and_in_the_answer(desk: DeskRig) -> None:
    """In the audit's own words, and in columns."""
    told = desk.give_grant("curt", quota_day=5, languages=["en"], initials="CE")

    (note,) = desk.notes("grant.given")[-1:]
    kept = desk.row("grants", told["grant_id"])
    assert "Curt may reply, statement as town; in en only; 5 a day at most." == told["sentence"]
    assert (5, "CE") == (note["open"]["limits"]["quota_day"], kept["initials"])
