"""The fifteenth migration: halts that expire, their drain, and broken glass."""

from typing import Final

from services.store.break_glass_tables import BREAK_GLASS_TABLES, HALT_COLUMNS
from services.store.migration import Migration
from services.store.table import add_statements, create_statement

_CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "broken_glasses": (
        "account IS NOT NULL AND person_id IS NOT NULL AND state IS NOT NULL",
        "agreed_by IS NULL OR agreed_by <> asked_by OR coalesce(one_officer, 0) = 1",
        "grant_id IS NULL OR (agreed_by IS NOT NULL AND ends_at_ms IS NOT NULL)",
    ),
}

BREAK_GLASS: Final = Migration(
    number=15,
    name="broken glass",
    statements=(
        *add_statements("halts", HALT_COLUMNS),
        *(create_statement(table, _CHECKS.get(table.name, ())) for table in BREAK_GLASS_TABLES),
        "CREATE INDEX broken_glasses_by_account ON broken_glasses (account, asked_at_ms)",
    ),
)
