"""The searches about nominations: rounds, who is named in one, and whose a receipt is."""

from typing import Final

NOMINATION_QUERIES: Final[dict[str, str]] = {
    "nomination_rounds": "SELECT * FROM nomination_rounds ORDER BY opened_at_ms DESC, id LIMIT ?",
    "nomination_rounds_in_state": "SELECT * FROM nomination_rounds WHERE state = ? "
    "ORDER BY opened_at_ms DESC, id LIMIT ?",
    "nominations_of_round": "SELECT * FROM nominations WHERE round_id = ? "
    "ORDER BY made_at_ms, id LIMIT ?",
    "nominations_in_round": "SELECT count(*) AS nominations FROM nominations WHERE round_id = ?",
    "nomination_by_receipt": "SELECT * FROM nominations WHERE receipt_digest = ?",
}
