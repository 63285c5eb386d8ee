"""The ninth migration: takeovers, what a grant is limited to, and the ladder of trust.

The checks are the last line behind policy: a takeover that may speak has a duty officer who is not
its curator, and a time that ends. A check passes on what is unknown, so what it looks at is asked
to be known first.
"""

from typing import Final

from services.store.migration import Migration
from services.store.table import add_statements, create_statement
from services.store.takeover_tables import GRANT_COLUMNS, TAKEOVER_TABLES

_CHECKS: Final = {
    "takeovers": (
        "state IS NOT NULL AND state IN ('draft', 'invited', 'onboarding', 'ready', 'live', "
        "'paused', 'ended', 'closed')",
        "account IS NOT NULL AND duty_officer_id IS NOT NULL",
        "starts_at_ms IS NOT NULL AND ends_at_ms IS NOT NULL AND starts_at_ms < ends_at_ms",
        "curator_id IS NULL OR curator_id <> duty_officer_id",
        "state NOT IN ('ready', 'live', 'paused') OR (curator_id IS NOT NULL "
        "AND grant_id IS NOT NULL AND consented_at_ms IS NOT NULL)",
        "state <> 'closed' OR outcome IS NOT NULL",
    ),
    "trust_levels": ("person_id IS NOT NULL AND account IS NOT NULL AND level IS NOT NULL",),
}

TAKEOVERS: Final = Migration(
    number=9,
    name="takeovers",
    statements=(
        *add_statements("grants", GRANT_COLUMNS),
        *(create_statement(table, _CHECKS[table.name]) for table in TAKEOVER_TABLES),
        "CREATE INDEX takeovers_by_account ON takeovers (account, starts_at_ms)",
        "CREATE INDEX takeovers_by_state ON takeovers (state, starts_at_ms)",
        "CREATE INDEX takeovers_by_curator ON takeovers (curator_id, starts_at_ms)",
        "CREATE INDEX grants_by_takeover ON grants (takeover_id) WHERE takeover_id IS NOT NULL",
    ),
)
