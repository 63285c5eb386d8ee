"""Decides on handovers as people ask: what stays, what is reverted, what two let go."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.policy.decided import Decided
from services.policy.handover_orders import AgreeToReverts, DecideHandover, OverrideHandover
from services.policy.handover_rows import Handover, Item, items_digest, reverts_of
from services.policy.handover_taking import NoteFacts, handover_note
from services.policy.orders import WRITERS
from services.policy.takeover import Takeover
from services.runtime.actor import Actor
from services.runtime.errors import NotAllowedError, RejectError, VersionConflictError

OPEN_STATES: Final = (None, "denied", "void", "withdrawn")
"""Where the act that was to revert a change stands so, it can be decided on anew."""


@dataclass(frozen=True, slots=True)
class Decidable:
    """A change, and whether the act that reverts it is past being stopped."""

    item: Item
    act_state: str | None = None
    sending_state: str | None = None
    remote_id: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether something else may be decided of it."""
        not_sent = self.sending_state in ("refused", "reconciled") and self.remote_id is None
        return self.act_state in OPEN_STATES or not_sent


def decided_on(
    order: DecideHandover,
    actor: Actor,
    takeover: Takeover,
    handover: Handover,
    items: Sequence[Decidable],
    now_ms: int,
) -> Decided:
    """Keep what was decided: what stays, and what is reverted in the decider's own name."""
    _require_not_curator(takeover, actor)
    _require_compared(takeover, handover)
    if order.decision == "revert" and not actor.roles & WRITERS:
        raise NotAllowedError(
            "What is reverted is done in your own name, and governance alone does not act as an "
            "account; ask a duty officer."
        )
    chosen = _chosen(order, items)
    stuck = [each for each in chosen if order.decision == "revert" and not _can_revert(each)]
    after = [
        each.changed(
            decision=order.decision,
            decided_by=actor.person_id,
            signed_in_by=actor.signed_in_by,
            reason=order.why,
            act_id=None,
            tries=each.tries + 1,
            decided_at_ms=now_ms,
        )
        for each in chosen
        if each not in stuck
    ]
    if not after:
        raise RejectError("There is nothing left to decide on among these.")
    by_id = {each.item.id: each.item for each in items} | {each.id: each for each in after}
    digest = items_digest(reverts_of(list(by_id.values())))
    done = handover.changed(trouble=None)
    facts: NoteFacts = {"decision": order.decision, "changes": len(after), "reverts": digest}
    return Decided(
        reply={
            "sentence": _decided_sentence(order, len(after), len(stuck)),
            "takeover_id": takeover.id,
            "decided": len(after),
            "not_revertible": len(stuck),
            "digest": digest,
        },
        writes={done.key: done.row(), **{each.key: each.row() for each in after}},
        guards=[handover.guard(), takeover.guard()],
        notes=[handover_note("handover.decided", actor, done, facts, order.why)],
    )


def agreed(
    order: AgreeToReverts,
    actor: Actor,
    takeover: Takeover,
    handover: Handover,
    items: Sequence[Item],
    now_ms: int,
    *,
    one_officer: bool,
) -> Decided:
    """Keep a second person's consent to all reverts that there are, at once."""
    _require_not_curator(takeover, actor)
    _require_compared(takeover, handover)
    reverts = reverts_of(items)
    if not reverts:
        raise RejectError("Nothing is to be reverted, so there is nothing to agree to.")
    if order.digest != items_digest(reverts):
        raise VersionConflictError(
            "What is to be reverted is not what you agreed to; read it again, then agree to that."
        )
    if not one_officer and any(each.decided_by == actor.person_id for each in reverts):
        raise NotAllowedError(
            "You decided some of this, and nobody approves their own act. Ask somebody else."
        )
    done = handover.changed(
        agreed_by=actor.person_id,
        agreed_signed_in_by=actor.signed_in_by,
        agreed_reason=order.why,
        agreed_at_ms=now_ms,
        trouble=None,
    )
    facts: NoteFacts = {"changes": len(reverts), "reverts": order.digest}
    return Decided(
        reply={
            "sentence": f"You agreed to {len(reverts)} reverts; they go out one after another.",
            "takeover_id": takeover.id,
            "agreed": len(reverts),
            "digest": order.digest,
        },
        writes={done.key: done.row()},
        guards=[handover.guard(), takeover.guard()],
        notes=[handover_note("handover.agreed", actor, done, facts, order.why)],
    )


def overridden(
    order: OverrideHandover,
    actor: Actor,
    takeover: Takeover,
    handover: Handover,
    now_ms: int,
    *,
    one_officer: bool,
) -> Decided:
    """Ask for the next slot to begin without a decision, or agree with whoever asked."""
    _require_not_curator(takeover, actor)
    if takeover.state != "ended":
        raise RejectError("Only a takeover that has ended, and is not closed, can be let go.")
    if handover.state == "overridden":
        raise RejectError("Two people have let this handover go already.")
    alone = handover.override_asked_by == actor.person_id
    if handover.override_asked_by is None or (alone and not one_officer):
        asked = handover.changed(override_asked_by=actor.person_id, override_reason=order.why)
        return Decided(
            reply={
                "sentence": "It waits until a second person agrees to let it go undecided.",
                "takeover_id": takeover.id,
                "state": handover.state,
            },
            writes={asked.key: asked.row()},
            guards=[handover.guard(), takeover.guard()],
            notes=[handover_note("handover.override-asked", actor, asked, {}, order.why)],
        )
    done = handover.changed(
        state="overridden",
        overridden_by=actor.person_id,
        overridden_at_ms=now_ms,
        one_officer=int(alone),
    )
    facts: NoteFacts = {"asked_by": handover.override_asked_by, "one_officer": alone}
    return Decided(
        reply={
            "sentence": "The handover is let go: what was not decided stays as it is, and the "
            "takeover can be closed.",
            "takeover_id": takeover.id,
            "state": done.state,
        },
        writes={done.key: done.row()},
        guards=[handover.guard(), takeover.guard()],
        notes=[handover_note("handover.overridden", actor, done, facts, order.why)],
    )


def _chosen(order: DecideHandover, items: Sequence[Decidable]) -> list[Item]:
    if not order.items:
        of_kind = [each.item for each in items if order.kind in (None, each.item.kind)]
        return [each for each in of_kind if each.decision is None]
    named = {each.item.id: each for each in items}
    unknown = [each for each in order.items if each not in named]
    if unknown:
        raise RejectError(f"There is no change {unknown[0]} in this handover.")
    chosen = [named[each] for each in dict.fromkeys(order.items)]
    for each in chosen:
        if not each.is_open:
            raise RejectError(
                f"Change {each.item.id} is being reverted by act {each.item.act_id}, which is "
                f"{each.act_state}; withdraw that first, where it can be."
            )
    return [each.item for each in chosen]


def _can_revert(item: Item) -> bool:
    return item.change_of.undo is not None


def _decided_sentence(order: DecideHandover, count: int, stuck: int) -> str:
    what = {
        "keep": f"Kept as they are: {count} changes.",
        "revert": f"To be reverted in your name: {count} changes, each through the gate.",
    }[order.decision]
    if stuck:
        what += f" {stuck} cannot be reverted from here; see to them on the platform, then keep."
    return what


def _require_not_curator(takeover: Takeover, actor: Actor) -> None:
    if actor.person_id == takeover.curator_id:
        raise NotAllowedError("Who spoke in a takeover does not decide what stays of it.")


def _require_compared(takeover: Takeover, handover: Handover) -> None:
    if takeover.state != "ended":
        raise RejectError("What is to stay is decided once the takeover has ended.")
    if handover.state != "compared":
        raise RejectError(
            "How the account stands is not compared yet; `mercat takeover handover show` says why."
        )
