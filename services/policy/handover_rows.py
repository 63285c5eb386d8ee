"""Handovers and their changes as rows of the store and back, and states as the JSON they keep."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Self, cast

from schemas.envelope import digest_id
from services.policy.handover import (
    Change,
    ChangeKind,
    Decision,
    HandoverState,
    Standing,
    Tally,
)
from services.runtime.account_state import AccountState, StateKind
from services.runtime.effects import Key, Row
from services.runtime.ports import Guard


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """How an account stood before and after a takeover, whose id it has, and who let what pass.

    `trouble` says why its platform could not be read lately. `changes_cut` counts what was over
    the bound of changes, and lists that were cut.
    """

    id: str
    account: str
    state: HandoverState
    before: str = "{}"
    after: str = "{}"
    trouble: str | None = None
    agreed_by: str | None = None
    agreed_signed_in_by: str | None = None
    agreed_reason: str | None = None
    override_asked_by: str | None = None
    overridden_by: str | None = None
    override_reason: str | None = None
    acts_before: int = 0
    changes_cut: int = 0
    one_officer: int = 0
    taken_at_ms: int | None = None
    compared_at_ms: int | None = None
    agreed_at_ms: int | None = None
    overridden_at_ms: int | None = None
    version: int = 1

    @property
    def key(self) -> Key:
        """Return where its row stands."""
        return handover_key(self.id)

    @property
    def standing(self) -> Standing:
        """Return so much of it as says whether it is settled."""
        return Standing(self.state, self.acts_before, bool(self.changes_cut), self.trouble)

    def guard(self) -> Guard:
        """Return the guard that it and its changes are still as they were read."""
        return Guard(self.key, self.version)

    def row(self) -> Row:
        """Return it as its row."""
        return {name: getattr(self, name) for name in _COLUMNS}

    def changed(self, **values: Any) -> Self:
        """Return it one version on."""
        return replace(self, **values, version=self.version + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One change of a takeover, and what was decided of it; `act_id` is the act that reverts it.

    `tries` counts how often it was to be reverted anew.
    """

    id: str
    takeover_id: str
    kind: StateKind
    target: str
    change: ChangeKind
    before: str = ""
    after: str = ""
    decision: Decision | None = None
    decided_by: str | None = None
    signed_in_by: str | None = None
    reason: str | None = None
    act_id: str | None = None
    place: int = 0
    tries: int = 0
    decided_at_ms: int | None = None
    version: int = 1

    @property
    def key(self) -> Key:
        """Return where its row stands."""
        return Key("handover_items", self.id)

    @property
    def change_of(self) -> Change:
        """Return the change that it is about."""
        return Change(self.kind, self.target, self.change, self.before, self.after)

    def row(self) -> Row:
        """Return it as its row."""
        return {name: getattr(self, name) for name in _ITEM_COLUMNS}

    def changed(self, **values: Any) -> Self:
        """Return it one version on."""
        return replace(self, **values, version=self.version + 1)


_COLUMNS: Final = tuple(each.name for each in fields(Handover) if each.name != "id")
_ITEM_COLUMNS: Final = tuple(each.name for each in fields(Item) if each.name != "id")


def handover_key(takeover_id: str) -> Key:
    """Return where the handover of a takeover stands."""
    return Key("handovers", takeover_id)


def handover_of(takeover_id: str, row: Row) -> Handover:
    """Return the handover that a row holds."""
    kept = cast("Mapping[str, Any]", row)
    return Handover(id=takeover_id, **{name: kept[name] for name in _COLUMNS})


def item_of(row: Row) -> Item:
    """Return the change that a row holds, its id in it."""
    kept = cast("Mapping[str, Any]", row)
    return Item(id=kept["id"], **{name: kept[name] for name in _ITEM_COLUMNS})


def new_item(takeover_id: str, change: Change, place: int) -> Item:
    """Return a change that nobody has decided on yet, at its place in the order of reverting."""
    return Item(
        id=change.item_id(takeover_id),
        takeover_id=takeover_id,
        kind=change.kind,
        target=change.target,
        change=change.change,
        before=change.before,
        after=change.after,
        place=place,
    )


def tally_of(row: Row) -> Tally:
    """Return what a row of `handover_tallies` counts."""
    kept = cast("Mapping[str, Any]", row)
    return Tally(kept["kind"], kept["decision"], bool(kept["is_sent"]), kept["changes"])


def state_text(state: AccountState) -> str:
    """Return an account's state as JSON, the same text for the same state."""
    lists: dict[str, list[str]] = {}
    for kind, target in state.listed:
        lists.setdefault(kind, []).append(target)
    content = {"profile": state.profile, "lists": lists, "cut": list(state.cut)}
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def state_of_text(text: str) -> AccountState:
    """Return the state that a text of `state_text` holds."""
    kept = json.loads(text)
    listed = [(kind, target) for kind, targets in kept["lists"].items() for target in targets]
    return AccountState(kept["profile"], tuple(sorted(listed)), tuple(kept["cut"]))


def items_digest(items: Iterable[Item]) -> str:
    """Return the digest that names exactly some changes that are to be reverted, and by whom.

    Consent is bound to it: one more, one less, or a decision made anew gives another.
    """
    return digest_id(
        "handover-reverts",
        *sorted(f"{each.id} {each.decided_by} {each.tries}" for each in items),
    )


def reverts_of(items: Sequence[Item]) -> list[Item]:
    """Return the changes that are to be reverted."""
    return [each for each in items if each.decision == "revert"]
