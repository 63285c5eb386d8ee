"""The tables of sign-in: how somebody proves who they are, and where they are signed in."""

from typing import Final

from services.store.table import Column, Table, integer, text

SIGN_IN_TABLES: Final = (
    Table(
        "credentials",
        "policy",
        (
            *text("person_id", "kind", "label", "handle", "digest", "key_id", "state", "added_by"),
            Column("secret", "bytes"),
            *integer("counter", "added_at_ms", "used_at_ms", "ended_at_ms", "version"),
        ),
    ),
    Table(
        "sessions",
        "policy",
        (
            *text("person_id", "digest", "factors", "state", "ended_why"),
            *integer("begun_at_ms", "seen_at_ms", "expires_at_ms", "ended_at_ms", "version"),
        ),
    ),
    Table(
        "sign_in_links",
        "policy",
        (
            *text("person_id", "digest", "purpose", "issued_by", "agreed_by", "reason", "state"),
            *integer("one_officer", "issued_at_ms", "expires_at_ms", "used_at_ms", "version"),
        ),
    ),
    Table(
        "sign_in_failures",
        "policy",
        (*integer("failures", "since_ms", "blocked_until_ms", "version"),),
    ),
)
"""A credential is a passkey, a password or a one-time-code secret; `secret` is sealed. A session's
`factors` says how it was begun. The id of a failure's row is a login."""
