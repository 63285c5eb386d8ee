"""The nineteenth migration: nominations by citizens, and draws that anybody can check.

The checks are the last line behind policy: whoever fixed a list does not draw from it, unless the
body has one officer, and a seed is not kept apart from what was promised of it.
"""

from typing import Final

from services.store.migration import Migration
from services.store.nomination_tables import NOMINATION_TABLES
from services.store.table import create_statement

_CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "nomination_rounds": (
        "account IS NOT NULL AND state IS NOT NULL",
        "state IN ('open', 'listed', 'drawn', 'ended')",
        "state NOT IN ('listed', 'drawn') OR (list_digest IS NOT NULL "
        "AND seed_commitment IS NOT NULL AND public_source IS NOT NULL)",
        "drawn_order IS NULL OR (public_value IS NOT NULL AND drawn_by IS NOT NULL "
        "AND (drawn_by <> listed_by OR coalesce(one_officer, 0) = 1))",
    ),
    "nominations": (
        "round_id IS NOT NULL AND state IS NOT NULL",
        "state IN ('made', 'chosen', 'set-aside', 'withdrawn')",
        "answer IS NULL OR answer IN ('taken-up', 'declined')",
    ),
}

NOMINATION: Final = Migration(
    number=19,
    name="nominations",
    statements=(
        *(create_statement(table, _CHECKS[table.name]) for table in NOMINATION_TABLES),
        "CREATE INDEX nominations_by_round ON nominations (round_id, made_at_ms)",
        "CREATE UNIQUE INDEX nominations_by_receipt ON nominations (receipt_digest)",
        "CREATE INDEX nomination_rounds_by_state ON nomination_rounds (state, opened_at_ms)",
    ),
)
