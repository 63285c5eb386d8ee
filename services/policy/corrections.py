"""Decides on corrections: opened, decided, drafted, told of, and closed once all is done.

What puts a mistake right is acts like any other: they are proposed, judged, agreed to and sent as
everything is, and the correction only knows which they are.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from schemas.act import ACT_KINDS_WITH_TEXT
from services.policy.act import Act
from services.policy.correction import Correction, missing
from services.policy.correction_orders import (
    NOTICES_MAX,
    ChooseCorrection,
    CloseCorrection,
    NoApology,
    OpenCorrection,
    Part,
    TellOfCorrection,
)
from services.policy.decided import Decided
from services.policy.orders import DraftAct
from services.policy.people import note
from services.runtime.actor import Actor
from services.runtime.audit_entry import BODY_SUBJECT, AuditNote, account_chain
from services.runtime.effects import Key, Row
from services.runtime.errors import NotAllowedError, RejectError
from services.runtime.ports import Guard

CARRIED_OUT = ("sent", "reconciled")
UNDER_WAY = ("held", "approved", "sending")


def went_out(sending: Row | None) -> bool:
    """Return whether an act was carried out on its platform, as far as anybody knows."""
    return sending is not None and sending["state"] in CARRIED_OUT


def opened(
    order: OpenCorrection,
    actor: Actor,
    correction_id: str,
    act: Act,
    sending: Row | None,
    now_ms: int,
) -> Decided:
    """Open a correction of words that went out."""
    if act.kind not in ACT_KINDS_WITH_TEXT or not went_out(sending):
        raise RejectError("Only words that went out can be corrected; withdraw what has not.")
    made = Correction(
        id=correction_id,
        act_id=act.id,
        account=act.account,
        case_id=act.case_id,
        found_by=actor.person_id,
        mistake=order.mistake,
        personal_data=int(order.personal_data),
        found_at_ms=now_ms,
    )
    hint = (
        " It told something about a person: tell the data protection officer today; a breach may "
        "have to be reported within 72 hours."
        if order.personal_data
        else ""
    )
    return Decided(
        reply=_reply(made, f"A correction is open; {_next(made, (), ())}.{hint}"),
        writes={made.key: made.row()},
        guards=[Guard(made.key, None)],
        notes=[_noted("correction.opened", actor, made, {"mistake": order.mistake})],
    )


def chosen(
    order: ChooseCorrection,
    actor: Actor,
    before: Correction,
    act: Act,
    now_ms: int,
    *,
    one_officer: bool,
) -> Decided:
    """Decide what becomes of what went out; never by who wrote it."""
    before.require_open()
    alone = actor.person_id == act.author_id
    if alone and not one_officer:
        raise NotAllowedError("Who wrote it does not decide on it; ask another officer.")
    after = before.changed(
        choice=order.choice,
        chosen_by=actor.person_id,
        choice_reason=order.why,
        chosen_at_ms=now_ms,
        one_officer=int(alone),
    )
    what = "It is deleted" if order.choice == "delete" else "It stays, with a note under it"
    facts: dict[str, str | bool] = {"choice": order.choice, "one_officer": alone}
    return Decided(
        reply=_reply(after, f"{what}: draft that, and it goes the way of every act."),
        writes={after.key: after.row()},
        guards=[before.guard()],
        notes=[_noted("correction.chosen", actor, after, {"why": order.why}, **facts)],
    )


def draft_wanted(
    before: Correction, act: Act, remote_id: str, part: Part, words: dict[str, Any]
) -> DraftAct:
    """Return what is to be drafted for a part. Raises RejectError where it is not wanted."""
    before.require_open()
    if part == "removal":
        if before.choice != "delete":
            raise RejectError("It was not decided that it is deleted; an officer decides first.")
        if words["text"]:
            raise RejectError("text: taking a post away has no words; leave them out.")
        return DraftAct(kind="delete", account=act.account, target=remote_id)
    if part == "note":
        if before.choice != "keep":
            raise RejectError("It was not decided that it stays; an officer decides first.")
        return DraftAct(kind="reply", account=act.account, target=remote_id, **words)
    if act.post_id is not None:
        return DraftAct(kind="reply", post_id=act.post_id, **words)
    return DraftAct(kind="statement", account=act.account, **words)


def linked(
    kept: Decided, actor: Actor, before: Correction, part: Part, act: Act, earlier: Act | None
) -> Decided:
    """Keep which act is to put it right; `earlier` was drafted for the same and came to nothing."""
    if earlier is not None and earlier.state in UNDER_WAY:
        raise RejectError(
            f"The {part} is on its way already ({earlier.id}); withdraw that one first."
        )
    after = before.changed(**{f"{part}_act_id": act.id})
    noted = _noted("correction.drafted", actor, after, {}, part=part, act=act.id)
    return replace(
        kept,
        reply={**kept.reply, "correction_id": before.id, "part": part},
        writes={**kept.writes, after.key: after.row()},
        guards=[*kept.guards, before.guard()],
        notes=[*kept.notes, noted],
    )


def without_apology(order: NoApology, actor: Actor, before: Correction) -> Decided:
    """Keep why no apology is due."""
    before.require_open()
    after = before.changed(no_apology=order.why)
    return Decided(
        reply=_reply(after, "No apology is due; the reason is kept."),
        writes={after.key: after.row()},
        guards=[before.guard()],
        notes=[_noted("correction.no-apology", actor, after, {"why": order.why})],
    )


def told_of(
    order: TellOfCorrection,
    actor: Actor,
    before: Correction,
    notice_id: str,
    so_far: int,
    now_ms: int,
) -> Decided:
    """Keep who was told."""
    before.require_open()
    if so_far >= NOTICES_MAX:
        raise RejectError(f"{NOTICES_MAX} were told already; note the rest as you close it.")
    after = before.changed()
    row: Row = {
        "correction_id": before.id,
        "whom": order.whom,
        "by_way_of": order.by_way_of,
        "told_by": actor.person_id,
        "told_at_ms": now_ms,
    }
    return Decided(
        reply=_reply(after, "It is noted who was told."),
        writes={after.key: after.row(), Key("correction_notices", notice_id): row},
        guards=[before.guard()],
        notes=[
            _noted("correction.told", actor, after, {"by_way_of": order.by_way_of}, whom=order.whom)
        ],
    )


def closed(
    order: CloseCorrection,
    actor: Actor,
    before: Correction,
    gone_out: Collection[str],
    told: Sequence[str],
    now_ms: int,
) -> Decided:
    """Close a correction of which nothing is left to do."""
    before.require_open()
    left = list(missing(before, gone_out, told))
    if left:
        raise RejectError(f"It is not put right yet: {'; '.join(left)}.")
    after = before.changed(
        state="closed", closed_by=actor.person_id, closed_at_ms=now_ms, outcome=order.why
    )
    return Decided(
        reply=_reply(after, "It is put right, and closed."),
        writes={after.key: after.row()},
        guards=[before.guard()],
        notes=[_noted("correction.closed", actor, after, {"why": order.why}, told=len(told))],
    )


def _next(correction: Correction, gone_out: Collection[str], told: Collection[str]) -> str:
    return next(missing(correction, gone_out, told), "close it")


def _reply(each: Correction, sentence: str) -> dict[str, object]:
    return {"sentence": sentence, "correction_id": each.id, "state": each.state}


def _noted(
    kind: str,
    actor: Actor,
    each: Correction,
    payload: dict[str, str],
    **facts: str | int | bool | None,
) -> AuditNote:
    chain = account_chain(each.account)
    noted = note(kind, actor, BODY_SUBJECT, payload, chain=chain, correction=each.id, **facts)
    return replace(noted, act_id=each.act_id, case_id=each.case_id)
