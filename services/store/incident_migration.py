"""The sixteenth migration: incidents with their evidence, and the timelines that are read back."""

from typing import Final

from services.store.incident_tables import INCIDENT_TABLES
from services.store.migration import Migration
from services.store.table import create_statement

_CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "incidents": ("account IS NOT NULL AND kind IS NOT NULL AND state IS NOT NULL",),
}

INCIDENT: Final = Migration(
    number=16,
    name="incidents",
    statements=(
        *(create_statement(table, _CHECKS.get(table.name, ())) for table in INCIDENT_TABLES),
        "CREATE INDEX incidents_by_state ON incidents (state, opened_at_ms)",
        "CREATE INDEX incident_evidence_by_incident ON incident_evidence (incident_id)",
        "CREATE INDEX timeline_acts_by_account ON timeline_acts (account, at_ms)",
    ),
)
