"""The tables of reports on slots: what came of each, and for whom it is."""

from typing import Final

from services.store.table import Table, integer, text

SLOT_REPORT_TABLES: Final = (
    Table(
        "slot_reports",
        "policy",
        (
            *text("account", "kind", "person_id", "takeover_id", "shift_id", "numbers", "state"),
            *text("thanks", "published_by"),
            *integer("made_at_ms", "starts_at_ms", "ends_at_ms", "published_at_ms", "version"),
        ),
    ),
)
"""A report's id is its takeover's or its shift's; `numbers` is JSON, and names nobody."""
