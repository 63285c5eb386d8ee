"""The eighth migration: what acts are counted and compared by, and modes that take two people.

Each index belongs to one search of `speaking_queries.py` that is asked with every verdict. A check
passes on what is unknown, so what it looks at is asked to be known first.
"""

from typing import Final

from services.store.migration import Migration
from services.store.speaking_tables import MODE_TABLES
from services.store.table import create_statement

_CHECKS: Final = {
    "mode_changes": (
        "state IS NOT NULL AND state IN ('asked', 'agreed')",
        "mode IS NOT NULL AND asked_by IS NOT NULL",
        "state <> 'agreed' OR (agreed_by IS NOT NULL "
        "AND (agreed_by <> asked_by OR coalesce(one_officer, 0) = 1))",
    ),
}

PACE: Final = Migration(
    number=8,
    name="pace",
    statements=(
        *(create_statement(table, _CHECKS[table.name]) for table in MODE_TABLES),
        "CREATE INDEX acts_by_account_time ON acts (account, proposed_at_ms)",
        "CREATE INDEX acts_by_author_time ON acts (author_id, proposed_at_ms)",
        "CREATE INDEX acts_by_conversation ON acts (conversation_id, proposed_at_ms)",
        "CREATE INDEX acts_by_post ON acts (post_id, drafted_at_ms)",
        "CREATE INDEX cases_closed ON cases (team, theme, closed_at_ms) "
        "WHERE closed_at_ms IS NOT NULL",
    ),
)
