"""A trainee warden's blog, with a coach who sees every draft and without whom nothing goes out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.runtime.actor import OPERATOR
from services.runtime.clock import ManualClock
from services.runtime.errors import NotAllowedError, RejectError
from tests.desk_rig import DeskRig, desk_rig
from tests.integration.policy.ruled_desk import (
    ListeningGate,
    messages,
    real_gate,
    ruled,
    set_clock,
    theme_by_words,
)
from tests.rota_rig import make_rota, plan, reading_of, shift

TEXT = "I counted eleven herons at the weir today."


@pytest.fixture(scope="module")
def gate() -> Iterator[ListeningGate]:
    """The rules of Mercat in the engine of one machine."""
    with real_gate() as made:
        yield made


@pytest.fixture
def blog(sqlite_path: Path, clock: ManualClock, gate: ListeningGate) -> Iterator[DeskRig]:
    """A desk with a trainee whose coach is moira, on a rota of one."""
    set_clock(clock, 2026, 11, 27, 10)
    with desk_rig(sqlite_path, clock, four_eyes=False) as rig:
        trainee: dict[str, Any] = {
            "login": "tess",
            "name": "Tess Weir",
            "address": "tess@town.example",
        }
        rig.do("add-person", OPERATOR, **trainee, roles=("team-member",))
        ruled(rig, gate, theme_by_words)
        rota = make_rota(rig, title="A trainee warden's blog", coach="moira")
        plan(rig, rota, shift(rig, "tess", 0, 8))
        yield rig


def proposed(blog: DeskRig, text: str = TEXT) -> dict[str, Any]:
    """Return what the trainee asked to have published."""
    act = blog.do("draft", "tess", kind="statement", account="town", text=text)
    return blog.do("propose", "tess", act_id=act["id"])


def test_everything_a_trainee_writes_waits_however_well_they_are_trusted(blog: DeskRig) -> None:
    """The coach's word comes before the ladder of trust."""
    person = {"login": "tess", "account": "town"}
    blog.do("trust-set", "greta", **person, level="after", why="Doing well")
    act = proposed(blog)

    assert ("held", {"authority.trust_every"}) == (act["state"], messages(act, "hold"))


def test_nothing_goes_out_without_the_coach(blog: DeskRig) -> None:
    """Another approver's word is not taken; the coach's is, and it goes out as it was read."""
    act = proposed(blog)
    with pytest.raises(NotAllowedError, match="The writer has a coach"):
        blog.approve(act, "mungo")
    agreed = blog.approve(act, "moira")

    assert "approved" == agreed["state"]
    assert blog.send(agreed).cleared


def test_governance_stands_in_for_a_coach(blog: DeskRig) -> None:
    """So that a coach on holiday does not silence a trainee."""
    assert "approved" == blog.approve(proposed(blog), "greta")["state"]


def test_the_word_of_a_coach_who_has_left_does_not_count_at_the_sending(blog: DeskRig) -> None:
    """What they agreed to waits for somebody else."""
    agreed = blog.approve(proposed(blog), "moira")
    blog.do("person-leaves", "greta", login="moira", why="Retired")

    assert not blog.send(agreed).cleared


def test_the_word_of_another_does_not_count_once_there_is_a_coach(blog: DeskRig) -> None:
    """A grant that gets a coach while something is approved has the coach read it."""
    grant = str(blog.row("shifts", _shift(blog))["grant_id"])
    blog.amend("grants", grant, coach_id=None)
    agreed = blog.approve(proposed(blog), "mungo")
    blog.amend("grants", grant, coach_id=blog.actor("moira").person_id)

    assert "approved" == agreed["state"]
    assert not blog.send(agreed).cleared


def test_a_coach_sees_the_drafts_of_who_is_theirs_and_of_nobody_else(blog: DeskRig) -> None:
    """Before anything is proposed, and newest first."""
    first = blog.do("draft", "tess", kind="statement", account="town", text=TEXT)
    second = blog.do("draft", "tess", kind="statement", account="town", text="And a kingfisher.")
    blog.do("draft", "ines", kind="statement", account="town", text="Bins are late.")
    coached = reading_of(blog).drafts_coached_by(blog.actor("moira").person_id)
    others = reading_of(blog).drafts_coached_by(blog.actor("mungo").person_id)

    assert {first["id"], second["id"]} == {each["id"] for each in coached}
    assert [] == list(others)


def test_who_may_not_approve_is_no_coach(blog: DeskRig) -> None:
    """Their word would not let anything go."""
    with pytest.raises(RejectError, match="a coach has to"):
        make_rota(blog, coach="ines")


def _shift(blog: DeskRig) -> str:
    (rota,) = reading_of(blog).rotas()
    return str(reading_of(blog).one(str(rota["id"]))["shifts"][0]["id"])
