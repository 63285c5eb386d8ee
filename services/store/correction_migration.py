"""The seventeenth migration: corrections, and who was told of each."""

from typing import Final

from services.store.correction_tables import CORRECTION_TABLES
from services.store.migration import Migration
from services.store.table import create_statement

_CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "corrections": (
        "act_id IS NOT NULL AND account IS NOT NULL AND state IS NOT NULL",
        "choice IS NULL OR choice IN ('keep', 'delete')",
    ),
}

CORRECTION: Final = Migration(
    number=17,
    name="corrections",
    statements=(
        *(create_statement(table, _CHECKS.get(table.name, ())) for table in CORRECTION_TABLES),
        "CREATE INDEX corrections_by_state ON corrections (state, found_at_ms)",
        "CREATE INDEX corrections_by_act ON corrections (act_id)",
        "CREATE INDEX correction_notices_by_correction ON correction_notices (correction_id)",
    ),
)
