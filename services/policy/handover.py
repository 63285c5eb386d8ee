"""What a takeover left on an account: each change, what takes it back, and whether all is settled.

Blocks, mutes, hides and the like are acts of the authority, not of whoever spoke for a week. None
of them passes into the next slot unless somebody decided that it may.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from schemas.act import UNDO_OF, ActKind
from schemas.envelope import digest_id
from services.runtime.account_state import LIST_KINDS, AccountState, ListKind, StateKind

ChangeKind = Literal["added", "removed", "changed"]
Decision = Literal["keep", "revert"]
HandoverState = Literal["taken", "lost", "compared", "overridden"]

_FORWARD: Final[dict[StateKind, ActKind]] = {
    "pin": "pin",
    "block": "block",
    "mute": "mute",
    "follow": "follow",
    "hide": "hide",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was; `before` and `after` are the profile's words, else empty."""

    kind: StateKind
    target: str
    change: ChangeKind
    before: str = ""
    after: str = ""

    @property
    def undo(self) -> ActKind | None:
        """Return the kind of act that takes this back; None where only the platform's own can."""
        if self.kind == "profile":
            return "profile"
        done = _FORWARD.get(self.kind)
        return done if done is None or self.change == "removed" else UNDO_OF[done]

    def item_id(self, takeover_id: str) -> str:
        """Return the id of this change of a takeover: the same, however often it is found."""
        return digest_id("handover-item", takeover_id, self.kind, self.target, self.change)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many changes of a kind stand alike: decided how, and sent where they are reverted."""

    kind: StateKind
    decision: Decision | None
    is_sent: bool
    changes: int


@dataclass(frozen=True, slots=True)
class Standing:
    """So much of a handover as says whether it is settled.

    `acts_before` counts what was done on the account in the slot before it was looked at;
    `is_cut` says that there was more than could be compared.
    """

    state: HandoverState
    acts_before: int = 0
    is_cut: bool = False
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """Whether the account is as somebody decided that the next one should find it; else why not."""

    left: tuple[str, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do."""
        return not self.left


def difference(before: AccountState, after: AccountState) -> tuple[Change, ...]:
    """Return what is not as it was, in the order in which it is to be taken back.

    What was added comes before what was removed, so that there is room for what is put back. Where
    a list was cut, nothing is said of what lies behind the last that it tells.
    """
    found: list[Change] = []
    if before.profile != after.profile:
        found.append(Change("profile", "", "changed", before.profile, after.profile))
    for kind in LIST_KINDS:
        was, is_now = _compared(before, after, kind)
        found += [Change(kind, target, "added") for target in sorted(is_now - was)]
        found += [Change(kind, target, "removed") for target in sorted(was - is_now)]
    return tuple(found)


def settled(
    standing: Standing | None, tallies: Sequence[Tally], *, was_live: bool = True
) -> Settled:
    """Return whether a takeover's handover is settled, or everything that is left of it.

    `standing` is None where nothing was kept yet. A takeover that never was live left nothing.
    """
    if not was_live or (standing is not None and standing.state == "overridden"):
        return Settled()
    return Settled(tuple(_left(standing, tallies)))


def _left(standing: Standing | None, tallies: Sequence[Tally]) -> Iterator[str]:
    if standing is None:
        yield "How the account stands is still to be read; it takes a moment after the end."
        return
    if standing.state == "lost":
        yield "How the account stood before was never read, so nobody can tell what changed."
        return
    if standing.state == "taken":
        yield f"How the account stands now is still to be read. {standing.trouble or ''}".rstrip()
        return
    if standing.acts_before:
        yield (
            f"What was done on the account in the slot before it was first read: "
            f"{standing.acts_before}. These acts are not among the changes."
        )
    if standing.is_cut:
        yield "There was more than can be compared, so not every change is listed."
    undecided = sum(each.changes for each in tallies if each.decision is None)
    if undecided:
        yield f"Changes to be decided on, keep or revert: {undecided}."
    unsent = sum(each.changes for each in tallies if each.decision == "revert" and not each.is_sent)
    if unsent:
        yield f"Changes that are to be reverted and are not yet: {unsent}."


def _compared(
    before: AccountState, after: AccountState, kind: ListKind
) -> tuple[set[str], set[str]]:
    """Return a list before and after, as far as both are known."""
    lists = (before.of(kind), after.of(kind))
    ends = [
        listed[-1] if listed else ""
        for listed, state in zip(lists, (before, after), strict=True)
        if kind in state.cut
    ]
    if not ends:
        return set(lists[0]), set(lists[1])
    end = min(ends)
    return (
        {target for target in lists[0] if target <= end},
        {target for target in lists[1] if target <= end},
    )
