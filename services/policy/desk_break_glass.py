"""The desk's verbs about broken glass."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.policy.break_glass import (
    Glass,
    agreed,
    asked,
    ended,
    glass_key,
    glass_of,
    reviewed,
)
from services.policy.break_glass_orders import (
    AgreeGlass,
    AskGlass,
    EndGlass,
    GlassOrder,
    ReviewGlass,
)
from services.policy.decided import Decided
from services.policy.desk_work import Work
from services.policy.grants import grant_key
from services.policy.people import person_key
from services.runtime.errors import NotAllowedError, NotFoundError, RejectError


def ask(work: Work, order: AskGlass) -> Decided:
    """Ask for leave in an emergency, or for a drill of it."""
    work.account(order.account)
    person = work.person(order.login)
    rows = work.parts.store.select("broken_glasses_of", (str(person["id"]), order.account))
    for row in rows:
        other = glass_of(str(row["id"]), row)
        is_over = other.state_at(work.now_ms) == "ended" or other.lapsed_at(work.now_ms)
        if not is_over and bool(other.drill) == order.drill:
            raise RejectError(f"That is asked for already, or given: {other.id}.")
    return asked(order, work.actor, work.parts.fresh_id(), person, work.now_ms)


def agree(work: Work, order: AgreeGlass) -> Decided:
    """Agree to it."""
    before = _glass(work, order)
    person = work.row(person_key(before.person_id))
    assert person is not None, "people stay on record"
    return agreed(
        order,
        work.actor,
        before,
        {**person, "id": before.person_id},
        work.account(before.account),
        work.parts.fresh_id(),
        work.now_ms,
        one_officer=work.parts.settings.one_officer,
    )


def end(work: Work, order: EndGlass) -> Decided:
    """End it before its time: whoever took part may, and any officer."""
    before = _glass(work, order)
    officers = {"governance", "duty-officer"}
    if work.actor.person_id not in before.took_part and not officers & work.actor.roles:
        raise NotAllowedError("Who took part ends it, or governance or a duty officer.")
    grant = None if before.grant_id is None else work.row(grant_key(before.grant_id))
    account = work.account(before.account)
    return ended(order, work.actor, before, grant, account, work.now_ms)


def review(work: Work, order: ReviewGlass) -> Decided:
    """Keep what somebody who took no part says of it."""
    alone = work.parts.settings.one_officer
    return reviewed(order, work.actor, _glass(work, order), work.now_ms, one_officer=alone)


def _glass(work: Work, order: GlassOrder) -> Glass:
    row = work.row(glass_key(order.glass_id))
    if row is None:
        raise NotFoundError(f"There is no {order.glass_id}; `mercat break-glass list` has them.")
    return glass_of(order.glass_id, row)


BREAK_GLASS_HANDLERS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {
    "glass-ask": ask,
    "glass-agree": agree,
    "glass-end": end,
    "glass-review": review,
}
