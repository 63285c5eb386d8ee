"""The sixteenth migration: incidents with their evidence, and the timelines that are read back."""

from typing import Final

from services.store.incident_tables import INCIDENT_TABLES
from services.store.migration import Migration
from services.store.table import create_statement

_CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "incidents": (
        "account IS NOT NULL AND kind IS NOT NULL AND opened_by IS NOT NULL",
        "state IS NOT NULL AND state IN ('open', 'closed')",
        "state <> 'closed' OR (closed_by IS NOT NULL AND finding IS NOT NULL "
        "AND reason IS NOT NULL)",
    ),
    "incident_evidence": (
        "incident_id IS NOT NULL AND remote_id IS NOT NULL AND digest IS NOT NULL",
    ),
    "timeline_acts": (
        "account IS NOT NULL AND remote_id IS NOT NULL",
        "standing IS NOT NULL AND standing IN ('baseline', 'told', 'known')",
    ),
}

INCIDENT: Final = Migration(
    number=16,
    name="incidents",
    statements=(
        *(create_statement(table, _CHECKS.get(table.name, ())) for table in INCIDENT_TABLES),
        "CREATE INDEX incidents_by_state ON incidents (state, opened_at_ms)",
        "CREATE UNIQUE INDEX incidents_open_by_account ON incidents (account) WHERE state = 'open'",
        "CREATE INDEX incident_evidence_by_incident ON incident_evidence (incident_id, at_ms)",
        "CREATE INDEX timeline_acts_by_account ON timeline_acts (account, at_ms)",
        "CREATE INDEX sendings_by_request_key ON sendings (account, request_key)",
    ),
)
"""Of one account, one incident is open: what else is found belongs to it."""
