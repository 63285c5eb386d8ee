"""The searches about halts that expire and of broken glass."""

from typing import Final

BREAK_GLASS_QUERIES: Final[dict[str, str]] = {
    "halts_run_out": "SELECT * FROM halts WHERE state = 'halted' AND expires_at_ms <= ? "
    "ORDER BY expires_at_ms, id LIMIT ?",
    "halts_undrained": "SELECT * FROM halts WHERE drained_at_ms IS NULL "
    "AND halted_at_ms IS NOT NULL ORDER BY halted_at_ms DESC, id LIMIT ?",
    "halts_of_themes": "SELECT * FROM halts WHERE kind = 'theme' AND state = 'halted' "
    "ORDER BY id LIMIT 100",
    "sendings_begun_between": "SELECT id, state, begun_at_ms, ended_at_ms FROM sendings "
    "WHERE account = ? AND state IN "
    "('sending', 'sent', 'refused', 'unknown', 'deferred', 'reconciled') "
    "AND begun_at_ms BETWEEN ? AND ? ORDER BY begun_at_ms DESC LIMIT ?",
    "broken_glasses": "SELECT * FROM broken_glasses ORDER BY asked_at_ms DESC, id LIMIT ?",
    "broken_glasses_of": "SELECT * FROM broken_glasses WHERE person_id = ? AND account = ? "
    "AND state IN ('asked', 'broken') ORDER BY asked_at_ms DESC, id LIMIT 20",
    "glass_grant_of": "SELECT grants.id FROM broken_glasses JOIN grants "
    "ON grants.id = broken_glasses.grant_id WHERE broken_glasses.person_id = ? "
    "AND broken_glasses.state = 'broken' AND grants.state = 'live' AND grants.ends_at_ms > ? "
    "LIMIT 1",
    "glass_drill_last": "SELECT max(agreed_at_ms) AS at_ms FROM broken_glasses WHERE drill = 1",
    "glass_reviews_overdue": "SELECT * FROM broken_glasses WHERE reviewed_at_ms IS NULL "
    "AND review_by_ms <= ? ORDER BY review_by_ms, id LIMIT 100",
}
"""`glass_grant_of` finds leave in force, whatever else ended it."""
