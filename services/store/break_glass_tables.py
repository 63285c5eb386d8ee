"""The tables of halts that expire and of broken glass: leave for an emergency, looked at after."""

from typing import Final

from services.store.table import Table, integer, text

HALT_COLUMNS: Final = (*integer("expires_at_ms", "drained_at_ms", "drain_ms", "let_through"),)
"""When a halt ends by itself; and when the last of what was on its way had ended, how long after
the press that was, and of how many."""

BREAK_GLASS_TABLES: Final = (
    Table(
        "broken_glasses",
        "policy",
        (
            *text("account", "person_id", "kinds", "asked_by", "agreed_by", "reason", "state"),
            *text("grant_id", "reviewed_by", "review"),
            *integer("one_officer", "drill", "asked_at_ms", "agreed_at_ms", "ends_at_ms"),
            *integer("reviewed_at_ms", "review_by_ms", "minutes", "version"),
        ),
    ),
)
"""A drill gives no leave, so it has no grant; `minutes` is how long leave was asked for."""
