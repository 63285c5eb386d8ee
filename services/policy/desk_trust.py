"""The desk's verbs about trust: a level set by people, and complaints about what somebody did."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.policy.decided import Decided
from services.policy.desk_work import Work
from services.policy.orders import Complain, SetTrust
from services.policy.people import Person
from services.policy.trust import Trust, below, standing_at
from services.policy.trust_moves import TrustMove, trust_changed
from services.policy.trust_record import trust_read
from services.runtime.errors import RejectError


def set_trust(work: Work, order: SetTrust) -> Decided:
    """Put somebody on a level; one whom the ladder was not for is on it from then on."""
    person, account = work.person(order.login), work.account(order.account)
    trust = _standing(work, person, order.account) or _beginning(work, person, order.account)
    move = TrustMove("trust.set", order.level, order.why)
    return trust_changed(move, work.actor, person, account, trust, work.now_ms)


def complain(work: Work, order: Complain) -> Decided:
    """Take a complaint: it takes somebody down a level at once."""
    person, account = work.person(order.login), work.account(order.account)
    if order.act_id is not None:
        act = work.act(order.act_id)
        if (act.author_id, act.account) != (person["id"], order.account):
            raise RejectError(
                f"That act is not one of {order.login} as {order.account}; name who wrote it."
            )
    trust = _standing(work, person, order.account)
    if trust is None:
        raise RejectError(
            f"{person['name']} is on no ladder of trust for {order.account}; "
            "`mercat people set-trust` puts somebody on it."
        )
    why = f"Somebody complained: {order.why}"
    move = TrustMove("trust.complaint", below(trust.level), why, order.act_id)
    return trust_changed(move, work.actor, person, account, trust, work.now_ms)


def _standing(work: Work, person: Person, account: str) -> Trust | None:
    authority = work.rules.reader.authority
    return trust_read(work.parts.store, str(person["id"]), account, work.now_ms, authority)


def _beginning(work: Work, person: Person, account: str) -> Trust:
    return standing_at(None, 0, work.rules.reader.authority.trust, str(person["id"]), account)


TRUST_VERBS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {
    "trust-set": set_trust,
    "trust-complaint": complain,
}
