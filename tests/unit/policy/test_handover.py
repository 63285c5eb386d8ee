"""What a takeover left is told change by change, and nothing passes on that nobody decided."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.act import ACT_KINDS, UNDO_OF
from services.policy.handover import Change, Decision, Standing, Tally, difference, settled
from services.policy.handover_rows import (
    Handover,
    handover_of,
    item_of,
    items_digest,
    new_item,
    state_of_text,
    state_text,
)
from services.runtime.account_state import LIST_KINDS, AccountState, ListKind, state_of_lists

BLOCK_LIST = 14_000
TARGETS = st.lists(st.sampled_from([f"t{number}" for number in range(12)]), unique=True)
LISTS = st.fixed_dictionaries(dict.fromkeys(LIST_KINDS, TARGETS))


def state(limit: int = 50, profile: str = "", **lists: Sequence[str]) -> AccountState:
    """Return a state of some lists, cut where they are longer."""
    return state_of(lists, limit, profile)


def state_of(lists: Mapping[str, Sequence[str]], limit: int, profile: str) -> AccountState:
    """Return a state of lists by their kinds."""
    named: dict[ListKind, Sequence[str]] = {kind: lists.get(kind, ()) for kind in LIST_KINDS}
    return state_of_lists(profile, named, limit)


def taken_back(change: Change, present: AccountState) -> AccountState:
    """Return a state after the act that takes a change back."""
    if change.kind == "profile":
        return AccountState(change.before, present.listed)
    entry = (change.kind, change.target)
    rest = {each for each in present.listed if each != entry}
    back = {entry} if change.change == "removed" else set()
    return AccountState(present.profile, tuple(sorted(rest | back)))


def test_an_account_that_is_as_it_was_has_no_change() -> None:
    """Nothing is made up."""
    present = state(profile="We answer.", block=["ann"], pin=["p1"])

    assert () == difference(present, present)


def test_each_change_is_told_with_what_takes_it_back() -> None:
    """Added is undone, removed is done again, and a profile is set back by a profile."""
    before = state(profile="We answer.", block=["ann"], follow=["library"])
    after = state(profile="Vote!", block=["bob"], hide=["p7"], schedule=["s1"])

    found = difference(before, after)

    assert (
        ("profile", "", "changed", "profile"),
        ("block", "bob", "added", "unblock"),
        ("block", "ann", "removed", "block"),
        ("follow", "library", "removed", "follow"),
        ("hide", "p7", "added", "unhide"),
        ("schedule", "s1", "added", None),
    ) == tuple((each.kind, each.target, each.change, each.undo) for each in found)
    assert ("We answer.", "Vote!") == (found[0].before, found[0].after)


def test_a_list_of_14_000_blocks_is_told_whole_and_in_order() -> None:
    """As many as one curator once brought: each is one change, with its own undo."""
    names = [f"account-{number:05}" for number in range(BLOCK_LIST)]

    found = difference(state(), state(limit=15_000, block=names))

    assert BLOCK_LIST == len(found)
    assert {("block", "added", "unblock")} == {
        (each.kind, each.change, each.undo) for each in found
    }
    assert names == [each.target for each in found]


def test_a_list_that_was_cut_is_compared_as_far_as_it_is_known() -> None:
    """What lies behind the last that is told is neither added nor removed."""
    names = [f"n{number:02}" for number in range(20)]
    before = state(limit=10, block=names[1:])
    after = state(limit=10, block=names)

    found = difference(before, after)

    assert ("block",) == before.cut == after.cut
    assert [("n00", "added")] == [(each.target, each.change) for each in found]
    assert () == difference(state(limit=0, block=names), state(block=[]))


@given(before=LISTS, after=LISTS, profiles=st.tuples(st.text(), st.text()))
def test_taking_every_change_back_leaves_what_was_before(
    before: dict[str, list[str]], after: dict[str, list[str]], profiles: tuple[str, str]
) -> None:
    """Whatever was done: each change is undone once, and nothing else is touched."""
    first, present = state_of(before, 50, profiles[0]), state_of(after, 50, profiles[1])
    changes = difference(first, present)

    for change in changes:
        present = taken_back(change, present)

    assert first == present
    assert len(changes) == len({(each.kind, each.target) for each in changes})
    order = [(LIST_KINDS.index(each.kind), each.change) for each in changes if each.kind in UNDO_OF]
    assert all(one <= other for one, other in pairwise(order))


@given(lists=LISTS, profile=st.text())
def test_a_state_is_kept_as_text_and_read_back(lists: dict[str, list[str]], profile: str) -> None:
    """What was kept at the beginning is what is compared at the end."""
    whole = state_of(lists, 5, profile)

    assert whole == state_of_text(state_text(whole))


def test_a_change_has_the_same_id_however_often_it_is_found() -> None:
    """So a comparison made again finds its own rows, and another takeover has others."""
    changes = difference(state(), state(block=["ann", "bob"]))

    ids = [change.item_id("t1") for change in changes]

    assert ids == [
        change.item_id("t1") for change in difference(state(), state(block=["bob", "ann"]))
    ]
    assert 4 == len({*ids, *(change.item_id("t2") for change in changes)})


def test_every_undo_is_an_act() -> None:
    """What takes something back can be proposed like all else."""
    kinds = [kind for kind in LIST_KINDS if kind != "schedule"]
    changes = [Change(kind, "x", change) for kind in kinds for change in ("added", "removed")]

    assert {each.undo for each in changes} == {*UNDO_OF, *UNDO_OF.values()}
    assert {*UNDO_OF, *UNDO_OF.values()} < set(ACT_KINDS)


COMPARED = Standing("compared")


def tally(decision: Decision | None, changes: int = 1, *, is_sent: bool = False) -> Tally:
    """Return how many blocks stand alike."""
    return Tally("block", decision, is_sent, changes)


@pytest.mark.parametrize(
    ("standing", "tallies", "left"),
    [
        (None, [], ["still to be read"]),
        (Standing("lost"), [], ["never read"]),
        (Standing("taken", trouble="It is down."), [], ["still to be read. It is down."]),
        (COMPARED, [], []),
        (COMPARED, [tally(None, 3)], ["decided on, keep or revert: 3."]),
        (COMPARED, [tally("keep", 9)], []),
        (COMPARED, [tally("revert", 2), tally("revert", 5, is_sent=True)], ["not yet: 2."]),
        (COMPARED, [tally("revert", 5, is_sent=True), tally("keep")], []),
        (COMPARED, [tally(None, 3), tally("revert", 2)], ["revert: 3.", "not yet: 2."]),
        (Standing("compared", acts_before=2), [tally("keep")], ["first read: 2."]),
        (Standing("compared", is_cut=True), [tally("keep")], ["not every change is listed"]),
        (Standing("overridden", acts_before=2, is_cut=True), [tally(None)], []),
    ],
)
def test_a_handover_is_settled_when_all_is_decided_and_every_revert_sent(
    standing: Standing | None, tallies: list[Tally], left: list[str]
) -> None:
    """Whatever else is left is said, a sentence for each; two people may let it go."""
    found = settled(standing, tallies)

    assert (not left) == found.is_settled
    assert len(left) == len(found.left)
    assert all(part in sentence for part, sentence in zip(left, found.left, strict=True))


@pytest.mark.parametrize("standing", [None, Standing("taken"), Standing("lost")])
def test_a_takeover_that_never_was_live_left_nothing(standing: Standing | None) -> None:
    """A no-show keeps nobody waiting."""
    assert settled(standing, [], was_live=False).is_settled


def test_rows_come_back_as_they_were_kept() -> None:
    """A handover and its changes are read as they were written."""
    handover = Handover(id="t1", account="town", state="taken", before=state_text(state()))
    item = new_item("t1", Change("profile", "", "changed", "Old", "New"), 1)

    assert handover == handover_of("t1", handover.row())
    assert item == item_of({**item.row(), "id": item.id})
    assert item.change_of == Change("profile", "", "changed", "Old", "New")


def test_consent_is_bound_to_exactly_what_is_to_be_reverted() -> None:
    """One more, one less, another decider or a decision made anew is another digest."""
    one, two = (
        new_item("t1", Change("block", name, "added"), place).changed(
            decision="revert", decided_by="dora", tries=1
        )
        for place, name in enumerate(("ann", "bob"))
    )

    digests = {
        items_digest(each)
        for each in (
            [one, two],
            [one],
            [one, two.changed(tries=2)],
            [one, two.changed(decided_by="greta")],
        )
    }

    assert 4 == len(digests)
    assert items_digest([one, two]) == items_digest([two, one])
    assert set(get_args(Decision)) == {"keep", "revert"}
