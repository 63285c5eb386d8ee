"""The seventeenth migration: corrections, and who was told of each."""

from typing import Final

from services.store.correction_tables import CORRECTION_TABLES
from services.store.migration import Migration
from services.store.table import create_statement

_CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "corrections": (
        "act_id IS NOT NULL AND account IS NOT NULL AND found_by IS NOT NULL",
        "state IS NOT NULL AND state IN ('open', 'closed')",
        "choice IS NULL OR (choice IN ('keep', 'delete') AND chosen_by IS NOT NULL)",
        "state <> 'closed' OR (choice IS NOT NULL AND closed_by IS NOT NULL "
        "AND (apology_act_id IS NOT NULL OR no_apology IS NOT NULL))",
    ),
    "correction_notices": ("correction_id IS NOT NULL AND whom IS NOT NULL",),
}

CORRECTION: Final = Migration(
    number=17,
    name="corrections",
    statements=(
        *(create_statement(table, _CHECKS[table.name]) for table in CORRECTION_TABLES),
        "CREATE INDEX corrections_by_state ON corrections (state, found_at_ms)",
        "CREATE UNIQUE INDEX corrections_open_by_act ON corrections (act_id) WHERE state = 'open'",
        "CREATE INDEX correction_notices_by_correction ON correction_notices "
        "(correction_id, told_at_ms)",
    ),
)
"""Of one act, one correction is open."""
