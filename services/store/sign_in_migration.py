"""The thirteenth migration: passkeys, sessions, and the links by which somebody gets a passkey.

The checks are the last line behind policy: nobody recovers somebody alone, unless the body has one
officer, and no session is without an end.
"""

from typing import Final

from services.store.migration import Migration
from services.store.sign_in_tables import SIGN_IN_TABLES
from services.store.table import create_statement

_CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "passkeys": (
        "person_id IS NOT NULL AND public_key IS NOT NULL",
        "state IS NOT NULL AND state IN ('live', 'ended')",
    ),
    "sessions": (
        "person_id IS NOT NULL AND digest IS NOT NULL AND expires_at_ms IS NOT NULL",
        "state IS NOT NULL AND state IN ('live', 'ended')",
        "factors IS NOT NULL AND factors IN ('passkey', 'link')",
    ),
    "sign_in_links": (
        "person_id IS NOT NULL AND issued_by IS NOT NULL AND expires_at_ms IS NOT NULL",
        "state IS NOT NULL AND state IN ('asked', 'live', 'used', 'ended')",
        "purpose IS NOT NULL AND purpose IN ('enrol', 'recover')",
        "purpose <> 'recover' OR state NOT IN ('live', 'used') OR (agreed_by IS NOT NULL "
        "AND (agreed_by <> issued_by OR coalesce(one_officer, 0) = 1))",
    ),
}

SIGN_IN: Final = Migration(
    number=13,
    name="sign-in",
    statements=(
        *(create_statement(table, _CHECKS.get(table.name, ())) for table in SIGN_IN_TABLES),
        "CREATE INDEX passkeys_by_person ON passkeys (person_id, state)",
        "CREATE UNIQUE INDEX sessions_by_digest ON sessions (digest)",
        "CREATE INDEX sessions_by_person ON sessions (person_id, state)",
        "CREATE INDEX sessions_by_end ON sessions (expires_at_ms)",
        "CREATE UNIQUE INDEX sign_in_links_by_digest ON sign_in_links (digest) "
        "WHERE digest IS NOT NULL",
        "CREATE INDEX sign_in_links_by_person ON sign_in_links (person_id, state)",
        "CREATE INDEX sign_in_links_by_end ON sign_in_links (expires_at_ms)",
        "CREATE INDEX sign_in_ceremonies_by_time ON sign_in_ceremonies (expires_at_ms)",
    ),
)
