"""The eighteenth migration: bells, and how people wish to be told."""

from typing import Final

from services.store.bell_tables import BELL_TABLES
from services.store.migration import Migration
from services.store.table import create_statement

_CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "bells": ("kind IS NOT NULL AND person_id IS NOT NULL AND rung_at_ms IS NOT NULL",),
    "bell_ringings": ("bell_id IS NOT NULL AND channel IS NOT NULL AND state IS NOT NULL",),
}

BELL: Final = Migration(
    number=18,
    name="bells",
    statements=(
        *(create_statement(table, _CHECKS.get(table.name, ())) for table in BELL_TABLES),
        "CREATE INDEX bells_by_person ON bells (person_id, rung_at_ms, id)",
        "CREATE INDEX bells_by_time ON bells (rung_at_ms)",
        "CREATE INDEX bell_ringings_by_state ON bell_ringings (channel, state, place, "
        "not_before_ms)",
        "CREATE INDEX bell_ringings_by_summary ON bell_ringings (summary_id) "
        "WHERE summary_id IS NOT NULL",
        "CREATE INDEX bell_ringings_by_time ON bell_ringings (made_at_ms)",
        "CREATE INDEX acts_by_expiry ON acts (expires_at_ms) WHERE state IN ('held', 'approved')",
    ),
)
