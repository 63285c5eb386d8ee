"""Decides whether an erasure may be carried out: what cannot be undone takes two people."""

from collections.abc import Mapping
from typing import Any, Final, cast

from schemas.verdict import Role
from services.policy.decided import Decided
from services.runtime.actor import Actor
from services.runtime.audit_entry import BODY_SUBJECT, HOUSE_CHAIN, AuditNote
from services.runtime.clock import DAY_MS
from services.runtime.effects import Key, Row
from services.runtime.errors import NotAllowedError
from services.runtime.ports import Guard

ASKERS: Final[frozenset[Role]] = frozenset({"governance"})
SECONDS: Final[frozenset[Role]] = frozenset({"governance", "duty-officer"})
"""Who may agree as the second person, as for the release of a halt."""
ASKED_MS_MAX: Final = 30 * DAY_MS
AGREED_MS_MAX: Final = DAY_MS
"""How long what two people agreed to may be begun again, where it was broken off."""


def consent_key(subject: str) -> Key:
    """Return where the asking and agreeing of a subject's erasure stands."""
    return Key("erasures", subject)


def is_asked(row: Mapping[str, Any] | None, now_ms: int) -> bool:
    """Return whether somebody asked, and a second person may still agree."""
    return (
        row is not None and row["state"] == "asked" and now_ms - row["asked_at_ms"] <= ASKED_MS_MAX
    )


def consented(
    row: Row | None, subject: str, actor: Actor, now_ms: int, *, one_officer: bool
) -> Decided:
    """Decide what an officer's wish to erase comes to: `agreed` in the reply, or only asked for.

    Raises NotAllowedError where the officer's roles do not let them ask, or agree.
    """
    before: Mapping[str, Any] | None = row
    version = None if before is None else cast("int", before["version"])
    if _stands(before, now_ms):
        _require(actor, SECONDS, "Erasing again what two people agreed to")
        return Decided(reply={"agreed": True})
    if before is not None and is_asked(before, now_ms):
        alone = before["asked_by"] == actor.person_id
        if not alone or one_officer:
            _require(actor, SECONDS, "Agreeing to an erasure")
            return _agreed(before, subject, actor, now_ms, version, one_officer=alone)
    _require(actor, ASKERS, "Asking for an erasure")
    asked: dict[str, Any] = {
        "state": "asked",
        "asked_by": actor.person_id,
        "agreed_by": None,
        "asked_at_ms": now_ms,
        "agreed_at_ms": None,
        "one_officer": 0,
        "version": (version or 0) + 1,
    }
    if one_officer:
        return _agreed(asked, subject, actor, now_ms, version, one_officer=True)
    return _decided("erasure.asked", asked, subject, actor, version, agreed=False)


def _agreed(
    row: Mapping[str, Any],
    subject: str,
    actor: Actor,
    now_ms: int,
    version: int | None,
    *,
    one_officer: bool,
) -> Decided:
    after = {
        **row,
        "state": "agreed",
        "agreed_by": actor.person_id,
        "agreed_at_ms": now_ms,
        "one_officer": int(one_officer),
        "version": (version or 0) + 1,
    }
    return _decided("erasure.agreed", after, subject, actor, version, agreed=True)


def _decided(
    kind: str,
    row: Mapping[str, Any],
    subject: str,
    actor: Actor,
    version: int | None,
    *,
    agreed: bool,
) -> Decided:
    key = consent_key(subject)
    note = AuditNote(
        chain=HOUSE_CHAIN,
        kind=kind,
        actor=actor,
        subject=BODY_SUBJECT,
        payload={},
        facts={"subject": subject, "asked_by": row["asked_by"]},
        one_officer=bool(row["one_officer"]),
    )
    return Decided(
        reply={"agreed": agreed},
        writes={key: row},
        guards=(Guard(key, version),),
        notes=(note,),
    )


def _stands(row: Mapping[str, Any] | None, now_ms: int) -> bool:
    return (
        row is not None
        and row["state"] == "agreed"
        and now_ms - row["agreed_at_ms"] <= AGREED_MS_MAX
    )


def _require(actor: Actor, roles: frozenset[Role], what: str) -> None:
    if not actor.roles & roles:
        raise NotAllowedError(f"{what} needs one of these roles: {', '.join(sorted(roles))}.")
