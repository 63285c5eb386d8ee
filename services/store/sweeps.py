"""Deletions of rows whose time is over, by name: each a bounded run, in SQL both databases take."""

from typing import Final

SWEEPS: Final[dict[str, str]] = {
    "handled_events": "DELETE FROM handled_events WHERE id IN (SELECT id FROM handled_events "
    "WHERE id >= ? AND id < ? ORDER BY id LIMIT 5000)",
    "webhook_ids": "DELETE FROM webhook_ids WHERE id IN (SELECT id FROM webhook_ids "
    "WHERE expires_at_ms < ? LIMIT 5000)",
    "command_keys": "DELETE FROM command_keys WHERE id IN (SELECT id FROM command_keys "
    "WHERE at_ms < ? LIMIT 5000)",
}
