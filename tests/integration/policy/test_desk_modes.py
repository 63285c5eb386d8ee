"""Modes at the desk: who sets them, what is kept of it, and that sendings notice."""

import pytest

from services.policy.audit_sentences import told
from services.runtime.actor import OPERATOR, Actor
from services.runtime.errors import NotAllowedError, NotFoundError, RejectError, StaleStateError
from tests.desk_rig import DeskRig


def set_mode(rig: DeskRig, mode: str, who: str | Actor, account: str = "town") -> dict[str, str]:
    """Have somebody set a mode."""
    return rig.do("set-mode", who, account=account, mode=mode, why="as a test")


def test_an_emergency_is_called_by_one_and_ended_by_two(rig: DeskRig) -> None:
    """The list says meanwhile who asks for its end, and all of it stands in the audit."""
    set_mode(rig, "emergency", "dora")
    set_mode(rig, "normal", "dora")
    asked = next(row for row in rig.desk.accounts() if row["id"] == "town")
    again = set_mode(rig, "normal", "dora")
    ended = set_mode(rig, "normal", "greta")

    dora = rig.actor("dora").person_id
    assert ("emergency", "normal", dora) == (
        asked["mode"],
        asked["mode_asked"],
        asked["mode_asked_by"],
    )
    assert ("emergency", "normal") == (again["mode"], ended["mode"])
    assert "normal" == rig.row("accounts", "town")["mode"]
    kinds = ("account.mode-set", "account.mode-asked")
    assert [2, 2] == [len(rig.notes(kind)) for kind in kinds]
    assert [None] == [row["mode_asked"] for row in rig.desk.accounts() if row["id"] == "town"]


def test_a_mode_set_after_the_verdict_has_the_sending_judged_anew(rig: DeskRig) -> None:
    """What was cleared for a normal day does not go out in an emergency unseen."""
    clearance = rig.clear(rig.approved())
    set_mode(rig, "emergency", "dora")

    with pytest.raises(StaleStateError):
        rig.commit(clearance)

    rig.clear(rig.approved(who="curt"))
    assert "emergency" == rig.gate.asked[-1]["account"]["mode"]


@pytest.mark.parametrize("who", ["ines", "moira", "aude", "omar", "curt", OPERATOR])
def test_few_may_set_a_mode(rig: DeskRig, who: str | Actor) -> None:
    """It takes a duty officer or governance; whoever has the machine may halt instead."""
    with pytest.raises(NotAllowedError):
        set_mode(rig, "emergency", who)


def test_a_mode_is_of_an_account_there_is_and_one_there_is(rig: DeskRig) -> None:
    """Halted is no mode to set: halts have their own verb."""
    with pytest.raises(NotFoundError, match="no account 'nowhere'"):
        set_mode(rig, "emergency", "dora", "nowhere")
    with pytest.raises(RejectError, match="mode"):
        set_mode(rig, "halted", "dora")


def test_the_audit_says_a_mode_in_words(rig: DeskRig) -> None:
    """For whoever reads the record."""
    set_mode(rig, "emergency", "dora")
    (noted,) = rig.notes("account.mode-set")

    sentence = told("account.mode-set", noted, "dora")
    assert "dora set the account's mode to emergency; it was normal." == sentence
