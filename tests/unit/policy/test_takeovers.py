"""Each move of a takeover: from which states it is allowed, by whom, and what becomes of leave."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any, Final, get_args

import pytest

from schemas.verdict import Verdict
from services.policy.decided import Decided
from services.policy.takeover import MOVES, STATES, MoveName, TakeoverState
from services.policy.takeover_orders import (
    AgreeToTerms,
    EndTakeover,
    InviteCurator,
    MoveTakeover,
)
from services.policy.takeover_planning import invited, withdrawn
from services.policy.takeover_scene import Scene
from services.policy.takeover_steps import (
    Tried,
    accepted,
    consented,
    declined,
    made_ready,
    practised,
)
from services.policy.takeovers import (
    closed,
    no_show,
    paused,
    resumed,
    signed_off,
    signed_on,
    stopped,
)
from services.runtime.actor import Actor
from services.runtime.effects import Key
from services.runtime.errors import NotAllowedError, RejectError
from services.runtime.ports import Guard
from tests.unit.policy.samples import NOW_MS
from tests.unit.policy.takeover_samples import (
    ACTORS,
    CURT,
    DORA,
    GRETA,
    INES,
    SETTINGS,
    TERMS,
    held,
    scene,
    somebody,
    takeover,
)

Deciding = Callable[[Actor, Scene], Decided]
WHY: Final = EndTakeover(takeover_id="takeover-1", why="as it must be")
PLAIN: Final = MoveTakeover(takeover_id="takeover-1")
INVITE: Final = InviteCurator(takeover_id="takeover-1", login="curt")
AGREE: Final = AgreeToTerms(takeover_id="takeover-1", terms_version=TERMS.version)
TRIED: Final = Tried("d" * 64, Verdict(decision="allow", revision="r" * 64))
GRANT: Final = Key("grants", "grant-1")
TOWN: Final = Key("accounts", "town")

DECIDING: Final[dict[MoveName, Deciding]] = {
    "invite": lambda who, on: invited(INVITE, who, on, somebody("curt", "curator")),
    "accept": accepted,
    "decline": lambda who, on: declined(WHY, who, on),
    "consent": lambda who, on: consented(AGREE, who, on, TERMS),
    "practise": lambda who, on: practised(who, on, TRIED),
    "make-ready": lambda who, on: made_ready(PLAIN, who, on, "grant-1", TERMS, SETTINGS),
    "sign-on": signed_on,
    "pause": lambda who, on: paused(WHY, who, on),
    "resume": lambda who, on: resumed(WHY, who, on),
    "no-show": lambda who, on: no_show(WHY, who, on),
    "sign-off": signed_off,
    "stop": lambda who, on: stopped(WHY, who, on),
    "withdraw": lambda who, on: withdrawn(WHY, who, on),
    "close": closed,
}
"""Every move that a person makes on a takeover that is there."""


def by_person(name: MoveName) -> list[str]:
    """Return as what people may make a move."""
    return [by for by in MOVES[name].by if by != "clock"]


def row_of(decided: Decided) -> dict[str, Any]:
    """Return the takeover's row as it is to be written."""
    return dict(decided.writes[Key("takeovers", "takeover-1")] or {})


def test_every_move_by_a_person_is_decided_here() -> None:
    """Nothing in the table of moves is left out, but what the clock and signing in do."""
    by_people = {name for name in MOVES if by_person(name)}

    assert {"plan", "second-factor", *DECIDING} == by_people
    assert set(get_args(MoveName)) == set(MOVES)


@pytest.mark.parametrize(
    ("name", "by", "state"),
    [
        (name, by, state)
        for name in DECIDING
        for by, state in product(by_person(name), MOVES[name].since)
    ],
)
def test_a_move_is_made_from_each_state_that_allows_it(
    name: MoveName, by: str, state: TakeoverState
) -> None:
    """By each who may: the state is the table's, the version one on, and the chain is told."""
    decided = DECIDING[name](ACTORS[by], scene(state))

    move, row = MOVES[name], row_of(decided)
    assert (move.to or state, 6) == (row["state"], row["version"])
    assert move.outcome == row["outcome"]
    assert [(f"takeover.{name}", "account:town")] == [
        (note.kind, note.chain) for note in decided.notes
    ]
    assert by == decided.notes[0].facts["by"]
    assert Guard(Key("takeovers", "takeover-1"), 5) in decided.guards


@pytest.mark.parametrize(
    ("name", "state"),
    [(name, state) for name in DECIDING for state in STATES if state not in MOVES[name].since],
)
def test_a_move_is_refused_from_any_other_state(name: MoveName, state: TakeoverState) -> None:
    """With nothing written."""
    own = scene(state)
    if state == "draft":
        own = scene(state, curator_id="curt-id")

    with pytest.raises(RejectError):
        DECIDING[name](ACTORS[by_person(name)[0]], own)


@pytest.mark.parametrize(
    ("name", "who"),
    [
        (name, who)
        for name in DECIDING
        for who in (GRETA, DORA, CURT, INES)
        if not {"curator" if who is CURT else role for role in who.roles} & set(by_person(name))
    ],
)
def test_a_move_is_refused_to_whoever_may_not(name: MoveName, who: Actor) -> None:
    """The refusal says who may."""
    with pytest.raises(NotAllowedError, match=r"takes|does not"):
        DECIDING[name](who, scene(MOVES[name].since[0], curator_id="curt-id"))


@pytest.mark.parametrize("name", ["make-ready", "resume", "stop", "close", "withdraw", "no-show"])
def test_who_speaks_decides_over_the_slot_in_no_other_role(name: MoveName) -> None:
    """A curator who is an officer too asks another one."""
    both = replace(CURT, roles=frozenset({"curator", "duty-officer", "governance"}))

    with pytest.raises(NotAllowedError, match="ask an officer"):
        DECIDING[name](both, scene(MOVES[name].since[0], curator_id="curt-id"))


def test_making_ready_gives_the_grant_of_exactly_the_slot() -> None:
    """Its window is the slot's, and its limits are those that were planned."""
    own = scene("onboarding", themes="bins trees", languages="en", kinds="statement")

    decided = DECIDING["make-ready"](DORA, own)

    row = decided.writes[GRANT]
    assert row is not None
    assert {
        "person_id": "curt-id",
        "account": "town",
        "kinds": "statement",
        "themes": "bins trees",
        "languages": "en",
        "state": "live",
        "origin": "takeover",
        "takeover_id": "takeover-1",
        "starts_at_ms": own.takeover.starts_at_ms,
        "ends_at_ms": own.takeover.ends_at_ms,
        "given_by": "dora-id",
        "version": 1,
    }.items() <= row.items()
    assert Guard(GRANT, None) in decided.guards
    assert {Guard(Key("persons", "curt-id"), 4), Guard(Key("persons", "dora-id"), 4)} <= set(
        decided.guards
    )


@pytest.mark.parametrize(
    ("name", "state", "grant_state"),
    [
        ("pause", "live", "paused"),
        ("resume", "paused", "live"),
        ("sign-off", "live", "ended"),
        ("no-show", "live", "ended"),
        ("no-show", "ready", "ended"),
        ("stop", "ready", "ended"),
        ("stop", "live", "ended"),
        ("stop", "paused", "ended"),
        ("decline", "ready", "ended"),
    ],
)
def test_leave_changes_with_the_move_and_holds_from_the_next_send_on(
    name: MoveName, state: TakeoverState, grant_state: str
) -> None:
    """Grant and account change in one transaction with the takeover."""
    by = by_person(name)[-1]
    decided = DECIDING[name](ACTORS[by], scene(state))

    assert (grant_state, 4) == (
        (decided.writes[GRANT] or {})["state"],
        (decided.writes[GRANT] or {})["version"],
    )
    assert 8 == (decided.writes[TOWN] or {})["version"]
    assert {Guard(GRANT, 3), Guard(TOWN, 7)} <= set(decided.guards)


@pytest.mark.parametrize("state", ["ready", "live", "paused", "ended"])
def test_a_slot_waits_until_the_one_before_is_closed(state: TakeoverState) -> None:
    """Its grant is given, but no window opens it while the earlier one is in any of these."""
    before = takeover(state, id="before", grant_id="grant-0", starts_at_ms=1, ends_at_ms=2)
    grant_state = "ended" if state == "ended" else "live"

    decided = DECIDING["make-ready"](GRETA, scene("onboarding", held(before, grant_state)))

    assert "waiting" == (decided.writes[GRANT] or {})["state"]
    assert "Until 'Week one' (before), the slot before, is closed" in decided.reply["sentence"]


def test_closing_lets_the_next_slot_go() -> None:
    """In the same transaction, so that there is no moment between."""
    after = takeover("ready", id="after", grant_id="grant-2", starts_at_ms=NOW_MS + 1)

    decided = DECIDING["close"](DORA, scene("ended", held(after, "waiting")))

    assert ("live", 4) == (
        (decided.writes[Key("grants", "grant-2")] or {})["state"],
        (decided.writes[Key("grants", "grant-2")] or {})["version"],
    )


def test_closing_lets_nobody_go_who_waits_for_another_still() -> None:
    """Of three in a row, the third waits for the second."""
    second = takeover("ended", id="second", grant_id="grant-2", starts_at_ms=NOW_MS + 1)
    third = takeover("ready", id="third", grant_id="grant-3", starts_at_ms=NOW_MS + 2)

    decided = DECIDING["close"](DORA, scene("ended", held(second, "ended"), held(third, "waiting")))

    assert Key("grants", "grant-3") not in decided.writes


def test_a_slot_made_ready_before_another_has_that_one_wait() -> None:
    """Whoever was let go for a later slot waits as soon as there is an earlier one."""
    later = takeover("ready", id="later", grant_id="grant-2", starts_at_ms=NOW_MS + 10**9)

    decided = DECIDING["make-ready"](GRETA, scene("onboarding", held(later, "live")))

    assert ["live", "waiting"] == [
        (decided.writes[key] or {})["state"] for key in (GRANT, Key("grants", "grant-2"))
    ]


def test_a_pair_waits_for_the_same_slot_and_not_for_one_another() -> None:
    """Two who speak together are both let go."""
    other = takeover("live", id="other", grant_id="grant-2", pair_id="takeover-1")

    decided = DECIDING["make-ready"](GRETA, scene("onboarding", held(other), pair_id="other"))

    assert "live" == (decided.writes[GRANT] or {})["state"]


def test_an_ended_grant_never_lives_again() -> None:
    """What was taken from somebody another way stays taken when a pause is over."""
    own = scene("paused")
    gone = replace(own, grant={**(own.grant or {}), "state": "ended"})

    decided = DECIDING["resume"](DORA, gone)

    assert GRANT not in decided.writes


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"consented_at_ms": None, "terms_version": None}, "consent"),
        ({"terms_version": "older"}, "consent"),
        ({"practised_at_ms": None}, "practise"),
    ],
)
def test_nobody_is_let_speak_before_every_step_is_done(
    values: dict[str, Any], missing: str
) -> None:
    """Consent is to the terms as they are now."""
    with pytest.raises(RejectError, match=f"by Curt: {missing}"):
        DECIDING["make-ready"](GRETA, scene("onboarding", **values))


def test_a_second_factor_is_needed_where_the_body_says_so() -> None:
    """Whether or not it can be offered yet."""
    required = SETTINGS.model_copy(update={"second_factor": "required"})

    with pytest.raises(RejectError, match="by Curt: second-factor"):
        made_ready(PLAIN, GRETA, scene("onboarding"), "grant-1", TERMS, required)


@pytest.mark.parametrize(
    ("who", "values", "match"),
    [
        ("dora-id", {"state": "left"}, "Dora works here no more"),
        ("curt-id", {"state": "left"}, "Curt works here no more"),
        ("dora-id", {"roles": "approver"}, "Dora is no duty officer"),
        ("curt-id", {"roles": "approver"}, "Curt may not write"),
    ],
)
def test_nobody_is_let_speak_without_those_it_takes(
    who: str, values: dict[str, Any], match: str
) -> None:
    """Curator and duty officer are looked at again when leave is given."""
    own = scene("onboarding")
    rows = {**own.people, who: {**own.people[who], **values}}

    with pytest.raises(RejectError, match=match):
        DECIDING["make-ready"](GRETA, replace(own, people=rows))


@pytest.mark.parametrize("name", ["invite", "accept", "make-ready"])
def test_a_slot_that_is_over_leads_nowhere(name: MoveName) -> None:
    """Whoever would prepare for it is told to plan another."""
    with pytest.raises(RejectError, match=r"over on .* plan another"):
        DECIDING[name](ACTORS[by_person(name)[0]], scene(MOVES[name].since[0], ends_at_ms=NOW_MS))


@pytest.mark.parametrize(
    ("login", "roles", "match"),
    [
        ("greta", ("governance", "curator"), "to themselves"),
        ("dora", ("duty-officer",), "answers for this slot or stands by"),
        ("ines", ("team-member",), "answers for this slot or stands by"),
        ("bob", ("approver",), "may not write"),
    ],
)
def test_not_everybody_can_be_asked(login: str, roles: Any, match: str) -> None:
    """Nobody answers for themselves, and who may not write is given the role first."""
    with pytest.raises(RejectError, match=match):
        invited(INVITE, GRETA, scene("draft"), somebody(login, *roles))


def test_consent_to_other_terms_is_none() -> None:
    """Whoever read an older version reads the terms again."""
    other = AgreeToTerms(takeover_id="takeover-1", terms_version="older")

    with pytest.raises(RejectError, match="another version now"):
        consented(other, CURT, scene("onboarding"), TERMS)


def test_practice_that_nobody_could_judge_does_not_count() -> None:
    """The step stays to be done."""
    failed = Tried("d" * 64, Verdict(decision="hold", revision="r" * 64, failure="No rules."))

    with pytest.raises(Exception, match="Try it again"):
        practised(CURT, scene("onboarding"), failed)


def test_practice_keeps_a_digest_and_no_words() -> None:
    """The words go nowhere, into the record neither."""
    decided = DECIDING["practise"](CURT, scene("onboarding"))

    assert "d" * 64 == row_of(decided)["practice_digest"]
    assert {"title": "Week one", "why": ""} == decided.notes[0].payload


def test_somebody_signs_on_once() -> None:
    """And is told if they do it again."""
    with pytest.raises(RejectError, match="signed on already"):
        signed_on(CURT, scene("live", signed_on_at_ms=NOW_MS))


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ({"signed_on_at_ms": NOW_MS}, "Somebody signed on"),
        ({"starts_at_ms": NOW_MS + 1}, "time has not come"),
    ],
)
def test_nobody_is_called_absent_who_is_not(values: dict[str, Any], match: str) -> None:
    """An officer who wants it over stops it instead."""
    with pytest.raises(RejectError, match=match):
        no_show(WHY, DORA, scene("live", **values))


def test_an_absence_names_who_stands_by() -> None:
    """In the answer and in the record."""
    decided = no_show(WHY, DORA, scene("live"))

    assert ("ines", "ines-id") == (decided.reply["standby"], decided.notes[0].facts["standby"])
    assert "Ines stands by" in decided.reply["sentence"]


def test_after_a_pause_there_is_as_long_to_sign_on_as_at_the_start() -> None:
    """Nobody is called absent for what the body itself held up."""
    assert NOW_MS == row_of(resumed(WHY, DORA, scene("paused")))["live_at_ms"]
    signed = resumed(WHY, DORA, scene("paused", signed_on_at_ms=1, live_at_ms=1))
    assert 1 == row_of(signed)["live_at_ms"]
