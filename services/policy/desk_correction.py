"""The desk's verbs about corrections: what went out wrong, and the acts that put it right."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.policy.correction import Correction, correction_key, correction_of
from services.policy.correction_orders import (
    NOTICES_MAX,
    ChooseCorrection,
    CloseCorrection,
    DraftCorrection,
    NoApology,
    OpenCorrection,
    TellOfCorrection,
)
from services.policy.corrections import (
    chosen,
    closed,
    draft_wanted,
    linked,
    opened,
    told_of,
    went_out,
    without_apology,
)
from services.policy.decided import Decided
from services.policy.desk_work import Work
from services.policy.drafting import new_draft
from services.policy.proposals import drafted
from services.runtime.effects import Key, Row
from services.runtime.errors import NotFoundError, RejectError


def open_correction(work: Work, order: OpenCorrection) -> Decided:
    """Open a correction of an act that went out."""
    act = work.act(order.act_id)
    rows = work.parts.store.select("correction_open_of_act", (act.id,))
    if rows:
        raise RejectError(f"A correction of it is open already: {rows[0]['id']!s}.")
    sending = _sending(work, act.id)
    return opened(order, work.actor, work.parts.fresh_id(), act, sending, work.now_ms)


def choose(work: Work, order: ChooseCorrection) -> Decided:
    """Decide what becomes of what went out."""
    before = _correction(work, order.correction_id)
    alone = work.parts.settings.one_officer
    act = work.act(before.act_id)
    return chosen(order, work.actor, before, act, work.now_ms, one_officer=alone)


def draft(work: Work, order: DraftCorrection) -> Decided:
    """Draft one of the acts that put it right, with the gate's advice on it in the answer."""
    before = _correction(work, order.correction_id)
    sending = _sending(work, before.act_id)
    remote_id = "" if sending is None else str(sending["remote_id"])
    words = order.model_dump(include={"text", "language", "media"})
    wanted = draft_wanted(before, work.act(before.act_id), remote_id, order.part, words)
    act = new_draft(work, wanted)
    earlier_id = before.act_ids.get(order.part)
    earlier = None if earlier_id is None else work.act(earlier_id)
    kept = linked(drafted(act, work.actor), work.actor, before, order.part, act, earlier)
    advice = work.judge(work.situation(act), "advice").verdict
    reply = {**kept.reply, "advice": advice.model_dump(mode="json")}
    return Decided(reply=reply, writes=kept.writes, guards=kept.guards, notes=kept.notes)


def no_apology(work: Work, order: NoApology) -> Decided:
    """Keep why no apology is due."""
    return without_apology(order, work.actor, _correction(work, order.correction_id))


def tell(work: Work, order: TellOfCorrection) -> Decided:
    """Keep who was told."""
    before = _correction(work, order.correction_id)
    so_far = len(_notices(work, before.id))
    return told_of(order, work.actor, before, work.parts.fresh_id(), so_far, work.now_ms)


def close(work: Work, order: CloseCorrection) -> Decided:
    """Close a correction of which nothing is left to do."""
    before = _correction(work, order.correction_id)
    gone_out = [each for each in before.act_ids.values() if went_out(_sending(work, each))]
    told = [str(row["whom"]) for row in _notices(work, before.id)]
    return closed(order, work.actor, before, gone_out, told, work.now_ms)


def _correction(work: Work, correction_id: str) -> Correction:
    row = work.row(correction_key(correction_id))
    if row is None:
        raise NotFoundError(
            f"There is no correction {correction_id}; `mercat correct list` has them."
        )
    return correction_of(correction_id, row)


def _sending(work: Work, act_id: str) -> Row | None:
    return work.row(Key("sendings", act_id))


def _notices(work: Work, correction_id: str) -> list[Row]:
    return list(work.parts.store.select("correction_notices_of", (correction_id, NOTICES_MAX)))


CORRECTION_HANDLERS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {
    "correction-open": open_correction,
    "correction-choose": choose,
    "correction-draft": draft,
    "correction-no-apology": no_apology,
    "correction-tell": tell,
    "correction-close": close,
}
