"""The tables of handovers: how an account stood before and after a takeover, and each change."""

from typing import Final

from services.store.table import Table, integer, text

HANDOVER_TABLES: Final = (
    Table(
        "handovers",
        "policy",
        (
            *text("account", "state", "before", "after", "trouble"),
            *text("agreed_by", "agreed_signed_in_by", "agreed_reason"),
            *text("override_asked_by", "overridden_by", "override_reason"),
            *integer("acts_before", "changes_cut", "one_officer"),
            *integer("taken_at_ms", "compared_at_ms", "agreed_at_ms", "overridden_at_ms"),
            *integer("version"),
        ),
    ),
    Table(
        "handover_items",
        "policy",
        (
            *text("takeover_id", "kind", "target", "change", "before", "after"),
            *text("decision", "decided_by", "signed_in_by", "reason", "act_id"),
            *integer("place", "tries", "decided_at_ms", "version"),
        ),
    ),
)
"""A handover's id is its takeover's; `before` and `after` are states as JSON. Every change of an
item raises its handover's version, which alone is guarded."""
