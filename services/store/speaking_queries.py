"""The searches of speaking, by name, in SQL that SQLite and PostgreSQL both take."""

from typing import Final

SPEAKING_QUERIES: Final[dict[str, str]] = {
    "person_by_login": "SELECT * FROM persons WHERE login = ?",
    "persons": "SELECT * FROM persons ORDER BY login LIMIT ?",
    "token_by_digest": "SELECT * FROM tokens WHERE digest = ?",
    "tokens_of_person": "SELECT * FROM tokens WHERE person_id = ? AND state = 'live' "
    "ORDER BY issued_at_ms, id LIMIT 100",
    "grants_of_person": "SELECT * FROM grants WHERE person_id = ? AND state = 'live' "
    "ORDER BY starts_at_ms, id LIMIT 100",
    "grants_for": "SELECT * FROM grants WHERE person_id = ? AND account = ? "
    "AND state IN ('live', 'waiting', 'paused') ORDER BY ends_at_ms DESC, id LIMIT 50",
    "accounts": "SELECT * FROM accounts ORDER BY id LIMIT 100",
    "accounts_at_work": "SELECT id, version, (SELECT max(approved_at_ms) FROM acts "
    "WHERE acts.account = accounts.id AND acts.state = 'approved') AS approved_at_ms "
    "FROM accounts ORDER BY id LIMIT 100",
    "halts": "SELECT * FROM halts ORDER BY state, halted_at_ms DESC, id LIMIT 500",
    "approvals_of_act": "SELECT * FROM approvals WHERE act_id = ? "
    "ORDER BY state, approved_at_ms, id LIMIT 50",
    "acts_due": "SELECT id FROM acts WHERE account = ? AND state = 'approved' "
    "ORDER BY approved_at_ms, id LIMIT ?",
    "acts_after": "SELECT * FROM acts WHERE id > ? ORDER BY id LIMIT ?",
    "acts_in_state_after": "SELECT * FROM acts WHERE state = ? AND id > ? ORDER BY id LIMIT ?",
    "acts_of_case_after": "SELECT * FROM acts WHERE case_id = ? AND id > ? ORDER BY id LIMIT ?",
    "acts_of_case_in_state_after": "SELECT * FROM acts WHERE case_id = ? AND state = ? AND id > ? "
    "ORDER BY id LIMIT ?",
    "latest_post_of_case": "SELECT * FROM posts WHERE case_id = ? AND state = 'live' "
    "ORDER BY posted_at_ms DESC, id LIMIT 1",
    "sendings_open": "SELECT * FROM sendings WHERE account = ? "
    "AND (state = 'sending' OR (state = 'unknown' AND not_before_ms IS NOT NULL)) "
    "ORDER BY begun_at_ms, id LIMIT ?",
    "sendings_deferred": "SELECT * FROM sendings WHERE account = ? AND state = 'deferred' "
    "ORDER BY begun_at_ms, id LIMIT ?",
    "sendings_unknown_of": "SELECT * FROM sendings WHERE account = ? AND state = 'unknown' "
    "ORDER BY begun_at_ms, id LIMIT ?",
    "sendings_by_remote_id": "SELECT id FROM sendings WHERE account = ? AND remote_id = ? LIMIT 1",
    "sendings_counts": "SELECT "
    "(SELECT count(*) FROM acts WHERE account = ? AND state = 'approved') AS queued, "
    "(SELECT count(*) FROM sendings WHERE account = ? AND state = 'unknown') AS in_doubt",
    "speaking_now": "SELECT (SELECT count(*) FROM acts WHERE state = 'held' "
    "AND account IN (SELECT id FROM accounts)) AS held, "
    "(SELECT count(*) FROM sendings WHERE state = 'unknown' AND not_before_ms IS NULL "
    "AND account IN (SELECT id FROM accounts)) AS in_doubt, "
    "(SELECT count(*) FROM halts WHERE state = 'halted') AS halts",
    "sendings_states": "SELECT state, count(*) AS sendings FROM sendings WHERE account = ? "
    "GROUP BY state ORDER BY state",
}
