"""Halts at the desk: one person stops exactly what was named, two let it go again."""

import pytest

from services.policy.situation import halt_key
from services.runtime.actor import OPERATOR, Actor
from services.runtime.effects import Key, Row, Value
from services.runtime.errors import NotAllowedError, NotFoundError, RejectError
from services.runtime.ports import Commit
from tests.desk_rig import DeskRig

HALTS = {
    ("account", "town"): {"town", "other"},
    ("account", "library"): {"library"},
    ("person", "ines"): {"town", "library"},
    ("person", "curt"): {"other"},
    ("theme", "bins"): {"town", "other"},
    ("theme", "trees"): {"library"},
    ("rule", "authority/four_eyes"): {"town", "library", "other"},
    ("rule", "content/personal_data"): set(),
    ("theme", "floods"): set(),
    ("everything", ""): {"town", "library", "other"},
}
"""What stops which act: `town` by ines on bins, `library` by ines on trees, `other` by curt."""


@pytest.mark.parametrize(("kind", "name"), HALTS)
def test_a_halt_stops_what_it_names_and_nothing_else(rig: DeskRig, kind: str, name: str) -> None:
    """Accounts, people, themes and rules are told apart; the rest goes out as before."""
    acts = {
        "town": rig.approved(),
        "library": rig.approved(case_id="case-2"),
        "other": rig.approved(who="curt"),
    }
    rig.halt(kind, name)

    stopped = {which for which, act in acts.items() if not rig.send(act).cleared}

    assert HALTS[kind, name] == stopped
    assert {"approved"} >= {rig.state(acts[which]) for which in stopped}


def test_an_approved_act_waits_under_a_halt_and_goes_after_the_release(rig: DeskRig) -> None:
    """Nothing has to be done about it again, and its place is kept."""
    act = rig.approved()
    rig.halt("account", "town")
    during = rig.send(act)
    due = rig.sending.due("town", 10)
    rig.release("account", "town")

    assert (False, "There is a halt on town.") == (during.cleared, during.sentence)
    assert [act["id"]] == due
    assert rig.send(act).cleared


def test_consent_given_under_a_halt_counts_and_the_act_goes_after_the_release(
    rig: DeskRig,
) -> None:
    """Where the halt is all that stands against it, it waits for that alone."""
    held = rig.held()
    rig.halt("everything")
    approved = rig.approve(held)
    during = rig.send(approved)
    rig.release("everything")

    assert ("approved", "hold") == (approved["state"], approved["decision"])
    assert "Approved, but it waits." in approved["sentence"]
    assert not during.cleared
    assert rig.send(approved).cleared


def test_a_proposal_under_a_halt_still_waits_for_consent(rig: DeskRig) -> None:
    """The halt does not stand in for the second person."""
    rig.halt("everything")

    act = rig.held()

    assert "held" == act["state"]


def test_an_act_that_is_late_is_void_though_it_waited_under_a_halt(rig: DeskRig) -> None:
    """A halt makes nobody's consent last longer."""
    act = rig.approved()
    rig.halt("everything")
    rig.clock.advance(25 * 3_600)

    rig.send(act)

    assert "void" == rig.state(act)


def test_a_halt_holds_until_two_people_release_it(rig: DeskRig) -> None:
    """Who asks first does not finish it, however often they ask."""
    rig.halt("account", "town")
    for _ in range(2):
        asked = rig.do("release", "greta", kind="account", name="town", why="all is well")
    still = rig.row("halts", "account:town")
    released = rig.do("release", "gordon", kind="account", name="town", why="so it is")

    row = rig.row("halts", "account:town")
    assert ("halted", "halted") == (asked["state"], still["state"])
    assert "second person" in asked["sentence"]
    assert ("released", "released") == (released["state"], row["state"])
    assert (rig.actor("greta").person_id, rig.actor("gordon").person_id, 0) == (
        row["release_asked_by"],
        row["released_by"],
        row["one_officer"],
    )


def test_a_halt_that_is_placed_again_takes_the_asking_back(rig: DeskRig) -> None:
    """Whoever presses halt means it: a release half asked for does not stand any more."""
    rig.halt("account", "town")
    rig.do("release", "greta", kind="account", name="town", why="all is well")
    rig.halt("account", "town", who="ines")

    asked = rig.do("release", "dora", kind="account", name="town", why="is it?")

    assert "halted" == asked["state"]


def test_a_halt_that_is_there_stays_as_it_is(rig: DeskRig) -> None:
    """A second press changes nothing and is no error."""
    rig.halt("account", "town")
    before = rig.row("halts", "account:town")

    again = rig.halt("account", "town", who="ines")

    assert "was halted already" in again["sentence"]
    assert before == rig.row("halts", "account:town")


def test_the_one_officer_releases_alone_in_two_steps_and_is_marked(lone_rig: DeskRig) -> None:
    """The row and the record say that it was one person."""
    lone_rig.halt("everything")
    for _ in range(2):
        lone_rig.do("release", "greta", kind="everything", why="all is well")

    row = lone_rig.row("halts", "everything:")
    assert ("released", 1) == (row["state"], row["one_officer"])
    assert [(True, True)] == [
        (each["one_officer"], each["facts"]["one_officer"])
        for each in lone_rig.notes("halt.released", "house")
    ]


def test_halts_are_on_record_where_they_belong(rig: DeskRig) -> None:
    """An account's in its own chain, all others in the house's."""
    rig.halt("account", "town")
    rig.halt("theme", "bins")

    assert ["town"] == [each["open"]["name"] for each in rig.notes("halt.placed")]
    assert ["bins"] == [each["open"]["name"] for each in rig.notes("halt.placed", "house")]
    assert {("theme", "bins"), ("account", "town")} == {
        (row["kind"], row["name"]) for row in rig.desk.halts()
    }


@pytest.mark.parametrize("who", ["ines", "moira", "greta", "dora", "omar", "curt", OPERATOR])
def test_nearly_everybody_may_halt(rig: DeskRig, who: str | Actor) -> None:
    """One person, one press, and whoever has the machine."""
    assert "halted" == rig.do("halt", who, kind="everything", why="smoke")["state"]


@pytest.mark.parametrize("who", ["ines", "moira", "omar", "curt", "aude", OPERATOR])
def test_few_may_release(rig: DeskRig, who: str | Actor) -> None:
    """Neither who has the machine nor who only writes or only agrees."""
    rig.halt("everything")

    with pytest.raises(NotAllowedError, match="needs one of these roles"):
        rig.do("release", who, kind="everything", why="let it go")


@pytest.mark.parametrize(
    ("kind", "name", "error"),
    [
        ("account", "parks", NotFoundError),
        ("person", "nobody", NotFoundError),
        ("account", "", RejectError),
        ("everything", "town", RejectError),
        ("rule", "personal data", RejectError),
        ("rule", "content", RejectError),
    ],
)
def test_a_halt_of_what_there_is_not_is_refused(
    rig: DeskRig, kind: str, name: str, error: type[Exception]
) -> None:
    """A slip of the pen must not look like a halt that holds."""
    with pytest.raises(error):
        rig.halt(kind, name)

    assert [] == rig.desk.halts()


def test_there_is_nothing_to_release_where_nothing_is_halted(rig: DeskRig) -> None:
    """Nor is a halt released twice."""
    with pytest.raises(NotFoundError, match="no halt of everything"):
        rig.do("release", "greta", kind="everything", why="let it go")


def test_no_halt_is_missed_among_very_many(rig: DeskRig) -> None:
    """What stops an act is asked for by name, so that no list of halts can be too long for it."""
    act = rig.approved()
    row: dict[str, Value] = {"kind": "person", "state": "halted", "version": 1}
    many: dict[Key, Row | None] = {
        halt_key("person", f"a{n}"): {**row, "name": f"a{n}"} for n in range(600)
    }
    rig.journal.commit(Commit(writes=many)).result()
    rig.halt("theme", "bins")

    assert not rig.clear(act).cleared


def test_a_halt_of_a_theme_that_is_none_is_refused(rig: DeskRig) -> None:
    """A slip of the pen must not look like a halt that holds."""
    with pytest.raises(RejectError, match="There is no theme 'binz'; themes are bins, floods"):
        rig.halt("theme", "binz")
