"""The twelfth migration: what the register of accounts says of each."""

from typing import Final

from services.store.migration import Migration
from services.store.register_tables import REGISTER_COLUMNS, REGISTER_TABLES
from services.store.table import add_statements, create_statement

_CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "public_names": ("person_id IS NOT NULL",),
}

REGISTER: Final = Migration(
    number=12,
    name="account register",
    statements=(
        *add_statements("accounts", REGISTER_COLUMNS),
        *(create_statement(table, _CHECKS.get(table.name, ())) for table in REGISTER_TABLES),
        "CREATE INDEX public_names_by_person ON public_names (person_id)",
    ),
)
