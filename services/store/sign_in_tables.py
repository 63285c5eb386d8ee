"""The tables of sign-in: how somebody proves who they are, and where they are signed in."""

from typing import Final

from services.store.table import Column, Table, integer, text

SIGN_IN_TABLES: Final = (
    Table(
        "passkeys",
        "policy",
        (
            *text("person_id", "label", "state", "ended_why"),
            Column("public_key", "bytes"),
            *integer("counter", "added_at_ms", "used_at_ms", "ended_at_ms", "version"),
        ),
    ),
    Table(
        "sessions",
        "policy",
        (
            *text("person_id", "digest", "factors", "passkey_id", "state", "ended_why"),
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
        "sign_in_ceremonies",
        "policy",
        (*text("purpose", "person_id"), *integer("expires_at_ms", "version")),
    ),
)
"""A passkey's id is the one its authenticator gave it. `factors` says how a session was begun. A
ceremony's id is the digest of the challenge that was handed out for it."""
