"""The twentieth migration: reports on slots."""

from typing import Final

from services.store.migration import Migration
from services.store.slot_report_tables import SLOT_REPORT_TABLES
from services.store.table import create_statement

_CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "slot_reports": ("account IS NOT NULL AND numbers IS NOT NULL",),
}

SLOT_REPORT: Final = Migration(
    number=20,
    name="slot reports",
    statements=(
        *(create_statement(table, _CHECKS.get(table.name, ())) for table in SLOT_REPORT_TABLES),
        "CREATE INDEX slot_reports_by_account ON slot_reports (account, starts_at_ms)",
        "CREATE INDEX slot_reports_by_person ON slot_reports (person_id, starts_at_ms)",
    ),
)
