"""The searches about halts that expire and of broken glass."""

from typing import Final

BREAK_GLASS_QUERIES: Final[dict[str, str]] = {
    "halts_run_out": "SELECT * FROM halts WHERE state = 'halted' AND expires_at_ms <= ? "
    "ORDER BY expires_at_ms, id LIMIT ?",
    "halts_undrained": "SELECT * FROM halts WHERE drained_at_ms IS NULL "
    "AND halted_at_ms IS NOT NULL ORDER BY halted_at_ms DESC, id LIMIT ?",
    "halts_of_themes": "SELECT * FROM halts WHERE kind = 'theme' AND state = 'halted' LIMIT 100",
    "sendings_begun_between": "SELECT id, state, begun_at_ms, ended_at_ms FROM sendings "
    "WHERE account = ? AND state IN "
    "('sending', 'sent', 'refused', 'unknown', 'deferred', 'reconciled') "
    "AND begun_at_ms BETWEEN ? AND ? ORDER BY begun_at_ms DESC LIMIT ?",
}
