"""The desk while the rules are away, and once they are others than an act was approved by."""

from schemas.verdict import Need
from tests.desk_fakes import FAILURE, reason
from tests.desk_rig import DeskRig


def test_while_the_rules_cannot_be_checked_nothing_goes_and_all_goes_later(rig: DeskRig) -> None:
    """An approved act keeps its place; a proposal is held, its consent kept, until asked again."""
    approved, held = rig.approved(), rig.held()
    rig.gate.failure = FAILURE
    proposed = rig.held()
    during = rig.clear(approved)
    agreed = rig.approve(held)
    rig.gate.failure = None
    after = rig.send(approved)
    again = rig.do("propose", "ines", act_id=held["id"])

    assert (False, False, {}) == (during.cleared, during.judged, during.commit.writes)
    said = f"{FAILURE} The consent is kept; its author can propose it again then."
    assert ("held", said) == (agreed["state"], agreed["sentence"])
    assert f"{FAILURE} Its author can propose it again then." == proposed["sentence"]
    assert after.cleared
    assert "approved" == again["state"]


def test_a_new_rule_stops_what_was_approved_before_it(rig: DeskRig) -> None:
    """The verdict at sending is made by the rules of that moment."""
    denied, held = rig.approved(), rig.approved()
    need = Need(roles=("governance",))

    rig.gate.objecting = [reason("content/new", "deny", "No.")]
    rig.send(denied)
    rig.gate.objecting = [reason("content/new", "hold", "Ask.", need)]
    rig.send(held)

    assert ("denied", "held") == (rig.state(denied), rig.state(held))
    assert ["deny", "hold"] == [each["facts"]["decision"] for each in rig.notes("act.stopped")]
