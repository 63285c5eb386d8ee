"""The tables of speaking: people, acts, approvals, sendings, the audit and the vault."""

from typing import Final

from services.store.break_glass_tables import HALT_COLUMNS
from services.store.register_tables import REGISTER_COLUMNS
from services.store.rota_tables import ROTA_GRANT_COLUMNS
from services.store.table import Column, Table, integer, text
from services.store.takeover_tables import GRANT_COLUMNS

POLICY_TABLES: Final = (
    Table(
        "persons",
        "policy",
        (
            *text("login", "name", "address", "roles", "teams", "state"),
            *integer("added_at_ms", "left_at_ms", "version"),
        ),
    ),
    Table(
        "tokens",
        "policy",
        (
            *text("person_id", "digest", "label", "issued_by", "state"),
            *integer("issued_at_ms", "expires_at_ms", "version"),
        ),
    ),
    Table(
        "grants",
        "policy",
        (
            *text("person_id", "account", "kinds", "themes", "state", "given_by", "reason"),
            *integer("starts_at_ms", "ends_at_ms", "version"),
            *GRANT_COLUMNS,
            *ROTA_GRANT_COLUMNS,
        ),
    ),
    Table(
        "accounts",
        "policy",
        (
            *text("platform", "name", "mode"),
            *integer("version", "changed_at_ms"),
            *REGISTER_COLUMNS,
        ),
    ),
    Table(
        "halts",
        "policy",
        (
            *text("kind", "name", "state", "halted_by", "reason"),
            *text("release_asked_by", "release_reason", "released_by"),
            *integer("halted_at_ms", "released_at_ms", "one_officer", "version"),
            *HALT_COLUMNS,
        ),
    ),
    Table(
        "acts",
        "policy",
        (
            *text("account", "kind", "state", "author_id", "case_id", "conversation_id"),
            *text("post_id", "target", "parent_revision", "text", "language", "media", "salt"),
            *text("digest"),
            *text("decision", "reasons", "needs", "revision", "verdict_id", "sentence", "subject"),
            *integer("drafted_at_ms", "proposed_at_ms", "approved_at_ms", "expires_at_ms"),
            *integer("version"),
        ),
    ),
    Table(
        "approvals",
        "policy",
        (
            *text("act_id", "digest", "author_id", "approver_id", "roles", "needs", "state"),
            *text("reason", "void_reason"),
            *integer("approved_at_ms", "expires_at_ms", "one_officer", "version"),
        ),
    ),
    Table(
        "verdicts",
        "policy",
        (
            *text("act_id", "account", "phase", "decision", "digest", "revision", "grant_id"),
            *text("approvers", "reasons", "needs", "checked", "failure"),
            *integer("account_version", "judged_at_ms"),
        ),
    ),
    Table(
        "command_keys",
        "policy",
        (*text("person_id", "body_digest", "reply"), *integer("at_ms", "version")),
    ),
    Table(
        "legal_holds",
        "policy",
        (
            *text("kind", "name", "reason", "owner_id", "state"),
            *integer("placed_at_ms", "review_at_ms", "lifted_at_ms", "version"),
        ),
    ),
)

PUBLISH_TABLES: Final = (
    Table(
        "sendings",
        "publish",
        (
            *text("account", "state", "request_key", "digest", "verdict_id", "remote_id", "link"),
            *text("detail", "settled_by", "case_id", "kind", "grant_id", "approvers"),
            *text("revision"),
            *integer("attempt", "begun_at_ms", "ended_at_ms", "not_before_ms", "doubt_since_ms"),
            *integer("version"),
        ),
    ),
    Table(
        "vault_secrets",
        "publish",
        (
            *text("purpose", "key_id"),
            Column("wrapped_key", "bytes"),
            Column("ciphertext", "bytes"),
            *integer("stored_at_ms", "version"),
        ),
    ),
)

AUDIT_TABLES: Final = (
    Table(
        "audit_entries",
        "store",
        (
            *text("chain", "kind", "subject", "actor_id", "case_id", "act_id"),
            *integer("sequence", "at_ms"),
            Column("previous_hash", "bytes"),
            Column("body", "bytes"),
            Column("hash", "bytes"),
        ),
    ),
    Table("audit_payloads", "store", (Column("salt", "bytes"), Column("ciphertext", "bytes"))),
    Table("audit_heads", "store", (*integer("sequence", "at_ms"), Column("hash", "bytes"))),
    Table(
        "audit_checkpoints",
        "policy",
        (
            *integer("number", "at_ms"),
            Column("body", "bytes"),
            Column("signature", "bytes"),
            *text("key_id"),
        ),
    ),
    Table(
        "subject_keys",
        "policy",
        (
            Column("wrapped_key", "bytes"),
            *text("key_id", "state"),
            *integer("made_at_ms", "erased_at_ms", "version"),
        ),
    ),
    Table("installations", "store", (*text("installation"), *integer("made_at_ms", "version"))),
)
"""`audit_entries`, their payloads and heads are written by the store's writer alone, as it links an
entry into its chain; erasure deletes payloads and a subject's key, never an entry. `installations`
has one row, by which a database knows its files in a keys folder that several may share."""

SPEAKING_TABLES: Final = (*POLICY_TABLES, *PUBLISH_TABLES, *AUDIT_TABLES)

RECORDS_TABLES: Final = (
    Table(
        "erasures",
        "policy",
        (
            *text("state", "asked_by", "agreed_by"),
            *integer("asked_at_ms", "agreed_at_ms", "one_officer", "version"),
        ),
    ),
    Table(
        "restores",
        "publish",
        (*text("state"), *integer("made_at_ms", "restored_at_ms", "settled_at_ms", "version")),
    ),
)
"""An erasure's id is the subject's name in the audit: nobody's own name is kept by it. A restore's
is an account: nothing of it is sent until it was compared with what its platform shows."""

MODE_TABLES: Final = (
    Table(
        "mode_changes",
        "policy",
        (
            *text("mode", "state", "asked_by", "agreed_by", "reason"),
            *integer("asked_at_ms", "agreed_at_ms", "one_officer", "version"),
        ),
    ),
)
"""A change's id is its account: the latest one that took two people, asked for or agreed."""
