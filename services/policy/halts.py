"""Decides on halts: one person stops, two let go again, or the end that was set from the start."""

from collections.abc import Sequence
from typing import Any, Final, cast

from services.policy.decided import Decided
from services.policy.leave import raised
from services.policy.orders import HaltOrder, HaltVoice, ReleaseHalt
from services.policy.people import note
from services.policy.situation import halt_key
from services.runtime.actor import PROGRAM, Actor
from services.runtime.audit_entry import BODY_SUBJECT, HOUSE_CHAIN, AuditNote, account_chain
from services.runtime.clock import HOUR_MS, from_epoch_ms
from services.runtime.effects import Row, without_id
from services.runtime.errors import NotFoundError
from services.runtime.ports import Guard

ITS_TIME: Final = "It was to end now by itself, as whoever placed it said."


def in_words(kind: str, name: str) -> str:
    """Return what a halt stops, as people say it."""
    return "everything" if kind == "everything" else f"{kind} {name}"


def halted(
    order: HaltVoice, actor: Actor, before: Row | None, accounts: Sequence[Row], now_ms: int
) -> Decided:
    """Stop what goes out; a halt that is there already stays, or lasts longer, never shorter."""
    what = in_words(order.kind, order.name)
    expires_at_ms = None if order.hours is None else now_ms + round(order.hours * HOUR_MS)
    if before is not None and before["state"] == "halted":
        expires_at_ms = _later(cast("int | None", before.get("expires_at_ms")), expires_at_ms)
        if before["release_asked_by"] is None:
            return _lasting(order, actor, before, expires_at_ms)
    key = halt_key(order.kind, order.name)
    version = None if before is None else cast("int", before["version"])
    writes, guards = raised(accounts, now_ms)
    writes[key] = {
        "kind": order.kind,
        "name": order.name,
        "state": "halted",
        "halted_by": actor.person_id,
        "reason": order.why,
        "release_asked_by": None,
        "release_reason": None,
        "released_by": None,
        "halted_at_ms": now_ms,
        "released_at_ms": None,
        "expires_at_ms": expires_at_ms,
        "drained_at_ms": None,
        "drain_ms": None,
        "let_through": None,
        "one_officer": 0,
        "version": (version or 0) + 1,
    }
    return Decided(
        reply={
            "sentence": f"Halted: {what}. Nothing of it goes out until two people release it"
            f"{_or_until(expires_at_ms)}.",
            "kind": order.kind,
            "name": order.name,
            "state": "halted",
        },
        writes=writes,
        guards=[Guard(key, version), *guards],
        notes=[_noted("halt.placed", order, actor, {"expires_at_ms": expires_at_ms})],
    )


def _lasting(order: HaltVoice, actor: Actor, before: Row, expires_at_ms: int | None) -> Decided:
    """Let a halt that is there last as long as is asked now, where that is longer."""
    what = in_words(order.kind, order.name)
    if expires_at_ms == before.get("expires_at_ms"):
        return Decided(reply={"sentence": f"{what.capitalize()} was halted already."})
    key, version = halt_key(order.kind, order.name), cast("int", before["version"])
    row = {**without_id(before), "expires_at_ms": expires_at_ms, "version": version + 1}
    sentence = f"{what.capitalize()} was halted already, and stays so until two people release it"
    return Decided(
        reply={
            "sentence": f"{sentence}{_or_until(expires_at_ms)}.",
            "kind": order.kind,
            "name": order.name,
            "state": "halted",
        },
        writes={key: row},
        guards=[Guard(key, version)],
        notes=[_noted("halt.extended", order, actor, {"expires_at_ms": expires_at_ms})],
    )


def expired(before: Row, accounts: Sequence[Row], now_ms: int) -> Decided:
    """Let go a halt whose end has come, as whoever placed it asked from the start."""
    kind, name = cast("Any", before["kind"]), str(before["name"])
    order = HaltOrder(kind=kind, name=name, why=ITS_TIME)
    key, version = halt_key(kind, name), cast("int", before["version"])
    writes, guards = raised(accounts, now_ms)
    writes[key] = {
        **without_id(before),
        "state": "released",
        "release_asked_by": before["halted_by"],
        "release_reason": ITS_TIME,
        "released_by": PROGRAM.person_id,
        "released_at_ms": now_ms,
        "version": version + 1,
    }
    facts = {"asked_by": str(before["halted_by"]), "one_officer": False}
    return Decided(
        writes=writes,
        guards=[Guard(key, version), *guards],
        notes=[_noted("halt.expired", order, PROGRAM, facts)],
    )


def released(
    order: ReleaseHalt,
    actor: Actor,
    before: Row | None,
    accounts: Sequence[Row],
    now_ms: int,
    *,
    one_officer: bool,
) -> Decided:
    """Ask for a release, or complete the one that somebody else asked for."""
    what = in_words(order.kind, order.name)
    if before is None or before["state"] != "halted":
        raise NotFoundError(f"There is no halt of {what}; `mercat halts` lists them.")
    key = halt_key(order.kind, order.name)
    version = cast("int", before["version"])
    kept = without_id(before)
    asked_by = before["release_asked_by"]
    alone = asked_by == actor.person_id
    if asked_by is None or (alone and not one_officer):
        row = {
            **kept,
            "release_asked_by": actor.person_id,
            "release_reason": order.why,
            "version": version + 1,
        }
        return Decided(
            reply={
                "sentence": f"{what.capitalize()} stays halted until a second person releases it.",
                "kind": order.kind,
                "name": order.name,
                "state": "halted",
            },
            writes={key: row},
            guards=[Guard(key, version)],
            notes=[_noted("halt.release-asked", order, actor, {})],
        )
    writes, guards = raised(accounts, now_ms)
    writes[key] = {
        **kept,
        "state": "released",
        "released_by": actor.person_id,
        "released_at_ms": now_ms,
        "one_officer": int(alone),
        "version": version + 1,
    }
    facts = {"asked_by": str(asked_by), "one_officer": alone}
    return Decided(
        reply={
            "sentence": f"Released: {what}.",
            "kind": order.kind,
            "name": order.name,
            "state": "released",
        },
        writes=writes,
        guards=[Guard(key, version), *guards],
        notes=[_noted("halt.released", order, actor, facts)],
    )


def _later(one_ms: int | None, other_ms: int | None) -> int | None:
    """Return the later end; none at all is later than any."""
    return None if one_ms is None or other_ms is None else max(one_ms, other_ms)


def _or_until(expires_at_ms: int | None) -> str:
    if expires_at_ms is None:
        return ""
    return f", or until {from_epoch_ms(expires_at_ms):%d %B, %H:%M} UTC"


def _noted(kind: str, order: HaltOrder, actor: Actor, facts: dict[str, Any]) -> AuditNote:
    chain = account_chain(order.name) if order.kind == "account" else HOUSE_CHAIN
    payload = {"name": order.name, "why": order.why}
    return note(kind, actor, BODY_SUBJECT, payload, chain=chain, halt=order.kind, **facts)
