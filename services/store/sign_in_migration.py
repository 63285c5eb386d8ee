"""The thirteenth migration: credentials, sessions and links of sign-in."""

from typing import Final

from services.store.migration import Migration
from services.store.sign_in_tables import SIGN_IN_TABLES
from services.store.table import create_statement

_CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "credentials": (
        "person_id IS NOT NULL AND state IS NOT NULL",
        "kind IS NOT NULL AND kind IN ('passkey', 'password', 'one-time-code')",
    ),
    "sessions": ("person_id IS NOT NULL AND digest IS NOT NULL AND expires_at_ms IS NOT NULL",),
    "sign_in_links": (
        "person_id IS NOT NULL AND digest IS NOT NULL AND expires_at_ms IS NOT NULL",
        "agreed_by IS NULL OR agreed_by <> issued_by OR coalesce(one_officer, 0) = 1",
    ),
}

SIGN_IN: Final = Migration(
    number=13,
    name="sign-in",
    statements=(
        *(create_statement(table, _CHECKS.get(table.name, ())) for table in SIGN_IN_TABLES),
        "CREATE INDEX credentials_by_person ON credentials (person_id, kind)",
        "CREATE UNIQUE INDEX credentials_by_handle ON credentials (handle) "
        "WHERE handle IS NOT NULL",
        "CREATE UNIQUE INDEX sessions_by_digest ON sessions (digest)",
        "CREATE INDEX sessions_by_person ON sessions (person_id, state)",
        "CREATE UNIQUE INDEX sign_in_links_by_digest ON sign_in_links (digest)",
    ),
)
