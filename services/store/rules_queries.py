"""The searches about the rules' life: what is in force, what was, and what is proposed."""

from typing import Final

_REVISION: Final = (
    "SELECT id, number, revision, content_id, signature, key_id, change_id, origin, made_at_ms "
    "FROM rule_revisions"
)
_SUMMARY: Final = (
    "SELECT id, title, why, author_id, base_revision, revision, digest, classes, state, sentence, "
    "proposed_at_ms, approved_at_ms, shadowed_at_ms, shadow_until_ms, activated_at_ms, "
    "ended_at_ms, number, version FROM rule_changes"
)

RULES_QUERIES: Final[dict[str, str]] = {
    "rules_in_force": "SELECT * FROM rules_in_force WHERE id = 'rules'",
    "rule_revision_last": f"{_REVISION} ORDER BY number DESC LIMIT 1",
    "rule_revisions_before": f"{_REVISION} WHERE number < ? ORDER BY number DESC LIMIT ?",
    "rule_revision_of_content": f"{_REVISION} WHERE content_id = ? ORDER BY number DESC LIMIT 1",
    "rule_revisions_of": f"{_REVISION} WHERE revision = ? ORDER BY number LIMIT 20",
    "rule_revision_delivered_last": f"{_REVISION} WHERE origin = 'delivered' "
    "ORDER BY number DESC LIMIT 1",
    "rule_changes_before": f"{_SUMMARY} WHERE id < ? ORDER BY id DESC LIMIT ?",
    "rule_changes_open": f"{_SUMMARY} WHERE state IN ('proposed', 'approved', 'shadowed') "
    "ORDER BY id LIMIT 100",
    "rule_approvals_of": "SELECT * FROM rule_approvals WHERE change_id = ? "
    "ORDER BY approved_at_ms, id LIMIT 20",
    "rule_shadows_of": "SELECT * FROM rule_shadows WHERE change_id = ? ORDER BY id LIMIT 1000",
}
