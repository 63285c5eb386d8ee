"""Decides on nominations: made, put on a list or set aside, and taken back.

What says who is named stands in the nomination's row alone, never in the audit: it can be taken
out once it is no longer needed, and nothing else has to know.
"""

from hashlib import sha256

from services.policy.decided import Decided
from services.policy.nomination import Nomination, Round
from services.policy.nomination_orders import (
    NOMINATIONS_MAX,
    ChooseNomination,
    Nominate,
    SetAside,
)
from services.policy.people import note
from services.runtime.actor import Actor
from services.runtime.audit_entry import BODY_SUBJECT, AuditNote, account_chain
from services.runtime.errors import NotFoundError, RejectError
from services.runtime.ports import Guard


def receipt_digest(receipt: str) -> str:
    """Return what is kept and published of a receipt, in hexadecimal."""
    return sha256(receipt.strip().encode()).hexdigest()


def made(
    order: Nominate,
    actor: Actor,
    before: Round | None,
    so_far: int,
    fresh: tuple[str, str],
    now_ms: int,
) -> Decided:
    """Name somebody; `fresh` is an id and a receipt, which is told this once."""
    if before is None or before.state != "open" or now_ms >= before.closes_at_ms:
        raise NotFoundError("Nobody can be named here now; the round is over, or never was.")
    if so_far >= NOMINATIONS_MAX:
        raise RejectError(
            f"{NOMINATIONS_MAX:,} are named already, and no more can be; ask for another round."
        )
    nomination_id, receipt = fresh
    nomination = Nomination(
        id=nomination_id,
        round_id=before.id,
        state="made",
        named_by=order.named_by,
        receipt_digest=receipt_digest(receipt),
        name=order.name,
        contact=order.contact,
        words=order.words,
        agreed=int(order.named_by == "self"),
        made_at_ms=now_ms,
    )
    return Decided(
        reply={
            "sentence": "Thank you. Keep this receipt: it shows whether you are on the list, and "
            "with it a nomination can be taken back.",
            "nomination_id": nomination_id,
            "receipt": receipt,
        },
        writes={nomination.key: nomination.row()},
        guards=[Guard(nomination.key, None)],
        notes=[_noted("nomination.made", actor, before, nomination, "")],
    )


def taken_back(actor: Actor, before: Nomination | None, around: Round | None) -> Decided:
    """Take a nomination back, and forget at once who it was of.

    A number on a fixed list stays, so that the draw can be worked out again; nobody is behind it.
    """
    if before is None or around is None or before.state == "withdrawn":
        raise NotFoundError("No nomination has this receipt, or it was taken back already.")
    after = before.forgotten(state="withdrawn")
    return Decided(
        reply={"sentence": "It is taken back, and nothing is kept of who was named."},
        writes={after.key: after.row()},
        guards=[before.guard()],
        notes=[_noted("nomination.taken-back", actor, around, after, "")],
    )


def chosen(
    order: ChooseNomination, actor: Actor, before: Nomination, around: Round, now_ms: int
) -> Decided:
    """Put somebody on the list who would."""
    around.require("open")
    _require_decidable(before)
    if not (before.agreed or order.agreed):
        raise RejectError(
            "Somebody else named them: ask them first, and say with `agreed` that they would."
        )
    values = {"decided_by": actor.person_id, "decided_at_ms": now_ms, "agreed": 1}
    after = before.changed(state="chosen", **values)
    return Decided(
        reply=_reply(after, f"{before.name} is on the list."),
        writes={after.key: after.row()},
        guards=[before.guard(), around.guard()],
        notes=[_noted("nomination.chosen", actor, around, after, order.why)],
    )


def set_aside(
    order: SetAside, actor: Actor, before: Nomination, around: Round, now_ms: int
) -> Decided:
    """Leave somebody off the list, for a reason."""
    around.require("open")
    _require_decidable(before)
    after = before.changed(state="set-aside", decided_by=actor.person_id, decided_at_ms=now_ms)
    return Decided(
        reply=_reply(after, f"{before.name} is not on the list."),
        writes={after.key: after.row()},
        guards=[before.guard(), around.guard()],
        notes=[_noted("nomination.set-aside", actor, around, after, order.why)],
    )


def _require_decidable(nomination: Nomination) -> None:
    if nomination.state == "withdrawn":
        raise RejectError("That nomination was taken back.")


def _reply(nomination: Nomination, sentence: str) -> dict[str, object]:
    told = {"nomination_id": nomination.id, "round_id": nomination.round_id}
    return {"sentence": sentence, "state": nomination.state, **told}


def _noted(kind: str, actor: Actor, around: Round, each: Nomination, why: str) -> AuditNote:
    facts: dict[str, str | int] = {"round": around.id, "nomination": each.id}
    chain = account_chain(around.account)
    return note(
        kind, actor, BODY_SUBJECT, {"why": why}, chain=chain, named_by=each.named_by, **facts
    )
