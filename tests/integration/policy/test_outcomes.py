"""What the desk and the last gate count, in the transactions in which they decide."""

from collections import Counter
from datetime import timedelta

import pytest

from schemas.verdict import Need
from services.runtime.errors import MercatError
from tests.desk_fakes import FAILURE, reason
from tests.desk_rig import PHONE, DeskRig

NEED = Need(roles=("approver",))
ALL_TIME = ("0000-00", "9999-99")


def counted(rig: DeskRig) -> Counter[str]:
    """Return how many acts came to what, by `outcome` or `outcome rule`, in all months."""
    found: Counter[str] = Counter()
    for row in rig.rows("outcomes_by_month", *ALL_TIME):
        found[" ".join((str(row["outcome"]), str(row["rule"]))).strip()] += int(str(row["acts"]))
    return found


def test_an_act_that_was_held_and_agreed_to_is_counted_so(rig: DeskRig) -> None:
    """Its sending counts nothing more."""
    rig.send(rig.approved())

    four_eyes = "authority/four_eyes"
    expected = ("proposed", "held", f"held {four_eyes}", "overridden", f"overridden {four_eyes}")
    assert dict.fromkeys(expected, 1) == counted(rig)


def test_a_draft_that_is_proposed_again_counts_once(rig: DeskRig) -> None:
    """Refused, written anew and held, it is under both headings and proposed once."""
    act = rig.held(PHONE)
    edited = rig.do(
        "edit", "ines", act_id=act["id"], version=act["version"], text="It is on Friday."
    )
    for _ in range(2):
        rig.do("propose", "ines", act_id=edited["id"])

    found = counted(rig)
    assert (1, 1, 1, 0) == tuple(
        found[outcome] for outcome in ("proposed", "denied", "held", "overridden")
    )


def test_the_next_month_counts_anew(rig: DeskRig) -> None:
    """A draft that is judged then is one of that month's, too."""
    act = rig.held()
    rig.clock.advance(timedelta(days=31).total_seconds())
    rig.do("propose", "ines", act_id=rig.held()["id"])

    months = {row["month"] for row in rig.rows("outcomes_by_month", *ALL_TIME)}
    assert 2 == len(months)
    assert 2 == counted(rig)["proposed"]
    assert act["id"]


def test_what_the_last_gate_stops_is_counted(rig: DeskRig) -> None:
    """By the rule that stopped it then."""
    act = rig.approved()
    rig.gate.objecting = [reason("content/new", "deny", "No.")]
    rig.send(act)

    assert 1 == counted(rig)["denied content/new"]


def test_what_could_not_be_judged_was_held_by_no_rule(rig: DeskRig) -> None:
    """It is one of the drafts that waited."""
    rig.gate.failure = FAILURE
    rig.held()

    assert Counter({"proposed": 1, "held": 1}) == counted(rig)


def test_an_order_that_is_refused_counts_nothing(rig: DeskRig) -> None:
    """Nor does one that is overtaken: the rows are written with the act or not at all."""
    act = rig.held()
    before = counted(rig)

    with pytest.raises(MercatError):
        rig.approve(act, "ines")

    assert before == counted(rig)


def test_advice_and_drafts_count_nothing(rig: DeskRig) -> None:
    """Whoever tries something out is nobody's figure."""
    rig.do("advise", "ines", case_id="case-1", text=PHONE)
    rig.do("draft", "ines", case_id="case-1", text=PHONE)

    assert Counter() == counted(rig)
