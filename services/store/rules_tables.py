"""The tables of the rules' life: contents, changes, consents, revisions, and what is in force."""

from typing import Final

from services.store.table import Column, Table, integer, text

RULES_TABLES: Final = (
    Table("rule_contents", "policy", (Column("content", "bytes"), *integer("kept_at_ms"))),
    Table(
        "rule_revisions",
        "policy",
        (
            *text("revision", "content_id", "signature", "key_id", "change_id", "origin"),
            *integer("number", "made_at_ms"),
        ),
    ),
    Table(
        "rule_changes",
        "policy",
        (
            *text("title", "why", "author_id", "base_revision", "revision", "content_id"),
            *text("difference", "rehearsal", "digest", "classes", "state", "sentence"),
            *integer("proposed_at_ms", "approved_at_ms", "shadowed_at_ms", "shadow_until_ms"),
            *integer("activated_at_ms", "ended_at_ms", "number", "version"),
        ),
    ),
    Table(
        "rule_approvals",
        "policy",
        (
            *text("change_id", "author_id", "approver_id", "digest", "classes", "why"),
            *integer("approved_at_ms", "one_officer", "version"),
        ),
    ),
    Table(
        "rules_in_force",
        "policy",
        (
            *text("revision", "change_id", "shadow_change_id"),
            *integer("number", "since_ms", "version"),
        ),
    ),
    Table(
        "rule_shadows",
        "policy",
        (
            *text("change_id", "worker"),
            *integer("asked", "freed", "held", "denied", "counted_at_ms"),
        ),
    ),
)
"""A content's id is its digest, a revision's its number in twelve digits: the same rules may be in
force again under a higher one. `rules_in_force` has one row, `rules`. A shadow's row counts, for
one worker, what the rules that are tried beside those in force would have decided otherwise."""
