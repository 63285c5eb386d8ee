"""The desk's verbs about swaps: asked for, answered, taken back, and allowed by an officer."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from services.policy.decided import Decided
from services.policy.desk_work import Work
from services.policy.grants import grant_key
from services.policy.people import Person
from services.policy.rota import Rota, Shift, Swap, initials_of, shift_key
from services.policy.rota_findings import Finding
from services.policy.rota_orders import AllowSwap, AnswerSwap, AskSwap
from services.policy.rota_scene import (
    clashes_around,
    open_rota,
    person_with,
    shift_to_come,
    swap_found,
)
from services.policy.rotas import Changes, said
from services.policy.swaps import Hand, answered, require_open, swap_note, swapped
from services.runtime.errors import NotAllowedError, NotFoundError, RejectError


def ask_swap(work: Work, order: AskSwap) -> Decided:
    """Offer one's shift to somebody, who is still to say yes."""
    shift = shift_to_come(work, order.shift_id)
    rota = open_rota(work, shift.rota_id)
    if shift.person_id != work.actor.person_id:
        raise NotAllowedError("That shift is another's; only who has a shift offers it.")
    to = person_with(work, str(work.person(order.login)["id"]))
    if str(to["id"]) == shift.person_id:
        raise RejectError("That is your own shift already; name somebody else.")
    other = None
    if order.other_shift_id is not None:
        other = shift_to_come(work, order.other_shift_id)
        if other.person_id != to["id"] or other.rota_id != rota.id:
            raise RejectError(f"That is no shift of {to['name']} in this rota.")
    swap = Swap(
        id=work.parts.fresh_id(),
        shift_id=shift.id,
        other_shift_id=None if other is None else other.id,
        from_id=shift.person_id,
        to_id=str(to["id"]),
        asked_at_ms=work.now_ms,
        reason=order.why or None,
    )
    changes = Changes()
    changes.keep(swap)
    changes.guards.append(shift.guard())
    changes.notes.append(swap_note("swap.asked", swap, rota.account, work, order.why))
    return changes.decided(
        f"{to['name']} is asked; the shift stays yours until they say yes.",
        swap_id=swap.id,
        state=swap.state,
    )


def accept_swap(work: Work, order: AnswerSwap) -> Decided:
    """Say yes: it is done at once, unless somebody had too little rest."""
    swap = swap_found(work, order.swap_id)
    require_open(swap, work.actor.person_id, swap.to_id)
    rota, hands = _hands(work, swap)
    findings = _findings(work, rota, swap, hands)
    if findings:
        sentence = f"It waits for an officer, who may allow it with a reason.{said(findings)}"
        return answered(work, swap, "agreed", rota.account, sentence)
    return swapped(work, swap, rota, hands, [work.account(rota.account)], ())


def allow_swap(work: Work, order: AllowSwap) -> Decided:
    """Let a swap be done although somebody has too little rest, once both have said yes."""
    swap = swap_found(work, order.swap_id)
    if swap.state != "agreed":
        raise RejectError(f"That swap is {swap.state}; both have to agree to it first.")
    if work.actor.person_id in (swap.from_id, swap.to_id):
        raise NotAllowedError("That swap is your own; ask another officer.")
    rota, hands = _hands(work, swap)
    findings = _findings(work, rota, swap, hands)
    accounts = [work.account(rota.account)]
    return swapped(work, swap, rota, hands, accounts, findings, order.why)


def decline_swap(work: Work, order: AnswerSwap) -> Decided:
    """Say no; everybody keeps their own."""
    swap = swap_found(work, order.swap_id)
    require_open(swap, work.actor.person_id, swap.to_id)
    return answered(work, swap, "declined", _account(work, swap), "Everybody keeps their own.")


def withdraw_swap(work: Work, order: AnswerSwap) -> Decided:
    """Take back what one asked for."""
    swap = swap_found(work, order.swap_id)
    require_open(swap, work.actor.person_id, swap.from_id)
    return answered(work, swap, "withdrawn", _account(work, swap), "You keep your shift.")


def hand_of(work: Work, rota: Rota, shift: Shift, taker: Person) -> Hand:
    """Return a shift as it is handed to somebody. Raises RejectError where they sign as another."""
    grant = work.row(grant_key(shift.grant_id))
    if grant is None or grant["state"] != "live":
        raise RejectError("The leave of that shift has ended; plan it anew.")
    initials = _initials_of(work, rota, taker) if rota.initials else None
    return Hand(shift=shift, grant=grant, taker=taker, initials=initials)


def _initials_of(work: Work, rota: Rota, taker: Person) -> str:
    """Return how somebody signs as an account: as they do already, or by their name."""
    store, person_id = work.parts.store, str(taker["id"])
    rows = store.select("grants_now_for", (person_id, rota.account, work.now_ms, work.now_ms))
    known = [str(row["initials"]) for row in rows if row["initials"]]
    initials = known[0] if known else initials_of(str(taker["name"]))
    taken = store.select("initials_taken", (rota.account, initials, person_id, work.now_ms))
    if not initials or taken:
        raise RejectError(f"{taker['name']} has no initials of their own here; plan them a shift.")
    return initials


def _hands(work: Work, swap: Swap) -> tuple[Rota, Sequence[Hand]]:
    """Return the rota, and what changes hands. Raises where that is not as it was asked."""
    shift = shift_to_come(work, swap.shift_id)
    rota = open_rota(work, shift.rota_id)
    giver, taker = person_with(work, swap.from_id), person_with(work, swap.to_id)
    if shift.person_id != swap.from_id:
        raise RejectError("That shift has changed hands since; ask anew.")
    hands = [hand_of(work, rota, shift, taker)]
    if swap.other_shift_id is not None:
        other = shift_to_come(work, swap.other_shift_id)
        if other.person_id != swap.to_id:
            raise RejectError("The other shift has changed hands since; ask anew.")
        hands.append(hand_of(work, rota, other, giver))
    return rota, hands


def _findings(work: Work, rota: Rota, swap: Swap, hands: Sequence[Hand]) -> list[Finding]:
    after = [each.shift.changed(person_id=str(each.taker["id"])) for each in hands]
    gone = [each for each in (swap.shift_id, swap.other_shift_id) if each is not None]
    return clashes_around(work, rota, after, gone)


def _account(work: Work, swap: Swap) -> str:
    row = work.row(shift_key(swap.shift_id))
    if row is None:
        raise NotFoundError("There is no shift of that swap.")
    return str(row["account"])


SWAP_HANDLERS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {
    "swap-ask": ask_swap,
    "swap-accept": accept_swap,
    "swap-decline": decline_swap,
    "swap-withdraw": withdraw_swap,
    "swap-allow": allow_swap,
}
