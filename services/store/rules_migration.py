"""The seventh migration: the life of a change of the rules.

The checks are the last line behind policy: nobody agrees to a change of their own, and a number in
force is never taken back. A check passes on what is unknown, so what it looks at is asked to be
known first.
"""

from typing import Final

from services.store.migration import Migration
from services.store.rules_tables import RULES_TABLES
from services.store.table import create_statement

_CHECKS: Final = {
    "rule_contents": ("content IS NOT NULL",),
    "rule_revisions": (
        "number IS NOT NULL AND number > 0",
        "revision IS NOT NULL AND content_id IS NOT NULL AND signature IS NOT NULL",
        "origin IS NOT NULL AND origin IN ('delivered', 'change', 'rollback')",
    ),
    "rule_changes": (
        "state IS NOT NULL AND state IN "
        "('proposed', 'approved', 'shadowed', 'active', 'replaced', 'withdrawn')",
        "author_id IS NOT NULL AND digest IS NOT NULL AND content_id IS NOT NULL",
        "state <> 'active' OR number IS NOT NULL",
    ),
    "rule_approvals": (
        "author_id IS NOT NULL AND approver_id IS NOT NULL AND digest IS NOT NULL",
        "approver_id <> author_id OR coalesce(one_officer, 0) = 1",
    ),
    "rules_in_force": ("id = 'rules'", "number IS NOT NULL AND revision IS NOT NULL"),
}

RULES: Final = Migration(
    number=7,
    name="rules",
    statements=(
        *(create_statement(table, _CHECKS.get(table.name, ())) for table in RULES_TABLES),
        "CREATE INDEX rule_changes_by_state ON rule_changes (state, proposed_at_ms)",
        "CREATE INDEX rule_approvals_by_change ON rule_approvals (change_id)",
        "CREATE UNIQUE INDEX rule_revisions_by_number ON rule_revisions (number)",
        "CREATE INDEX rule_shadows_by_change ON rule_shadows (change_id)",
    ),
)
