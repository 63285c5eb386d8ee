"""What a command comes to: values that the desk carries out in one transaction, or a refusal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from schemas.envelope import Event
from services.runtime.audit_entry import AuditNote
from services.runtime.effects import Key, Row
from services.runtime.errors import MercatError
from services.runtime.ports import Guard


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """Rows to write if nothing guarded has changed, notes for the audit, events, and the answer.

    With a `refusal`, what is to be kept of the attempt is kept, and the caller gets the refusal.
    """

    reply: Mapping[str, Any] = field(default_factory=dict)
    writes: Mapping[Key, Row | None] = field(default_factory=dict)
    guards: Sequence[Guard] = ()
    notes: Sequence[AuditNote] = ()
    events: Sequence[tuple[str, Event]] = ()
    refusal: MercatError | None = None
