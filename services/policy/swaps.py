"""Decides on swaps: a shift goes to another who says yes, for one of theirs or for nothing.

Both shifts and their grants change hands in one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from services.policy.decided import Decided
from services.policy.desk_work import Work
from services.policy.grants import grant_key
from services.policy.people import note, person_key, person_subject
from services.policy.rota import Rota, Shift, Swap, SwapState
from services.policy.rota_findings import Finding
from services.policy.rotas import Changes, said, shift_note
from services.runtime.audit_entry import AuditNote, account_chain
from services.runtime.effects import Row
from services.runtime.errors import NotAllowedError, RejectError
from services.runtime.ports import Guard

OPEN: Final[tuple[SwapState, ...]] = ("asked", "agreed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """A shift with its grant's row, and the person (their row, its id in it) who is to take it."""

    shift: Shift
    grant: Row
    taker: Row
    initials: str | None


def swap_note(kind: str, swap: Swap, account: str, work: Work, why: str = "") -> AuditNote:
    """Return a note about a swap."""
    return note(
        kind,
        work.actor,
        person_subject(swap.from_id),
        {"why": why},
        chain=account_chain(account),
        swap=swap.id,
        shift=swap.shift_id,
        person=swap.to_id,
    )


def require_open(swap: Swap, by: str, person_id: str) -> None:
    """Raise where a swap is over, or is another's to answer."""
    if swap.state not in OPEN:
        raise RejectError(f"That swap is {swap.state} already.")
    if by != person_id:
        raise NotAllowedError("That swap is between two others.")


def answered(work: Work, swap: Swap, state: SwapState, account: str, sentence: str) -> Decided:
    """Decline a swap, take it back, or have it wait for an officer."""
    changes = Changes()
    changes.keep(swap.moved(state, work.now_ms), swap)
    kind = {"agreed": "swap.agreed", "declined": "swap.declined"}.get(state, "swap.withdrawn")
    changes.notes.append(swap_note(kind, swap, account, work))
    return changes.decided(sentence, swap_id=swap.id, state=state)


def swapped(
    work: Work,
    swap: Swap,
    rota: Rota,
    hands: Sequence[Hand],
    accounts: Sequence[Row],
    findings: Sequence[Finding],
    why: str = "",
) -> Decided:
    """Have shifts change hands; what is wrong with it was allowed with a reason."""
    changes = Changes()
    changes.raise_accounts(accounts, work.now_ms)
    changes.keep(swap.moved("done", work.now_ms), swap)
    changes.notes.append(swap_note("swap.done", swap, rota.account, work, why))
    for hand in hands:
        handed(changes, work, rota, hand, "shift.swapped", why)
    changes.guards.append(rota.guard())
    return changes.decided(
        f"It is done: the shift is theirs now.{said(findings)}", swap_id=swap.id, state="done"
    )


def handed(changes: Changes, work: Work, rota: Rota, hand: Hand, kind: str, why: str) -> Shift:
    """Give a shift to its taker: the grant it had ends, and one of theirs begins in its place.

    One that has begun is the taker's from now on; what was before stays on record.
    """
    shift, actor = hand.shift, work.actor
    after = shift.changed(
        person_id=str(hand.taker["id"]), grant_id=work.parts.fresh_id(), note=why or None
    )
    changes.keep(after, shift)
    changes.end_grant(shift.grant_id, hand.grant)
    starts_at_ms = max(work.now_ms, shift.starts_at_ms)
    window = replace(after, starts_at_ms=starts_at_ms)
    by = shift.person_id if actor.person_id == after.person_id else actor.person_id
    key = grant_key(after.grant_id)
    changes.writes[key] = rota.grant(window, by, hand.initials, f"The rota {rota.title}")
    changes.guards.append(Guard(key, None))
    taker: Any = hand.taker
    changes.guards.append(Guard(person_key(after.person_id), taker["version"]))
    changes.notes.append(shift_note(kind, after, actor, why, person_before=shift.person_id))
    return after


def dropped(changes: Changes, work: Work, swaps: Sequence[Swap], account: str, why: str) -> None:
    """Take back swaps that nobody can carry out any more."""
    for swap in swaps:
        if swap.key not in changes.writes:
            changes.keep(swap.moved("withdrawn", work.now_ms), swap)
            changes.notes.append(swap_note("swap.withdrawn", swap, account, work, why))
