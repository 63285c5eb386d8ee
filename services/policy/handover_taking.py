"""What the program keeps of handovers: how accounts stand, what changed, what reverts it."""

from collections.abc import Mapping
from typing import Any

from schemas.envelope import digest_id
from services.policy.decided import Decided
from services.policy.handover import difference
from services.policy.handover_rows import Handover, Item, new_item, state_of_text, state_text
from services.policy.people import note
from services.runtime.account_state import AccountState
from services.runtime.actor import PROGRAM, Actor
from services.runtime.audit_entry import BODY_SUBJECT, AuditNote, account_chain
from services.runtime.ports import Guard
from services.store.handover_queries import ITEMS_MAX

NoteFacts = Mapping[str, str | int | bool | None]
"""What stands of a handover in the audit for ever: no name among it."""


def taken(
    takeover_id: str, account: str, state: AccountState, acts_before: int, now_ms: int
) -> Decided:
    """Keep how an account stands before somebody speaks as it."""
    text = state_text(state)
    handover = Handover(
        id=takeover_id,
        account=account,
        state="taken",
        before=text,
        acts_before=acts_before,
        changes_cut=int(state.is_cut),
        taken_at_ms=now_ms,
    )
    facts: NoteFacts = {
        "listed": len(state.listed),
        "digest": digest_id(text),
        "acts_before": acts_before,
    }
    return Decided(
        writes={handover.key: handover.row()},
        guards=[Guard(handover.key, None)],
        notes=[handover_note("handover.taken", PROGRAM, handover, facts)],
    )


def lost(takeover_id: str, account: str) -> Decided:
    """Keep that nobody can tell how an account stood before somebody spoke as it."""
    handover = Handover(id=takeover_id, account=account, state="lost")
    return Decided(
        writes={handover.key: handover.row()},
        guards=[Guard(handover.key, None)],
        notes=[handover_note("handover.lost", PROGRAM, handover, {})],
    )


def compared(handover: Handover, after: AccountState, now_ms: int) -> Decided:
    """Keep how an account stands after, and every change, each to be decided on."""
    before = state_of_text(handover.before)
    changes = difference(before, after)
    items = [
        new_item(handover.id, change, place)
        for place, change in enumerate(changes[:ITEMS_MAX], start=1)
    ]
    cut = max(0, len(changes) - ITEMS_MAX) + int(before.is_cut or after.is_cut)
    text = state_text(after)
    done = handover.changed(
        state="compared", after=text, compared_at_ms=now_ms, trouble=None, changes_cut=cut
    )
    facts: NoteFacts = {"changes": len(items), "digest": digest_id(text), "changes_cut": cut}
    return Decided(
        writes={done.key: done.row(), **{each.key: each.row() for each in items}},
        guards=[handover.guard()],
        notes=[handover_note("handover.compared", PROGRAM, done, facts)],
    )


def troubled(handover: Handover, trouble: str) -> Decided:
    """Keep why a platform cannot be read, or why something could not be carried out."""
    after = handover.changed(trouble=trouble[:500])
    return Decided(writes={after.key: after.row()}, guards=[handover.guard()])


def act_given(handover: Handover, item: Item, act_id: str) -> Decided:
    """Keep which act reverts a change."""
    return _item_changed(handover, item.changed(act_id=act_id))


def given_back(handover: Handover, item: Item, trouble: str) -> Decided:
    """Take a decision back that nobody can carry out: somebody is to decide anew."""
    after = item.changed(decision=None, decided_by=None, reason=trouble[:500])
    return _item_changed(handover, after, trouble=trouble[:500])


def _item_changed(handover: Handover, item: Item, **values: Any) -> Decided:
    done = handover.changed(**values)
    return Decided(writes={done.key: done.row(), item.key: item.row()}, guards=[handover.guard()])


def handover_note(
    kind: str, actor: Actor, handover: Handover, facts: NoteFacts, why: str = ""
) -> AuditNote:
    """Return a note about a handover, for its account's chain."""
    chain = account_chain(handover.account)
    payload = {"why": why} if why else {}
    return note(kind, actor, BODY_SUBJECT, payload, chain=chain, takeover=handover.id, **facts)
