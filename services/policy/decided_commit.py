"""Turns what was decided into the one commit that carries it out, its notes sealed."""

from collections.abc import Iterable, Sequence

from schemas.codec import encode_event
from services.policy.decided import Decided
from services.policy.sealing import sealed_or_facts
from services.runtime.audit_entry import AuditNote, SealedEntry, Sealer
from services.runtime.ports import Append, Commit, Lane


def sealed(sealer: Sealer, notes: Iterable[AuditNote], at_ms: int) -> list[SealedEntry]:
    """Return notes sealed; of somebody who was erased, the bare fact alone is kept."""
    return [sealed_or_facts(sealer, note, at_ms) for note in notes]


def commit_of(decided: Decided, entries: Sequence[SealedEntry]) -> Commit:
    """Return the commit of a decision: before bulk, and only while its guards hold."""
    return Commit(
        appends=[
            Append(topic, event.subject, encode_event(event), event)
            for topic, event in decided.events
        ],
        writes=decided.writes,
        lane=Lane.DECISION,
        guards=decided.guards,
        entries=entries,
    )
