"""Decides on an account's mode: one person sets it, and two bring it back from an emergency."""

from typing import Any, Final, cast

from services.policy.decided import Decided
from services.policy.leave import raised
from services.policy.orders import SetMode
from services.policy.people import note
from services.policy.situation import account_key
from services.runtime.actor import Actor
from services.runtime.audit_entry import BODY_SUBJECT, AuditNote, account_chain
from services.runtime.effects import Key, Row
from services.runtime.errors import NotAllowedError
from services.runtime.ports import Guard

EMERGENCY: Final = "emergency"
PRE_ELECTION: Final = "pre-election"


def mode_key(account: str) -> Key:
    """Return where the latest change of an account's mode that took two people stands."""
    return Key("mode_changes", account)


def mode_set(
    order: SetMode,
    actor: Actor,
    account: Row,
    change: Row | None,
    now_ms: int,
    *,
    one_officer: bool,
) -> Decided:
    """Set an account's mode, or ask for the end of an emergency, or agree with whoever asked.

    `account` holds its id; `change` is the latest one that took two. Raises NotAllowedError where
    it takes governance: the time before an election is theirs to begin and to end.
    """
    before = str(account["mode"])
    if PRE_ELECTION in (order.mode, before) and EMERGENCY not in (order.mode, before):
        _require_governance(actor)
    asked = change if change is not None and change["state"] == "asked" else None
    if order.mode == before:
        return _stays(order, actor, account, asked)
    if before != EMERGENCY:
        return _changed(order, actor, account, now_ms, {})
    if order.mode == PRE_ELECTION:
        _require_governance(actor)
    alone = asked is not None and asked["asked_by"] == actor.person_id
    if asked is None or asked["mode"] != order.mode or (alone and not one_officer):
        return _asked(order, actor, account, change, now_ms)
    version = cast("int", asked["version"])
    agreed = {
        **{name: value for name, value in asked.items() if name != "id"},
        "state": "agreed",
        "agreed_by": actor.person_id,
        "agreed_at_ms": now_ms,
        "one_officer": int(alone),
        "version": version + 1,
    }
    facts = {"asked_by": str(asked["asked_by"]), "one_officer": alone}
    decided = _changed(order, actor, account, now_ms, facts)
    key = mode_key(order.account)
    return Decided(
        reply=decided.reply,
        writes={**decided.writes, key: agreed},
        guards=[*decided.guards, Guard(key, version)],
        notes=decided.notes,
    )


def _require_governance(actor: Actor) -> None:
    if "governance" not in actor.roles:
        raise NotAllowedError(
            "The time before an election takes governance to begin and to end; ask one of them."
        )


def _stays(order: SetMode, actor: Actor, account: Row, asked: Row | None) -> Decided:
    """Leave a mode as it is; whoever sets it anew while its end is asked for means it."""
    reply = {"account": order.account, "mode": order.mode}
    if asked is None:
        return Decided(reply={**reply, "sentence": f"{order.account} is in that mode already."})
    key = mode_key(order.account)
    return Decided(
        reply={
            **reply,
            "sentence": f"{order.account} stays as it is; the asking is over.",
        },
        writes={key: None},
        guards=[Guard(key, cast("int", asked["version"])), _guard(account)],
        notes=[_noted("account.mode-kept", order, actor, account, {})],
    )


def _changed(
    order: SetMode, actor: Actor, account: Row, now_ms: int, facts: dict[str, Any]
) -> Decided:
    writes, guards = raised([account], now_ms)
    key = account_key(order.account)
    writes[key] = {**(writes[key] or {}), "mode": order.mode}
    return Decided(
        reply={
            "account": order.account,
            "mode": order.mode,
            "sentence": f"{order.account} is in the mode {order.mode} now, from the next act on.",
        },
        writes=writes,
        guards=guards,
        notes=[_noted("account.mode-set", order, actor, account, facts)],
    )


def _asked(order: SetMode, actor: Actor, account: Row, change: Row | None, now_ms: int) -> Decided:
    """Keep that somebody asks for the end of an emergency."""
    key = mode_key(order.account)
    version = None if change is None else cast("int", change["version"])
    row: Row = {
        "mode": order.mode,
        "state": "asked",
        "asked_by": actor.person_id,
        "agreed_by": None,
        "reason": order.why,
        "asked_at_ms": now_ms,
        "agreed_at_ms": None,
        "one_officer": 0,
        "version": (version or 0) + 1,
    }
    return Decided(
        reply={
            "account": order.account,
            "mode": EMERGENCY,
            "sentence": f"{order.account} stays in the emergency until a second person agrees "
            f"to the mode {order.mode}.",
        },
        writes={key: row},
        guards=[Guard(key, version), _guard(account)],
        notes=[_noted("account.mode-asked", order, actor, account, {})],
    )


def _guard(account: Row) -> Guard:
    return Guard(account_key(str(account["id"])), cast("int", account["version"]))


def _noted(
    kind: str, order: SetMode, actor: Actor, account: Row, facts: dict[str, Any]
) -> AuditNote:
    said = {"mode": order.mode, "mode_before": str(account["mode"]), **facts}
    chain = account_chain(order.account)
    return note(kind, actor, BODY_SUBJECT, {"why": order.why}, chain=chain, **said)
