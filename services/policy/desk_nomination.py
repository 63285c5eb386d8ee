"""The desk's verbs about nominations: rounds that citizens name somebody in, and draws."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.policy.decided import Decided
from services.policy.desk_work import Work
from services.policy.nomination import (
    Nomination,
    Round,
    nomination_key,
    nomination_of,
    round_key,
    round_of,
)
from services.policy.nomination_orders import (
    NOMINATIONS_MAX,
    ChooseNomination,
    CloseRound,
    Draw,
    EndRound,
    FixList,
    Nominate,
    NoteAnswer,
    OpenRound,
    SetAside,
    TakeBack,
)
from services.policy.nomination_rounds import answered, closed, drawn, ended, list_fixed, opened
from services.policy.nominations import chosen, made, receipt_digest, set_aside, taken_back
from services.policy.takeover import takeover_key, takeover_of
from services.runtime.errors import NotFoundError


def open_round(work: Work, order: OpenRound) -> Decided:
    """Open a round."""
    work.account(order.account)
    takeover = None
    if order.takeover_id is not None:
        row = work.row(takeover_key(order.takeover_id))
        if row is None:
            raise NotFoundError(f"There is no takeover {order.takeover_id}.")
        takeover = takeover_of(order.takeover_id, row)
    zone = work.parts.takeovers.zone
    return opened(order, work.actor, work.parts.fresh_id(), takeover, work.now_ms, zone)


def close_round(work: Work, order: CloseRound) -> Decided:
    """Take no more names in a round."""
    return closed(order, work.actor, _round(work, order.round_id), work.now_ms)


def nominate(work: Work, order: Nominate) -> Decided:
    """Name somebody in a round."""
    row = work.row(round_key(order.round_id))
    around = None if row is None else round_of(order.round_id, row)
    counted = work.parts.store.select("nominations_in_round", (order.round_id,))
    fresh = work.parts.fresh_id(), work.parts.fresh_token()
    return made(order, work.actor, around, int(str(counted[0]["nominations"])), fresh, work.now_ms)


def take_back(work: Work, order: TakeBack) -> Decided:
    """Take a nomination back by its receipt."""
    rows = work.parts.store.select("nomination_by_receipt", (receipt_digest(order.receipt),))
    before = nomination_of(rows[0]) if rows else None
    around = None if before is None else _round(work, before.round_id)
    return taken_back(work.actor, before, around)


def choose(work: Work, order: ChooseNomination) -> Decided:
    """Put somebody on the list."""
    before = _nomination(work, order.nomination_id)
    return chosen(order, work.actor, before, _round(work, before.round_id), work.now_ms)


def leave_aside(work: Work, order: SetAside) -> Decided:
    """Leave somebody off the list."""
    before = _nomination(work, order.nomination_id)
    return set_aside(order, work.actor, before, _round(work, before.round_id), work.now_ms)


def fix_list(work: Work, order: FixList) -> Decided:
    """Fix the list of a round."""
    before = _round(work, order.round_id)
    found, seed = _nominations(work, order.round_id), work.parts.fresh_token()
    return list_fixed(order, work.actor, before, found, seed, work.now_ms)


def draw(work: Work, order: Draw) -> Decided:
    """Draw from a fixed list."""
    before = _round(work, order.round_id)
    count = sum(1 for each in _nominations(work, order.round_id) if each.number is not None)
    alone = work.parts.settings.one_officer
    return drawn(order, work.actor, before, count, work.now_ms, one_officer=alone)


def note_answer(work: Work, order: NoteAnswer) -> Decided:
    """Keep what somebody said who was drawn."""
    before = _round(work, order.round_id)
    found = _nominations(work, order.round_id)
    return answered(order, work.actor, before, found, work.now_ms)


def end_round(work: Work, order: EndRound) -> Decided:
    """End a round without anybody."""
    before = _round(work, order.round_id)
    return ended(order, work.actor, before, _nominations(work, order.round_id), work.now_ms)


def _round(work: Work, round_id: str) -> Round:
    row = work.row(round_key(round_id))
    if row is None:
        raise NotFoundError(
            f"There is no round {round_id}; `mercat takeover nominations list` has them."
        )
    return round_of(round_id, row)


def _nomination(work: Work, nomination_id: str) -> Nomination:
    row = work.row(nomination_key(nomination_id))
    if row is None:
        raise NotFoundError(f"There is no nomination {nomination_id}.")
    return nomination_of({**row, "id": nomination_id})


def _nominations(work: Work, round_id: str) -> list[Nomination]:
    rows = work.parts.store.select("nominations_of_round", (round_id, NOMINATIONS_MAX))
    return [nomination_of(row) for row in rows]


NOMINATION_HANDLERS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {
    "nomination-open": open_round,
    "nomination-close": close_round,
    "nominate": nominate,
    "nomination-take-back": take_back,
    "nomination-choose": choose,
    "nomination-set-aside": leave_aside,
    "nomination-fix-list": fix_list,
    "nomination-draw": draw,
    "nomination-answer": note_answer,
    "nomination-end": end_round,
}
