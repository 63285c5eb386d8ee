"""The eighteenth migration: bells, and how people wish to be told."""

from typing import Final

from services.store.bell_tables import BELL_TABLES
from services.store.migration import Migration
from services.store.table import create_statement

_CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "bells": ("kind IS NOT NULL AND state IS NOT NULL AND rung_at_ms IS NOT NULL",),
}

BELL: Final = Migration(
    number=18,
    name="bells",
    statements=(
        *(create_statement(table, _CHECKS.get(table.name, ())) for table in BELL_TABLES),
        "CREATE INDEX bells_by_state ON bells (state, not_before_ms)",
        "CREATE INDEX bells_by_person ON bells (person_id, rung_at_ms)",
    ),
)
