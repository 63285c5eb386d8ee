"""What a step of a sending leaves behind: its row, its entry in the audit, and word to others."""

from collections.abc import Mapping
from typing import Any, Final

from schemas.act import performed_as
from schemas.codec import encode_event
from schemas.envelope import Event, digest_id, trace_parent
from schemas.topics import ACTS_PERFORMED
from services.publish.sending import Sending, sending_key
from services.runtime.actor import PROGRAM, Actor
from services.runtime.audit_entry import (
    BODY_SUBJECT,
    AuditNote,
    SealedEntry,
    Sealer,
    account_chain,
)
from services.runtime.clock import from_epoch_ms
from services.runtime.errors import ErasedSubjectError
from services.runtime.ports import Append, Commit, Guard, Lane

EVENT_SOURCE: Final = "/publish"
BEGUN: Final = "sending.begun"


def ended_kind(sending: Sending) -> str:
    """Return the audit's name for what became of a sending."""
    return f"sending.{sending.state}"


def sending_note(
    kind: str,
    sending: Sending,
    subject: str,
    *,
    actor: Actor = PROGRAM,
    payload: Mapping[str, Any] | None = None,
) -> AuditNote:
    """Return what the audit says of a sending.

    The platform's words and ids stand in the payload, since they may name people.
    """
    said = {"detail": sending.detail, "remote_id": sending.remote_id, "link": sending.link}
    return AuditNote(
        chain=account_chain(sending.account),
        kind=kind,
        actor=actor,
        subject=subject,
        payload={
            name: value for name, value in {**said, **(payload or {})}.items() if value is not None
        },
        facts={
            "act_kind": sending.kind,
            "digest": sending.digest,
            "attempt": sending.attempt,
            "verdict_id": sending.verdict_id,
            "grant_id": sending.grant_id,
            "revision": sending.revision,
            "settled_by": sending.settled_by,
            "on_platform": sending.remote_id is not None,
            "awaits_person": sending.awaits_person,
        },
        case_id=sending.case_id,
        act_id=sending.act_id,
    )


def sealed(sealer: Sealer, note: AuditNote, at_ms: int) -> SealedEntry:
    """Return a note sealed; where its subject was erased, without the words that tell of them."""
    try:
        return sealer.seal(note, at_ms)
    except ErasedSubjectError:
        bare = AuditNote(
            chain=note.chain,
            kind=note.kind,
            actor=note.actor,
            subject=BODY_SUBJECT,
            payload={},
            facts=note.facts,
            case_id=note.case_id,
            act_id=note.act_id,
        )
        return sealer.seal(bare, at_ms)


def joined(first: Commit, second: Commit) -> Commit:
    """Return one commit of two, durable together or not at all."""
    assert not first.writes.keys() & second.writes.keys(), "two commits would write one row"
    return Commit(
        appends=(*first.appends, *second.appends),
        writes={**first.writes, **second.writes},
        cursors=(*first.cursors, *second.cursors),
        lane=Lane.DECISION,
        guards=(*first.guards, *second.guards),
        entries=(*first.entries, *second.entries),
    )


def sending_commit(
    sending: Sending,
    before: Sending | None,
    entry: SealedEntry,
    performed_at_ms: int | None = None,
    trace_id: str | None = None,
) -> Commit:
    """Return the commit that puts a sending where it is now, if it still is where it was.

    `performed_at_ms` is when the platform carried it out: then others are told, within the trace
    of `trace_id`; None: the act's own.
    """
    guard = Guard(sending_key(sending.act_id), before.version if before else None)
    told = () if performed_at_ms is None else (_told(sending, performed_at_ms, trace_id),)
    return Commit(
        appends=told,
        writes={sending.key: sending.row()},
        lane=Lane.DECISION,
        guards=(guard,),
        entries=(entry,),
    )


def _told(sending: Sending, performed_at_ms: int, trace_id: str | None) -> Append:
    event = performed_event(sending, performed_at_ms, trace_id)
    return Append(ACTS_PERFORMED.name, event.subject, encode_event(event), event)


def performed_event(sending: Sending, performed_at_ms: int, trace_id: str | None = None) -> Event:
    """Return the fact that a platform carried an act out."""
    assert sending.remote_id is not None, "what was performed has an id"
    assert sending.ended_at_ms is not None, "what was performed has ended"
    event_id = digest_id("act-performed", sending.act_id, sending.digest)
    data = {
        "act_id": sending.act_id,
        "account": sending.account,
        "kind": sending.kind,
        "digest": sending.digest,
        "verdict_id": sending.verdict_id,
        "revision": sending.revision,
        "grant_id": sending.grant_id,
        "approvers": tuple(sending.approvers),
        "remote_id": sending.remote_id,
        "link": sending.link,
        "case_id": sending.case_id,
        "performed_at": from_epoch_ms(performed_at_ms),
    }
    return performed_as(sending.kind).model_validate(
        {
            "id": event_id,
            "source": EVENT_SOURCE,
            "subject": sending.account,
            "time": from_epoch_ms(sending.ended_at_ms),
            "traceparent": trace_parent(trace_id or sending.act_id),
            "data": data,
        }
    )
