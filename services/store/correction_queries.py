"""The searches about corrections: those in a state, of an act, and who was told of one."""

from typing import Final

CORRECTION_QUERIES: Final[dict[str, str]] = {
    "corrections_in_state": "SELECT * FROM corrections WHERE state = ? "
    "ORDER BY found_at_ms DESC, id LIMIT ?",
    "correction_open_of_act": "SELECT * FROM corrections WHERE act_id = ? AND state = 'open'",
    "correction_notices_of": "SELECT * FROM correction_notices WHERE correction_id = ? "
    "ORDER BY told_at_ms, id LIMIT ?",
}
