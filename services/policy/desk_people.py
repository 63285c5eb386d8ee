"""The desk's verbs about people, their tokens and grants, about halts, and accounts' modes."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from services.policy.decided import Decided
from services.policy.desk_rota import call_off, with_shifts
from services.policy.desk_work import Work
from services.policy.grants import grant_key
from services.policy.halts import halted, released
from services.policy.modes import mode_key, mode_set
from services.policy.orders import (
    AddPerson,
    ChangePerson,
    EndGrant,
    GiveGrant,
    HaltOrder,
    HaltVoice,
    IssueToken,
    PersonLeaves,
    ReleaseHalt,
    RevokeToken,
    SetMode,
)
from services.policy.people import (
    added,
    changed,
    grant_ended,
    grant_given,
    left,
    token_issued,
    token_revoked,
)
from services.policy.register import with_owned
from services.policy.rota_initials import require_own_initials
from services.policy.rota_orders import CallOffShift
from services.policy.situation import halt_key
from services.policy.takeover_losses import ended_with_grant, with_takeovers
from services.policy.tokens import token_digest, token_of
from services.runtime.effects import Key, Row
from services.runtime.errors import NotFoundError, RejectError, VersionConflictError

RULE_NAME: Final = re.compile(r"[a-z0-9_]+/[a-z0-9_]+")


def add_person(work: Work, order: AddPerson) -> Decided:
    """Add a person under a login that nobody has, or ever had."""
    if work.parts.store.select("person_by_login", (order.login,)):
        raise RejectError(f"The login {order.login!r} is taken; people keep theirs for ever.")
    one_officer = work.parts.settings.one_officer
    return added(order, work.actor, work.parts.fresh_id(), work.now_ms, one_officer=one_officer)


def change_person(work: Work, order: ChangePerson) -> Decided:
    """Give a person other roles or teams."""
    person = work.person(order.login)
    if order.version is not None and order.version != person["version"]:
        raise VersionConflictError("Somebody changed this person since you read them; read again.")
    one_officer = work.parts.settings.one_officer
    return changed(order, work.actor, person, work.accounts(), work.now_ms, one_officer=one_officer)


def person_leaves(work: Work, order: PersonLeaves) -> Decided:
    """End a person's work here."""
    person = work.person(order.login)
    store = work.parts.store
    owned = [
        (Key(table, str(row["id"])), row)
        for table, query in (("tokens", "tokens_of_person"), ("grants", "grants_of_person"))
        for row in store.select(query, (person["id"],))
    ]
    accounts = work.accounts()
    decided = left(work.actor, person, owned, accounts, order.why, work.now_ms)
    decided = with_owned(decided, accounts, str(person["id"]))
    decided = with_takeovers(work, person, decided, order.why)
    return with_shifts(work, person, decided, order.why)


def issue_token(work: Work, order: IssueToken) -> Decided:
    """Give a person a token."""
    token = token_of(work.parts.fresh_token())
    pair = (token, token_digest(token))
    person = work.person(order.login)
    return token_issued(order, work.actor, person, work.parts.fresh_id(), pair, work.now_ms)


def revoke_token(work: Work, order: RevokeToken) -> Decided:
    """End a token."""
    row = work.row(Key("tokens", order.token_id))
    if row is None:
        raise NotFoundError("There is no token of that id; `mercat people list` shows them.")
    return token_revoked(work.actor, order.token_id, row, order.why)


def give_grant(work: Work, order: GiveGrant) -> Decided:
    """Give a person leave to act as an account."""
    person, account = work.person(order.login), work.account(order.account)
    if order.initials is not None:
        require_own_initials(work, order.account, order.initials, str(person["id"]))
    zone = work.rules.reader.authority.duty_officer.hours.time_zone
    fresh_id = work.parts.fresh_id()
    return grant_given(order, work.actor, person, account, fresh_id, work.now_ms, zone)


def end_grant(work: Work, order: EndGrant) -> Decided:
    """End a grant before its time."""
    row = work.row(grant_key(order.grant_id))
    if row is None:
        raise NotFoundError("There is no grant of that id; `mercat people list` shows them.")
    takeover_id = row["takeover_id"]
    if takeover_id is not None and row["state"] != "ended":
        stopped = ended_with_grant(work, str(takeover_id), order.why)
        if stopped is not None:
            return stopped
    if row["shift_id"] is not None and row["state"] != "ended":
        return call_off(work, CallOffShift(shift_id=str(row["shift_id"]), why=order.why))
    return grant_ended(order, work.actor, row, work.account(str(row["account"])), work.now_ms)


def halt(work: Work, order: HaltVoice) -> Decided:
    """Stop what goes out."""
    themes = work.parts.themes
    if order.kind == "theme" and themes is not None and order.name not in themes:
        raise RejectError(
            f"There is no theme {order.name!r}; themes are {', '.join(sorted(themes)) or 'none'}."
        )
    before = work.row(halt_key(order.kind, order.name))
    return halted(order, work.actor, before, _stopped(work, order), work.now_ms)


def release(work: Work, order: ReleaseHalt) -> Decided:
    """Ask for a halt's end, or agree to it."""
    return released(
        order,
        work.actor,
        work.row(halt_key(order.kind, order.name)),
        _stopped(work, order),
        work.now_ms,
        one_officer=work.parts.settings.one_officer,
    )


def set_mode(work: Work, order: SetMode) -> Decided:
    """Set an account's mode, or ask for the end of an emergency, or agree to it."""
    account = work.account(order.account)
    change = work.row(mode_key(order.account))
    one_officer = work.parts.settings.one_officer
    return mode_set(order, work.actor, account, change, work.now_ms, one_officer=one_officer)


def _stopped(work: Work, order: HaltOrder) -> Sequence[Row]:
    """Return the accounts whose acts a halt can stop. Raises where it names nothing there is."""
    if (order.kind == "everything") != (order.name == ""):
        raise RejectError("Name what is to be halted; only `everything` goes without a name.")
    if order.kind == "person":
        work.person(order.name)
    if order.kind == "rule" and not RULE_NAME.fullmatch(order.name):
        raise RejectError("A rule is named concern/rule, as the reasons of a verdict name it.")
    return [work.account(order.name)] if order.kind == "account" else work.accounts()


PEOPLE_VERBS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {
    "add-person": add_person,
    "change-person": change_person,
    "person-leaves": person_leaves,
    "issue-token": issue_token,
    "revoke-token": revoke_token,
    "give-grant": give_grant,
    "end-grant": end_grant,
    "halt": halt,
    "release": release,
    "set-mode": set_mode,
}
