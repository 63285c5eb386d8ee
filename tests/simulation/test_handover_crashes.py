"""A handover is cut short at each of its commits, and ends in the same rows whatever was cut."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.policy.handover_turns import HandoverTurns
from services.runtime.ports import Commit, Journal, Record
from tests.handover_town import HandoverTown

COMMITS = 4
"""What a handover of one block commits by itself: taken, compared, and two changes given acts."""


class CutError(Exception):
    """The process ended here."""


class CutJournal:
    """A journal whose n-th commit is where the process ends: before it is kept, or just after."""

    def __init__(self, journal: Journal, *, at: int, kept: bool) -> None:
        self._journal = journal
        self._at = at
        self._kept = kept
        self.commits = 0

    def commit(self, commit: Commit) -> "Future[Sequence[Record]]":
        """Carry a commit out, or end."""
        self.commits += 1
        if self.commits != self._at:
            return self._journal.commit(commit)
        if self._kept:
            self._journal.commit(commit).result()
        raise CutError


class CutTurns(HandoverTurns):
    """The work behind handovers, begun again after it was cut short."""

    def turn(self) -> int:
        """Do what is due; where it is cut, say that something was done."""
        try:
            return super().turn()
        except CutError:
            return 1


def walked(place: Path, at: int, *, kept: bool) -> tuple[dict[str, Any], int]:
    """Walk a slot to its close, cut at a commit; return what is left of it, and how many commits.

    Each step of the work is made twice besides.
    """
    town = HandoverTown(place)
    town.welcome("ann", "bea")
    parts = town.handovers._parts
    journal = CutJournal(parts.journal, at=at, kept=kept)
    town.handovers = CutTurns(replace(parts, journal=journal))
    takeover_id = town.live_slot("block")
    for name in ("ann", "bea"):
        town.done("curt", "block", name)
    town.end(takeover_id)
    town.turn()
    order = {"takeover_id": takeover_id, "decision": "revert", "why": "no ground given"}
    digest = town.do("handover-decide", "dee", **order)["digest"]
    town.turn()
    town.do("handover-agree", "bob", takeover_id=takeover_id, digest=digest)
    for _ in range(2):
        town.turn()
    town.do("takeover-close", "dee", takeover_id=takeover_id)
    shown = town.shown(takeover_id)
    left = {
        "state": (shown["state"], shown["is_settled"], town.state_of(takeover_id)),
        "stands": (town.stands(), shown["stood_before"], shown["stood_after"]),
        "items": [
            (each["place"], each["target"], each["decision"], each["sending_state"])
            for each in shown["items"]
        ],
        "acts": [
            (row["kind"], row["target"], row["state"])
            for row in town.town.store.select("acts_after", ("", 100))
        ],
        "audited": [
            town.audited(kind)
            for kind in ("handover.taken", "handover.compared", "handover.decided", "sending.sent")
        ],
    }
    town.town.stop()
    return left, journal.commits


@pytest.fixture(scope="module")
def uncut(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What is left where nothing was cut short."""
    left, commits = walked(tmp_path_factory.mktemp("uncut"), 0, kept=True)
    assert COMMITS == commits, "every commit of a handover is cut below"
    assert [1, 1, 1, 4] == left["audited"]
    return left


@pytest.mark.parametrize("at", range(1, COMMITS + 1))
@pytest.mark.parametrize("kept", [False, True])
def test_a_handover_that_is_cut_short_ends_in_the_same_rows(
    tmp_path: Path, uncut: dict[str, Any], at: int, *, kept: bool
) -> None:
    """No snapshot, change, act or sending is lost or there twice, and each is on record once."""
    left, commits = walked(tmp_path, at, kept=kept)

    assert uncut == left
    assert commits == COMMITS + (not kept)
