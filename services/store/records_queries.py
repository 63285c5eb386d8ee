"""The searches of whoever keeps the records, and of a restored folder, by name."""

from typing import Final

RECORDS_QUERIES: Final[dict[str, str]] = {
    "records_payloads_of": "SELECT count(*) AS payloads FROM audit_entries "
    "JOIN audit_payloads ON audit_payloads.id = audit_entries.id "
    "WHERE audit_entries.subject = ? AND length(audit_payloads.ciphertext) > 0",
    "records_acts_of": "SELECT count(*) AS acts FROM acts WHERE subject = ?",
    "records_posts_of": "SELECT count(*) AS posts FROM posts WHERE source = ? AND author = ?",
    "records_cases_of": "SELECT DISTINCT case_id FROM posts WHERE source = ? AND author = ? "
    "AND case_id IS NOT NULL ORDER BY case_id LIMIT ?",
    "records_acts_by_state": "SELECT state, count(*) AS acts FROM acts GROUP BY state "
    "ORDER BY state",
    "records_sendings_open": "SELECT count(*) AS sendings FROM sendings "
    "WHERE state IN ('sending', 'unknown', 'deferred')",
    "records_sendings_in_doubt": "SELECT count(*) AS sendings FROM sendings "
    "WHERE state = 'unknown' AND not_before_ms IS NULL",
    "records_secrets": "SELECT id FROM vault_secrets ORDER BY id LIMIT 1000",
    "records_key_ids": "SELECT key_id, count(*) AS wrapped FROM ("
    "SELECT key_id FROM subject_keys WHERE wrapped_key IS NOT NULL "
    "UNION ALL SELECT key_id FROM vault_secrets) AS kept GROUP BY key_id ORDER BY key_id",
    "restores": "SELECT * FROM restores ORDER BY id LIMIT 1000",
    "restored_acts": "SELECT acts.id FROM acts LEFT JOIN sendings ON sendings.id = acts.id "
    "WHERE acts.account = ? AND acts.id > ? AND acts.drafted_at_ms <= ? "
    "AND acts.state <> 'sending' "
    "AND (sendings.id IS NULL OR sendings.state IN ('refused', 'reconciled')) "
    "ORDER BY acts.id LIMIT ?",
    "restored_sendings": "SELECT * FROM sendings WHERE account = ? AND id > ? "
    "AND state IN ('sending', 'unknown', 'deferred') ORDER BY id LIMIT ?",
}
