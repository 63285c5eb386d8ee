"""Deletions of rows whose time is over, by name: each a bounded run, in SQL both databases take."""

from typing import Final

SWEEPS: Final[dict[str, str]] = {
    "handled_events": "DELETE FROM handled_events WHERE id IN (SELECT id FROM handled_events "
    "WHERE id >= ? AND id < ? ORDER BY id LIMIT 5000)",
    "webhook_ids": "DELETE FROM webhook_ids WHERE id IN (SELECT id FROM webhook_ids "
    "WHERE expires_at_ms < ? LIMIT 5000)",
    "command_keys": "DELETE FROM command_keys WHERE id IN (SELECT id FROM command_keys "
    "WHERE at_ms < ? LIMIT 5000)",
    "act_outcomes": "DELETE FROM act_outcomes WHERE id IN (SELECT id FROM act_outcomes "
    "WHERE month < ? LIMIT 5000)",
    "sessions": "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions "
    "WHERE expires_at_ms < ? LIMIT 5000)",
    "sign_in_links": "DELETE FROM sign_in_links WHERE id IN (SELECT id FROM sign_in_links "
    "WHERE expires_at_ms < ? LIMIT 5000)",
}

RELAY_SWEEPS: Final[dict[str, str]] = {
    "relay_keys": "DELETE FROM relay_keys AS counted WHERE (topic, key) IN ("
    "SELECT topic, key FROM relay_keys AS old WHERE at_ms < ? AND NOT EXISTS ("
    "SELECT FROM relay_rows WHERE relay_rows.topic = old.topic AND relay_rows.key = old.key "
    "AND relay_rows.shard = old.shard) LIMIT 5000) "
    "AND at_ms < (extract(epoch FROM clock_timestamp()) * 1000)::bigint - 3600000",
}
"""On PostgreSQL alone: the counts of keys of which no event came since a moment and none waits."""
