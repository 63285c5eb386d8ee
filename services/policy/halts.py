"""Decides on halts: one person stops, two let go again."""

from collections.abc import Sequence
from typing import Any, cast

from services.policy.decided import Decided
from services.policy.leave import raised
from services.policy.orders import HaltVoice, ReleaseHalt
from services.policy.people import note
from services.policy.situation import halt_key
from services.runtime.actor import Actor
from services.runtime.audit_entry import BODY_SUBJECT, HOUSE_CHAIN, AuditNote, account_chain
from services.runtime.effects import Row, without_id
from services.runtime.errors import NotFoundError
from services.runtime.ports import Guard


def in_words(kind: str, name: str) -> str:
    """Return what a halt stops, as people say it."""
    return "everything" if kind == "everything" else f"{kind} {name}"


def halted(
    order: HaltVoice, actor: Actor, before: Row | None, accounts: Sequence[Row], now_ms: int
) -> Decided:
    """Stop what goes out; a halt that is there already stays as it is."""
    what = in_words(order.kind, order.name)
    if before is not None and before["state"] == "halted" and before["release_asked_by"] is None:
        return Decided(reply={"sentence": f"{what.capitalize()} was halted already."})
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
        "one_officer": 0,
        "version": (version or 0) + 1,
    }
    return Decided(
        reply={
            "sentence": f"Halted: {what}. Nothing of it goes out until two people release it.",
            "kind": order.kind,
            "name": order.name,
            "state": "halted",
        },
        writes=writes,
        guards=[Guard(key, version), *guards],
        notes=[_noted("halt.placed", order, actor, {})],
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


def _noted(kind: str, order: HaltVoice, actor: Actor, facts: dict[str, Any]) -> AuditNote:
    chain = account_chain(order.name) if order.kind == "account" else HOUSE_CHAIN
    payload = {"name": order.name, "why": order.why}
    return note(kind, actor, BODY_SUBJECT, payload, chain=chain, halt=order.kind, **facts)
