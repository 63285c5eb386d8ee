"""A takeover ends, and the account is handed on as somebody decided, through gate and platform."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.house.threads import HouseAct
from services.policy.handover_orders import ITEMS_AT_ONCE_MAX
from services.runtime.account_state import AccountState
from services.runtime.errors import (
    NotAllowedError,
    NotFoundError,
    PlatformUnavailableError,
    RejectError,
    RetryLaterError,
    VersionConflictError,
)
from tests.handover_town import ACCOUNT, HandoverTown

MODERATION = ("block", "mute", "follow", "pin", "hide", "profile", "unblock", "unpin")


@pytest.fixture
def town(tmp_path: Path) -> Iterator[HandoverTown]:
    """A town with people to block."""
    made = HandoverTown(tmp_path)
    made.welcome("ann", "bea", "cem")
    yield made
    made.stop()


def prepared(town: HandoverTown) -> str:
    """Give the account a profile, a pin and a block of the house's own; return what it pinned."""
    first = town.own_post()
    town.done("dee", "profile", text="We answer.")
    town.done("dee", "pin", first)
    town.done("dee", "block", "ann")
    return first


def changed_in_every_way(town: HandoverTown, first: str) -> None:
    """Have the curator change what there is to change."""
    second = town.own_post("Hello from Curt.")
    town.done("curt", "profile", text="Curt is here.")
    town.done("curt", "unpin", first)
    town.done("curt", "pin", second)
    town.done("curt", "unblock", "ann")
    town.done("curt", "block", "bea")
    town.done("curt", "mute", "cem")
    town.done("curt", "follow", "ann")
    town.done("curt", "hide", first)


def ended_with(town: HandoverTown, *names: str) -> str:
    """Return a takeover that has ended, in which some people were blocked."""
    takeover_id = town.live_slot("block")
    for name in names:
        town.done("curt", "block", name)
    town.end(takeover_id)
    return takeover_id


def decide(
    town: HandoverTown, takeover_id: str, decision: str, who: str = "dee", **order: Any
) -> dict[str, Any]:
    """Decide on changes."""
    given = {"decision": decision, "why": "as the next one should find it", **order}
    return town.do("handover-decide", who, takeover_id=takeover_id, **given)


def agree(town: HandoverTown, takeover_id: str, digest: str, who: str = "bob") -> dict[str, Any]:
    """Agree to what is to be reverted, and have it carried out."""
    order = {"takeover_id": takeover_id, "digest": digest, "why": "so it should be"}
    reply = town.do("handover-agree", who, **order)
    town.turn()
    return reply


def unreadable(account: str, limit: int) -> AccountState:
    """Be a platform that is down."""
    del account, limit
    raise PlatformUnavailableError("The platform is down.")


def test_everything_reverted_leaves_the_account_as_it_was(town: HandoverTown) -> None:
    """One decision and one consent take back every change, each by an act of its own."""
    first = prepared(town)
    before = town.stands()
    takeover_id = town.live_slot(*MODERATION)
    changed_in_every_way(town, first)
    town.end(takeover_id)

    decided = decide(town, takeover_id, "revert")
    agree(town, takeover_id, decided["digest"])
    held = [item for item in town.shown(takeover_id)["items"] if item["act_state"] == "held"]
    for item in held:
        town.agree(dict(town.town.speaking.desk.act(item["act_id"])), "gail")
    town.turn()

    # To block somebody again takes two, like any block.
    assert (8, ["block"]) == (decided["decided"], [item["undo"] for item in held])
    assert before == town.stands()
    assert town.shown(takeover_id)["is_settled"]
    town.do("takeover-close", "dee", takeover_id=takeover_id)


def test_what_is_kept_stays_and_only_what_is_reverted_goes(town: HandoverTown) -> None:
    """Each change has its own decision, and until each has one nothing is closed."""
    takeover_id = ended_with(town, "ann", "bea", "cem")
    by_name = {item.target: item.id for item in town.items(takeover_id)}
    decide(town, takeover_id, "keep", items=[by_name["ann"]])
    with pytest.raises(RejectError, match="decided on, keep or revert: 2"):
        town.do("takeover-close", "dee", takeover_id=takeover_id)
    decided = decide(town, takeover_id, "revert", kind="block")
    with pytest.raises(RejectError, match="reverted and are not yet: 2"):
        town.do("takeover-close", "dee", takeover_id=takeover_id)

    agree(town, takeover_id, decided["digest"])

    assert ("ann",) == town.stands().of("block")
    town.do("takeover-close", "dee", takeover_id=takeover_id)


def test_only_officers_decide_and_whoever_spoke_never_does(town: HandoverTown) -> None:
    """Governance alone keeps but does not act; nobody consents to what they decided."""
    roles = ("curator", "approver", "duty-officer")
    town.do("change-person", "gail", login="curt", roles=roles, why="they help out, too")
    takeover_id = ended_with(town, "ann")

    with pytest.raises(NotAllowedError, match="Who spoke in a takeover"):
        decide(town, takeover_id, "keep", "curt")
    with pytest.raises(NotAllowedError, match="needs one of these roles"):
        decide(town, takeover_id, "keep", "bob")
    with pytest.raises(NotAllowedError, match="ask a duty officer"):
        decide(town, takeover_id, "revert", "gail")
    digest = decide(town, takeover_id, "revert")["digest"]
    with pytest.raises(NotAllowedError, match="nobody approves their own act"):
        agree(town, takeover_id, digest, "dee")
    with pytest.raises(NotAllowedError, match="Who spoke in a takeover"):
        agree(town, takeover_id, digest, "curt")
    with pytest.raises(VersionConflictError, match="not what you agreed to"):
        agree(town, takeover_id, "0" * 32)
    assert ("ann",) == town.stands().of("block")


def test_what_was_decided_after_the_consent_waits_for_another(town: HandoverTown) -> None:
    """Consent is for what was there when it was given."""
    takeover_id = ended_with(town, "ann", "bea")
    by_name = {item.target: item.id for item in town.items(takeover_id)}
    town.clock.advance(1)
    digest = decide(town, takeover_id, "revert", items=[by_name["ann"]])["digest"]
    agree(town, takeover_id, digest)
    town.clock.advance(1)
    second = decide(town, takeover_id, "revert", items=[by_name["bea"]])["digest"]
    town.turn()

    assert ("bea",) == town.stands().of("block")
    agree(town, takeover_id, second)
    assert () == town.stands().of("block")


def test_a_handover_is_let_go_undecided_by_two_people_alone(town: HandoverTown) -> None:
    """Whoever asks first does not finish it, and what was not decided stays as it is."""
    takeover_id = ended_with(town, "ann")
    order = {"takeover_id": takeover_id, "why": "the next one waits at the door"}

    for _ in range(2):
        asked = town.do("handover-override", "dee", **order)
    with pytest.raises(RejectError, match="decided on"):
        town.do("takeover-close", "dee", takeover_id=takeover_id)
    done = town.do("handover-override", "gail", **order)

    assert ("compared", "overridden") == (asked["state"], done["state"])
    assert (1, 2) == (town.audited("handover.overridden"), town.audited("handover.override-asked"))
    shown = town.shown(takeover_id)
    assert ("dee", "gail") == (shown["override_asked_by"], shown["overridden_by"])
    assert ("ann",) == town.stands().of("block")
    town.do("takeover-close", "dee", takeover_id=takeover_id)
    with pytest.raises(RejectError, match="not closed"):
        town.do("handover-override", "gail", **order)


def test_an_account_that_cannot_be_read_is_compared_when_it_can(town: HandoverTown) -> None:
    """Meanwhile the handover says why, and nothing is taken for settled."""
    takeover_id = town.live_slot("block")
    town.done("curt", "block", "ann")
    town.do("takeover-sign-off", "curt", takeover_id=takeover_id)
    town.platform_is(unreadable)
    for _ in range(3):
        town.turn()
    during = town.shown(takeover_id)
    with pytest.raises(RetryLaterError, match="The platform is down"):
        town.do("takeover-close", "dee", takeover_id=takeover_id)
    with pytest.raises(RejectError, match="not compared yet"):
        decide(town, takeover_id, "keep")
    town.wire()
    town.turn()

    assert ("taken", "The platform is down.") == (during["state"], during["trouble"])
    after = town.shown(takeover_id)
    assert ("compared", None, 1) == (after["state"], after["trouble"], len(after["items"]))


def test_a_slot_whose_account_was_never_read_is_let_go_by_two(town: HandoverTown) -> None:
    """Nobody can tell what changed, so nobody pretends to decide on it."""
    town.platform_is(unreadable)
    takeover_id = ended_with(town, "ann")

    shown = town.shown(takeover_id)

    assert "lost" == shown["state"]
    assert "never read" in shown["left"][0]
    for who in ("dee", "gail"):
        town.do("handover-override", who, takeover_id=takeover_id, why="looked at by hand")
    town.do("takeover-close", "dee", takeover_id=takeover_id)


def test_what_was_done_before_the_account_was_first_read_is_not_passed_over(
    town: HandoverTown,
) -> None:
    """A late first look cannot tell it, so the handover says that there is more."""
    town.platform_is(unreadable)
    takeover_id = town.live_slot("block")
    town.done("curt", "block", "ann")
    town.wire()
    town.turn()
    town.done("curt", "block", "bea")
    town.end(takeover_id)
    decide(town, takeover_id, "keep")

    shown = town.shown(takeover_id)

    assert [("block", "bea")] == [(item["kind"], item["target"]) for item in shown["items"]]
    assert not shown["is_settled"]
    assert "first read: 1." in shown["left"][0]


def test_a_revert_that_the_gate_refuses_can_be_decided_anew(town: HandoverTown) -> None:
    """Without a grant for it nothing is sent; the change waits for another decision."""
    takeover_id = ended_with(town, "ann")
    (grant,) = (
        row["id"]
        for row in town.town.store.select("grants_of_person", (town.person_id("dee"),))
        if "unblock" in str(row["kinds"])
    )
    town.do("end-grant", "gail", grant_id=grant, why="no longer on duty")
    decide(town, takeover_id, "revert")
    town.turn()
    (refused,) = town.shown(takeover_id)["items"]
    decide(town, takeover_id, "keep", items=[refused["id"]])

    assert "denied" == refused["act_state"]
    assert "grant" in refused["said"]
    assert town.shown(takeover_id)["is_settled"]


def test_a_revert_of_what_is_gone_already_is_told_and_can_be_kept(town: HandoverTown) -> None:
    """The platform's plain refusal is shown beside the change."""
    takeover_id = ended_with(town, "ann")
    house = town.town.embedded.house
    assert house is not None
    token = town.town.speaking.credential(ACCOUNT)
    house.carry_out(ACCOUNT, HouseAct("unblock", target="ann"), token)
    agree(town, takeover_id, decide(town, takeover_id, "revert")["digest"])
    (refused,) = town.shown(takeover_id)["items"]
    decide(town, takeover_id, "keep", items=[refused["id"]])

    assert "refused" == refused["sending_state"]
    assert "no block of ann to take back" in refused["said"]
    assert town.shown(takeover_id)["is_settled"]


def test_a_decision_of_somebody_who_left_is_nobodys_and_waits_for_another(
    town: HandoverTown,
) -> None:
    """Nothing is done in the name of who works here no more."""
    takeover_id = ended_with(town, "ann")
    decide(town, takeover_id, "revert")
    town.do("person-leaves", "gail", login="dee", why="a new job")
    town.turn()

    (item,) = town.shown(takeover_id)["items"]
    assert (None, None) == (item["decision"], item["act_id"])
    assert "works here no more" in item["reason"]
    assert ("ann",) == town.stands().of("block")


def test_what_is_on_its_way_cannot_be_decided_anew(town: HandoverTown) -> None:
    """An act that waits for consent is to be withdrawn first."""
    takeover_id = ended_with(town, "ann")
    decide(town, takeover_id, "revert")
    town.turn()
    (item,) = town.shown(takeover_id)["items"]

    with pytest.raises(RejectError, match="withdraw that first"):
        decide(town, takeover_id, "keep", items=[item["id"]])
    town.do("withdraw", "bob", act_id=item["act_id"], why="they had a point")
    decide(town, takeover_id, "keep", items=[item["id"]])

    assert town.shown(takeover_id)["is_settled"]


@pytest.mark.parametrize(
    ("order", "sentence"),
    [
        ({"items": ["nowhere"]}, "There is no change nowhere"),
        ({"kind": "mute"}, "nothing left to decide on"),
        ({"items": ["x"] * (ITEMS_AT_ONCE_MAX + 1)}, "items"),
    ],
)
def test_a_decision_on_nothing_is_refused(
    town: HandoverTown, order: dict[str, Any], sentence: str
) -> None:
    """It says what was not found."""
    takeover_id = ended_with(town, "ann")

    with pytest.raises(RejectError, match=sentence):
        decide(town, takeover_id, "keep", **order)


def test_a_slot_in_which_nobody_came_keeps_nobody_waiting(town: HandoverTown) -> None:
    """What was read before it is compared with nothing, and the takeover closes."""
    takeover_id = town.slot()
    with pytest.raises(NotFoundError, match="has not begun"):
        town.shown(takeover_id)
    town.clock.advance(100)
    town.turn()
    town.clock.advance(20_000)
    town.turn()

    assert "ended" == town.state_of(takeover_id)
    town.do("takeover-close", "dee", takeover_id=takeover_id)
