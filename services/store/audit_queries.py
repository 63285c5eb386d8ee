"""The searches of the audit, its keys and what erasure and retention look for, by name."""

from typing import Final

_ENTRY: Final = (
    "SELECT audit_entries.id, audit_entries.chain, audit_entries.sequence, audit_entries.at_ms, "
    "audit_entries.kind, audit_entries.subject, audit_entries.actor_id, audit_entries.case_id, "
    "audit_entries.act_id, audit_entries.previous_hash, audit_entries.body, audit_entries.hash, "
    "audit_payloads.salt, audit_payloads.ciphertext "
    "FROM audit_entries LEFT JOIN audit_payloads ON audit_payloads.id = audit_entries.id "
)
_BY_TIME: Final = (
    "AND (audit_entries.at_ms > ? OR (audit_entries.at_ms = ? AND audit_entries.id > ?)) "
    "ORDER BY audit_entries.at_ms, audit_entries.id LIMIT ?"
)
_JUDGED_COUNT: Final = "SELECT count(*) AS decisions FROM audit_entries "
_JUDGED_ENTRY: Final = (
    "SELECT audit_entries.id, audit_entries.at_ms, audit_entries.kind, audit_entries.subject, "
    "audit_entries.act_id, audit_entries.body, audit_payloads.salt, audit_payloads.ciphertext, "
    "posts.text AS parent_text FROM audit_entries "
    "LEFT JOIN audit_payloads ON audit_payloads.id = audit_entries.id "
    "LEFT JOIN acts ON acts.id = audit_entries.act_id "
    "LEFT JOIN posts ON posts.id = acts.post_id "
)
_JUDGED: Final = (
    "WHERE audit_entries.kind IN ('act.proposed', 'act.judged', 'act.cleared', 'act.stopped') "
    "AND audit_entries.at_ms >= ? AND audit_entries.at_ms < ? "
)
"""Entries that hold a verdict of the gate, and what replays it."""


def _retired(columns: str, origin: str, at: str, row: str, where: str) -> str:
    """Return a search for rows older than a moment, oldest first, behind the last one seen."""
    return (
        f"SELECT {row}.id, {at} AS at_ms, {columns} FROM {origin} WHERE {where} AND {at} < ? "  # noqa: S608 - nothing here comes from outside
        f"AND ({at} > ? OR ({at} = ? AND {row}.id > ?)) ORDER BY {at}, {row}.id LIMIT ?"
    )


_OF_ACT: Final = "acts.case_id, acts.subject, acts.account"
_OF_NOBODY: Final = "NULL AS case_id, NULL AS subject, NULL AS account"

AUDIT_QUERIES: Final[dict[str, str]] = {
    "audit_keys_to_rewrap": "SELECT id FROM subject_keys WHERE key_id <> ? "
    "AND wrapped_key IS NOT NULL ORDER BY id LIMIT ?",
    "audit_secrets_to_rewrap": "SELECT id FROM vault_secrets WHERE key_id <> ? "
    "AND wrapped_key IS NOT NULL ORDER BY id LIMIT ?",
    "audit_heads": "SELECT id, sequence, at_ms, hash FROM audit_heads ORDER BY id LIMIT 1000",
    "audit_ends": "SELECT chain, max(sequence) AS sequence FROM audit_entries GROUP BY chain "
    "ORDER BY chain LIMIT 1000",
    "audit_chain_after": _ENTRY + "WHERE audit_entries.chain = ? AND audit_entries.sequence > ? "
    "ORDER BY audit_entries.sequence, audit_entries.id LIMIT ?",
    "audit_of_case": _ENTRY + "WHERE audit_entries.case_id = ? " + _BY_TIME,
    "audit_of_act": _ENTRY + "WHERE audit_entries.act_id = ? " + _BY_TIME,
    "audit_of_actor": _ENTRY + "WHERE audit_entries.actor_id = ? " + _BY_TIME,
    "audit_of_subject": _ENTRY + "WHERE audit_entries.subject = ? " + _BY_TIME,
    "audit_of_account": _ENTRY + "WHERE audit_entries.chain = ? " + _BY_TIME,
    "audit_of_range": _ENTRY + "WHERE audit_entries.at_ms < ? " + _BY_TIME,
    "audit_judged_count": _JUDGED_COUNT + _JUDGED,
    "audit_judged": _JUDGED_ENTRY + _JUDGED + _BY_TIME,
    "audit_checkpoint_last": "SELECT * FROM audit_checkpoints ORDER BY number DESC LIMIT 1",
    "audit_checkpoints_after": "SELECT * FROM audit_checkpoints WHERE number > ? "
    "ORDER BY number LIMIT ?",
    "audit_holds": "SELECT * FROM legal_holds WHERE state = 'in-force' ORDER BY id LIMIT 1000",
    "audit_payloads_of_subject": "SELECT audit_entries.id FROM audit_entries "
    "JOIN audit_payloads ON audit_payloads.id = audit_entries.id "
    "WHERE audit_entries.subject = ? AND length(audit_payloads.ciphertext) > 0 "
    "ORDER BY audit_entries.id LIMIT ?",
    "audit_cases_of_subject": "SELECT DISTINCT case_id FROM audit_entries WHERE subject = ? "
    "AND case_id IS NOT NULL ORDER BY case_id LIMIT ?",
    "audit_acts_of_subject": "SELECT * FROM acts WHERE subject = ? AND id > ? ORDER BY id LIMIT ?",
    "audit_posts_of_author": "SELECT * FROM posts WHERE source = ? AND author = ? AND id > ? "
    "ORDER BY id LIMIT ?",
    "audit_letters": "SELECT id, value FROM dead_letters WHERE id > ? ORDER BY id LIMIT ?",
    "audit_replies": "SELECT id, reply FROM command_keys WHERE id > ? ORDER BY id LIMIT ?",
    "audit_verdicts_of_act": "SELECT * FROM verdicts WHERE act_id = ? ORDER BY judged_at_ms, id "
    "LIMIT ?",
    "audit_old_drafts": _retired(
        _OF_ACT,
        "acts",
        "acts.drafted_at_ms",
        "acts",
        "acts.state IN ('draft', 'held', 'denied', 'void', 'withdrawn')",
    ),
    "audit_old_approvals": _retired(
        _OF_ACT,
        "approvals LEFT JOIN acts ON acts.id = approvals.act_id",
        "approvals.approved_at_ms",
        "approvals",
        "approvals.id <> ''",
    ),
    "audit_old_verdicts": _retired(
        _OF_ACT,
        "verdicts LEFT JOIN acts ON acts.id = verdicts.act_id",
        "verdicts.judged_at_ms",
        "verdicts",
        "verdicts.id <> ''",
    ),
    "audit_old_sendings": _retired(
        _OF_ACT,
        "sendings LEFT JOIN acts ON acts.id = sendings.id",
        "sendings.ended_at_ms",
        "sendings",
        "sendings.state IN ('sent', 'refused', 'reconciled')",
    ),
    "audit_old_payloads": _retired(
        "audit_entries.case_id, audit_entries.subject, audit_entries.chain AS account",
        "audit_entries JOIN audit_payloads ON audit_payloads.id = audit_entries.id",
        "audit_entries.at_ms",
        "audit_entries",
        "audit_entries.kind >= ? AND audit_entries.kind < ? "
        "AND length(audit_payloads.ciphertext) > 0",
    ),
    "audit_old_checkpoints": _retired(
        _OF_NOBODY,
        "audit_checkpoints",
        "audit_checkpoints.at_ms",
        "audit_checkpoints",
        "audit_checkpoints.number < (SELECT max(number) FROM audit_checkpoints)",
    ),
    "audit_old_replies": _retired(
        _OF_NOBODY, "command_keys", "command_keys.at_ms", "command_keys", "command_keys.id <> ''"
    ),
}
