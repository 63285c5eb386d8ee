"""Decides on incidents: opened with their evidence and a halt, added to, and closed by a person."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from services.policy.decided import Decided
from services.policy.halts import halted
from services.policy.incident import (
    EVIDENCE_MAX,
    ActStanding,
    Incident,
    evidence_key,
    timeline_act_key,
)
from services.policy.incident_orders import CloseIncident
from services.policy.leave import raised
from services.policy.orders import HaltVoice
from services.policy.people import note
from services.policy.situation import halt_key
from services.runtime.actor import PROGRAM, Actor
from services.runtime.audit_entry import BODY_SUBJECT, AuditNote, account_chain
from services.runtime.clock import to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.platform import OwnAct

PAYLOAD_ACTS_MAX: Final = 20
PAYLOAD_TEXT_MAX: Final = 500
SUMMARY_TEXT_MAX: Final = 160
CONTENT_BYTES_MAX: Final = 40_000
STAYS: Final = "It stays halted until two people release it."
ADVICE: Final[Mapping[str, str]] = {
    "hijacked": " Change its password and its keys at the platform before anybody releases it.",
}
KNOWN: Final = frozenset({"ours-after-all", "test"})


def found(
    before: Incident | None,
    incident_id: str,
    account: Row,
    halt: Row | None,
    acts: Sequence[OwnAct],
    now_ms: int,
) -> Decided:
    """Open an incident of what nobody here sent, or add to the open one, and halt its account.

    `account` is its row with the id in it, `halt` the row of its halt, `acts` the oldest first.
    """
    name, first = str(account["id"]), acts[0]
    words = f"{first.kind}: {first.text[:SUMMARY_TEXT_MAX]}".rstrip(": ")
    opened = before or Incident(
        id=incident_id,
        account=name,
        remote_id=first.remote_id,
        halt_id=halt_key("account", name).id,
        summary=f"{name} shows what nobody sent from here. {words}",
        opened_by=PROGRAM.person_id,
        opened_at_ms=now_ms,
        latest_at_ms=now_ms,
        version=0,
    )
    after = opened.changed(acts=opened.acts + len(acts), latest_at_ms=now_ms)
    # Raised though it may be halted already: only one of two who look can have read this version.
    writes, guards = raised([account], now_ms)
    stop = HaltVoice(
        kind="account", name=name, why=f"Incident {after.id}: it shows what nobody sent from here."
    )
    stopped = halted(stop, PROGRAM, halt, [], now_ms)
    room = max(0, EVIDENCE_MAX - opened.acts)
    return Decided(
        writes={
            **writes,
            **stopped.writes,
            after.key: after.row(),
            **{
                evidence_key(name, each.remote_id): _evidence(after, each, now_ms)
                for each in acts[:room]
            },
            **{
                timeline_act_key(name, each.remote_id): standing_row(name, each, "told")
                for each in acts
            },
        },
        guards=[*guards, *stopped.guards, *([] if before is None else [before.guard()])],
        notes=[*_noted_found(after, acts, is_new=before is None), *stopped.notes],
    )


def closed(
    order: CloseIncident, actor: Actor, before: Incident, evidence: Sequence[Row], now_ms: int
) -> Decided:
    """Close an incident with what was found; what turned out to be known raises no alarm again."""
    before.require_open()
    after = before.changed(
        state="closed",
        closed_by=actor.person_id,
        closed_at_ms=now_ms,
        finding=order.finding,
        reason=order.why,
    )
    known: dict[Key, Row | None] = {}
    if order.finding in KNOWN:
        known = {
            timeline_act_key(before.account, str(row["remote_id"])): {
                "account": before.account,
                "remote_id": row["remote_id"],
                "kind": row["kind"],
                "standing": "known",
                "at_ms": row["at_ms"],
            }
            for row in evidence
        }
    facts: dict[str, str | int] = {"finding": order.finding, "acts": after.acts}
    return Decided(
        reply={
            "sentence": f"The incident is closed. {STAYS}{ADVICE.get(order.finding, '')}",
            "incident_id": after.id,
            "account": after.account,
            "state": "closed",
        },
        writes={after.key: after.row(), **known},
        guards=[before.guard()],
        notes=[_noted("incident.closed", actor, after, {"why": order.why}, **facts)],
    )


def standing_row(account: str, act: OwnAct, standing: ActStanding) -> Row:
    """Return the row that says how something on a platform is known."""
    return {
        "account": account,
        "remote_id": act.remote_id,
        "kind": act.kind,
        "standing": standing,
        "at_ms": to_epoch_ms(act.at),
    }


def _evidence(incident: Incident, act: OwnAct, now_ms: int) -> Row:
    whole = act.text.encode("utf-8", "replace")
    return {
        "incident_id": incident.id,
        "kind": act.kind,
        "remote_id": act.remote_id,
        "target": act.target,
        "link": act.link,
        "digest": sha256(whole).hexdigest(),
        "content": whole[:CONTENT_BYTES_MAX],
        "at_ms": to_epoch_ms(act.at),
        "seen_at_ms": now_ms,
    }


def _noted_found(after: Incident, acts: Sequence[OwnAct], *, is_new: bool) -> list[AuditNote]:
    """Return the notes of what was found: so many of its words to a note, as one may hold."""
    kinds = ["incident.opened" if is_new else "incident.added"]
    kinds += ["incident.added"] * ((len(acts) - 1) // PAYLOAD_ACTS_MAX)
    noted = []
    for number, kind in enumerate(kinds):
        some = acts[number * PAYLOAD_ACTS_MAX : (number + 1) * PAYLOAD_ACTS_MAX]
        payload = {"acts": [_told(act) for act in some]}
        first = some[0].remote_id
        noted.append(
            _noted(kind, PROGRAM, after, payload, acts=len(some), remote_id=first, what=after.kind)
        )
    return noted


def _told(act: OwnAct) -> Mapping[str, Any]:
    return {
        "remote_id": act.remote_id,
        "kind": act.kind,
        "text": act.text[:PAYLOAD_TEXT_MAX],
        "target": act.target,
        "link": act.link,
        "at": act.at.isoformat(),
    }


def _noted(
    kind: str,
    actor: Actor,
    incident: Incident,
    payload: Mapping[str, Any],
    **facts: str | int,
) -> AuditNote:
    chain = account_chain(incident.account)
    return note(kind, actor, BODY_SUBJECT, payload, chain=chain, incident=incident.id, **facts)
