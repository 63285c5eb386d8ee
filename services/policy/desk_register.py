"""The desk's verbs about the register of accounts: described, stepped in for, a name shown."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.policy.decided import Decided
from services.policy.desk_work import Work
from services.policy.handover_reading import takeover_whole
from services.policy.people import person_key
from services.policy.register import (
    OWNERS,
    described,
    name_shown,
    public_name_key,
    stepped_in,
)
from services.policy.register_orders import DescribeAccount, ShowName, StepIn


def describe(work: Work, order: DescribeAccount) -> Decided:
    """Change what the register says of an account."""
    account = work.account(order.account)
    named = {getattr(order, name) for name in OWNERS} - {None}
    people = {str(login): work.person(str(login)) for login in named}
    quotas = work.rules.reader.authority.quotas
    quota = quotas.own.get(order.account, quotas.account)
    return described(order, work.actor, account, people, quota, work.now_ms)


def step_in(work: Work, order: StepIn) -> Decided:
    """Make the second owner the owner of an account whose owner has left."""
    account = work.account(order.account)
    owner = work.row(person_key(str(account["owner_id"] or "")))
    return stepped_in(order, work.actor, account, owner, work.now_ms)


def show_name(work: Work, order: ShowName) -> Decided:
    """Keep under which name a curator agrees to be shown."""
    takeover = takeover_whole(work.parts.store, order.takeover_id)
    person = work.row(person_key(work.actor.person_id)) or {"name": ""}
    kept = work.row(public_name_key(takeover.id))
    return name_shown(order, work.actor, takeover, person, kept, work.now_ms)


REGISTER_HANDLERS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {
    "account-describe": describe,
    "account-step-in": step_in,
    "takeover-show-name": show_name,
}
"""The desk's verbs about the register of accounts."""
