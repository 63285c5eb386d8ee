"""The fifteenth migration: halts that expire, their drain, and broken glass."""

from typing import Final

from services.store.break_glass_tables import BREAK_GLASS_TABLES, HALT_COLUMNS
from services.store.migration import Migration
from services.store.table import add_statements, create_statement

_CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "broken_glasses": (
        "account IS NOT NULL AND person_id IS NOT NULL AND asked_by IS NOT NULL",
        "state IS NOT NULL AND state IN ('asked', 'broken', 'ended', 'reviewed')",
        "agreed_by IS NULL OR agreed_by <> asked_by OR coalesce(one_officer, 0) = 1",
        "grant_id IS NULL OR (agreed_by IS NOT NULL AND ends_at_ms IS NOT NULL)",
        "grant_id IS NULL OR coalesce(drill, 0) = 0",
        "state <> 'broken' OR (agreed_by IS NOT NULL AND ends_at_ms IS NOT NULL)",
        "state <> 'reviewed' OR coalesce(one_officer, 0) = 1 OR (reviewed_by IS NOT NULL "
        "AND reviewed_by <> asked_by AND reviewed_by <> agreed_by AND reviewed_by <> person_id)",
    ),
}

BREAK_GLASS: Final = Migration(
    number=15,
    name="broken glass",
    statements=(
        *add_statements("halts", HALT_COLUMNS),
        *(create_statement(table, _CHECKS.get(table.name, ())) for table in BREAK_GLASS_TABLES),
        "CREATE INDEX broken_glasses_by_person ON broken_glasses (person_id, asked_at_ms)",
        "CREATE INDEX broken_glasses_by_moment ON broken_glasses (asked_at_ms)",
    ),
)
