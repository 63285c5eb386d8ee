"""The eleventh migration: handovers and what each has to be decided on.

The checks are the last line behind policy: what is not decided is left open, and to let it go takes
two people, unless the body has one officer.
"""

from typing import Final

from services.store.handover_tables import HANDOVER_TABLES
from services.store.migration import Migration
from services.store.table import create_statement

_CHECKS: Final = {
    "handovers": (
        "account IS NOT NULL",
        "state IS NOT NULL AND state IN ('taken', 'lost', 'compared', 'overridden')",
        "state <> 'overridden' OR (override_asked_by IS NOT NULL AND overridden_by IS NOT NULL "
        "AND (overridden_by <> override_asked_by OR coalesce(one_officer, 0) = 1))",
    ),
    "handover_items": (
        "takeover_id IS NOT NULL AND kind IS NOT NULL AND target IS NOT NULL",
        "change IS NOT NULL AND change IN ('added', 'removed', 'changed')",
        "decision IS NULL OR (decision IN ('keep', 'revert') AND decided_by IS NOT NULL)",
    ),
}

HANDOVERS: Final = Migration(
    number=11,
    name="handovers",
    statements=(
        *(create_statement(table, _CHECKS[table.name]) for table in HANDOVER_TABLES),
        "CREATE INDEX handover_items_by_place ON handover_items (takeover_id, place)",
    ),
)
