"""The fourth migration: erasures that take two people, and accounts restored from a backup."""

from typing import Final

from services.store.migration import Migration
from services.store.speaking_tables import RECORDS_TABLES
from services.store.table import create_statement

_CHECKS: Final = {
    "erasures": (
        "state IS NOT NULL AND state IN ('asked', 'agreed')",
        "asked_by IS NOT NULL",
        "state <> 'agreed' OR (agreed_by IS NOT NULL "
        "AND (agreed_by <> asked_by OR coalesce(one_officer, 0) = 1))",
    ),
    "restores": ("state IS NOT NULL AND state IN ('waiting', 'settled')",),
}

RECORDS: Final = Migration(
    number=4,
    name="records",
    statements=tuple(
        create_statement(table, _CHECKS.get(table.name, ())) for table in RECORDS_TABLES
    ),
)
