"""May 2017: a curator brought a block list of 14,000 accounts, and it outlived their week.

Here a block is an act of the authority: closed to curators, else by four eyes and within quotas;
and none passes into the next slot unless somebody decided so. The record of it is kept.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.runtime.errors import RejectError
from tests.handover_town import HandoverTown

BLOCK_LIST = tuple(f"journalist-{number:02}" for number in range(40))
"""So many stand for the 14,000: the quota of an hour is 30, and what is compared is bounded far
above either (`tests/unit/policy/test_handover.py` has all 14,000)."""
BLOCKED = BLOCK_LIST[:12]
AUTHOR_HOUR_QUOTA = 30


@pytest.fixture
def town(tmp_path: Path) -> Iterator[HandoverTown]:
    """A town on whose platform everybody of the list takes part."""
    made = HandoverTown(tmp_path)
    made.welcome(*BLOCK_LIST)
    yield made
    made.stop()


def test_without_leave_to_block_each_of_the_list_is_refused(town: HandoverTown) -> None:
    """A grant that does not name blocks lets none through, and each attempt is on record."""
    takeover_id = town.live_slot()

    acts = [town.act("curt", "block", name) for name in BLOCK_LIST]
    town.turn()
    town.end(takeover_id)

    assert {"denied"} == {act["state"] for act in acts}
    assert () == town.stands().of("block")
    assert [] == town.shown(takeover_id)["items"]
    assert len(BLOCK_LIST) == town.audited("act.proposed", decision="deny")
    town.do("takeover-close", "dee", takeover_id=takeover_id)
    assert [] == town.breaches()


def test_with_leave_to_block_nothing_happens_without_other_peoples_consent(
    town: HandoverTown,
) -> None:
    """Every block waits for two others, and what is over the quota of the hour says so."""
    town.live_slot("block")

    acts = [town.act("curt", "block", name) for name in BLOCK_LIST]
    town.turn()
    one = town.agree(acts[0], "bob")
    over = [
        act for act in acts if any("quota is" in reason["sentence"] for reason in act["reasons"])
    ]

    assert {"held"} == {act["state"] for act in acts} == {one["state"]}
    assert acts[AUTHOR_HOUR_QUOTA:] == over
    assert () == town.stands().of("block")


def test_what_was_blocked_is_listed_reverted_by_one_decision_and_on_record(
    town: HandoverTown,
) -> None:
    """It does not reach the next curator's slot, which waits; nothing of the record is deleted."""
    takeover_id = town.live_slot("block")
    following = town.slot(begins_seconds=7_200, title="Week two")
    for act in [town.act("curt", "block", name) for name in BLOCKED]:
        town.agree(act, "bob", "gail")
    town.turn()
    during = town.stands().of("block")
    town.end(takeover_id)
    town.clock.advance(7_300)
    town.turn()
    waiting = town.state_of(following)
    with pytest.raises(RejectError, match="keep or revert: 12"):
        town.do("takeover-close", "dee", takeover_id=takeover_id)

    decided = town.do(
        "handover-decide",
        "dee",
        takeover_id=takeover_id,
        kind="block",
        decision="revert",
        why="a private list is no ground to shut anybody out",
    )
    agreement = {"takeover_id": takeover_id, "digest": decided["digest"]}
    town.do("handover-agree", "bob", why="nobody gave a reason for any of them", **agreement)
    town.turn()
    after = town.stands().of("block")
    town.do("takeover-close", "dee", takeover_id=takeover_id)
    town.turn()

    assert (BLOCKED, ()) == (during, after)
    assert ("ready", "live") == (waiting, town.state_of(following))
    items = town.shown(takeover_id)["items"]
    assert {("block", "added", "revert", "dee", "sent")} == {
        (each["kind"], each["change"], each["decision"], each["decided_by"], each["sending_state"])
        for each in items
    }
    assert {"block": 12, "unblock": 12} == told_kinds(town)
    assert 12 == town.audited("sending.sent", act_kind="block")
    assert 12 == town.audited("sending.sent", act_kind="unblock")
    assert 1 == town.audited("handover.decided", decision="revert", changes=12)
    assert [] == town.breaches()


def told_kinds(town: HandoverTown) -> Counter[str]:
    """Return how many acts of each kind were told to others as carried out."""
    log = town.town.embedded.journal.log
    records = log.read("acts.performed.v1", 0, 1_000)
    return Counter(json.loads(record.value)["data"]["kind"] for record in records)
