"""The searches about incidents, and for the sendings that account for what a timeline shows."""

from typing import Final

INCIDENT_QUERIES: Final[dict[str, str]] = {
    "incidents_in_state": "SELECT * FROM incidents WHERE state = ? "
    "ORDER BY opened_at_ms DESC, id LIMIT ?",
    "incident_open_of": "SELECT * FROM incidents WHERE account = ? AND state = 'open'",
    "incident_evidence_of": "SELECT * FROM incident_evidence WHERE incident_id = ? "
    "ORDER BY at_ms, id LIMIT ?",
    "timelines": "SELECT * FROM timelines ORDER BY id",
    "sendings_by_key": "SELECT id FROM sendings WHERE account = ? AND request_key = ? LIMIT 1",
    "sendings_without_id": "SELECT * FROM sendings WHERE account = ? AND remote_id IS NULL "
    "AND (begun_at_ms >= ? OR state IN ('sending', 'unknown', 'deferred')) "
    "AND state <> 'refused' ORDER BY begun_at_ms DESC, id LIMIT ?",
}
