"""The nineteenth migration: nominations by citizens, and draws that anybody can check."""

from typing import Final

from services.store.migration import Migration
from services.store.nomination_tables import NOMINATION_TABLES
from services.store.table import create_statement

_CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "nomination_rounds": ("account IS NOT NULL AND state IS NOT NULL",),
    "nominations": ("round_id IS NOT NULL AND state IS NOT NULL",),
}

NOMINATION: Final = Migration(
    number=19,
    name="nominations",
    statements=(
        *(create_statement(table, _CHECKS.get(table.name, ())) for table in NOMINATION_TABLES),
        "CREATE INDEX nominations_by_round ON nominations (round_id, place)",
        "CREATE INDEX nomination_rounds_by_state ON nomination_rounds (state, closes_at_ms)",
    ),
)
