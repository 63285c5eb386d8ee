"""The desk's verbs about handovers: decide, agree, override; and what a close has to wait for."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from services.policy.decided import Decided
from services.policy.desk_work import Work
from services.policy.handover_orders import AgreeToReverts, DecideHandover, OverrideHandover
from services.policy.handover_reading import (
    decidables_of,
    handover_whole,
    items_of,
    settled_now,
    takeover_whole,
)
from services.policy.handovers import agreed, decided_on, overridden
from services.policy.takeover import Takeover
from services.runtime.errors import RejectError, RetryLaterError


def decide(work: Work, order: DecideHandover) -> Decided:
    """Keep or revert changes of a takeover."""
    store = work.parts.store
    takeover = takeover_whole(store, order.takeover_id)
    # The handover before its changes: each of them raises its version, which is guarded.
    handover = handover_whole(store, order.takeover_id)
    items = decidables_of(store, order.takeover_id)
    return decided_on(order, work.actor, takeover, handover, items, work.now_ms)


def agree(work: Work, order: AgreeToReverts) -> Decided:
    """Consent to all reverts at once."""
    store = work.parts.store
    takeover = takeover_whole(store, order.takeover_id)
    handover = handover_whole(store, order.takeover_id)
    items = items_of(store, order.takeover_id)
    one_officer = work.parts.settings.one_officer
    return agreed(
        order, work.actor, takeover, handover, items, work.now_ms, one_officer=one_officer
    )


def override(work: Work, order: OverrideHandover) -> Decided:
    """Let a handover go undecided: ask for it, or agree."""
    store = work.parts.store
    takeover = takeover_whole(store, order.takeover_id)
    handover = handover_whole(store, order.takeover_id)
    one_officer = work.parts.settings.one_officer
    return overridden(order, work.actor, takeover, handover, work.now_ms, one_officer=one_officer)


def closed_if_settled(work: Work, takeover: Takeover, decided: Decided) -> Decided:
    """Return a decision to close a takeover, bound to its handover as it is settled now.

    Raises RejectError with everything that is left where it is not, and RetryLaterError where the
    account is still to be read.
    """
    found, handover = settled_now(work.parts.store, takeover)
    if not found.is_settled and (handover is None or handover.state == "taken"):
        raise RetryLaterError(" ".join(found.left))
    if not found.is_settled:
        raise RejectError(
            f"The handover is not settled. {' '.join(found.left)} `mercat takeover handover show "
            f"{takeover.id}` lists it; two people can let it go (`... override`)."
        )
    if handover is None:
        return decided
    return replace(decided, guards=[*decided.guards, handover.guard()])


HANDOVER_HANDLERS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {
    "handover-decide": decide,
    "handover-agree": agree,
    "handover-override": override,
}
