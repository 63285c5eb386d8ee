"""The searches about handovers: which are to be taken, compared, carried out, and what is left."""

from typing import Final

ITEMS_MAX: Final = 20_000
"""So many changes of one takeover are kept at most."""

_WAITS: Final = (
    "SELECT 1 FROM takeovers AS others WHERE others.account = takeovers.account "
    "AND others.id <> takeovers.id AND others.state IN ('live', 'paused', 'ended')"
)
_NONE_YET: Final = "NOT EXISTS (SELECT 1 FROM handovers WHERE handovers.id = takeovers.id)"
_SENT: Final = "sendings.state IN ('sent', 'reconciled') AND sendings.remote_id IS NOT NULL"

HANDOVER_QUERIES: Final[dict[str, str]] = {
    "handovers_to_take": "SELECT id, account, state, grant_id FROM takeovers "  # noqa: S608
    f"WHERE {_NONE_YET} AND (state IN ('live', 'paused') "
    "OR (state = 'ended' AND live_at_ms IS NOT NULL) "
    f"OR (state = 'ready' AND starts_at_ms <= ? AND NOT EXISTS ({_WAITS}))) "
    "ORDER BY starts_at_ms, id LIMIT ?",
    "handovers_to_compare": "SELECT handovers.* FROM handovers JOIN takeovers "
    "ON takeovers.id = handovers.id WHERE handovers.state = 'taken' AND takeovers.state = 'ended' "
    "AND takeovers.live_at_ms IS NOT NULL ORDER BY handovers.id LIMIT ?",
    "handovers_to_carry_out": "SELECT DISTINCT items.takeover_id FROM handover_items AS items "
    "JOIN takeovers ON takeovers.id = items.takeover_id WHERE takeovers.state = 'ended' "
    "AND items.decision = 'revert' AND items.act_id IS NULL LIMIT ?",
    "handovers_to_agree": "SELECT handovers.* FROM handovers JOIN takeovers "
    "ON takeovers.id = handovers.id WHERE takeovers.state = 'ended' "
    "AND handovers.agreed_by IS NOT NULL AND handovers.state = 'compared' LIMIT ?",
    "handover_items_after": "SELECT * FROM handover_items WHERE takeover_id = ? AND place > ? "
    "ORDER BY place LIMIT ?",
    "handover_items_shown": "SELECT items.*, acts.state AS act_state, "
    "acts.sentence AS act_sentence, sendings.state AS sending_state, "
    "sendings.remote_id AS remote_id, sendings.detail AS sending_detail "
    "FROM handover_items AS items LEFT JOIN acts ON acts.id = items.act_id "
    "LEFT JOIN sendings ON sendings.id = items.act_id "
    "WHERE items.takeover_id = ? AND items.place > ? ORDER BY items.place LIMIT ?",
    "handover_items_to_do": "SELECT * FROM handover_items WHERE takeover_id = ? "
    "AND decision = 'revert' AND act_id IS NULL ORDER BY place LIMIT ?",
    "handover_items_held": "SELECT items.act_id, acts.digest AS digest "
    "FROM handover_items AS items JOIN acts ON acts.id = items.act_id "
    "JOIN handovers ON handovers.id = items.takeover_id "
    "WHERE items.takeover_id = ? AND items.decision = 'revert' AND acts.state = 'held' "
    "AND items.decided_at_ms <= handovers.agreed_at_ms AND NOT EXISTS "
    "(SELECT 1 FROM approvals WHERE approvals.act_id = acts.id "
    "AND approvals.approver_id = handovers.agreed_by AND approvals.state = 'valid') "
    "ORDER BY items.place LIMIT ?",
    "handover_tallies": "SELECT items.kind, items.decision, "  # noqa: S608
    f"CASE WHEN {_SENT} THEN 1 ELSE 0 END AS is_sent, count(*) AS changes "
    "FROM handover_items AS items LEFT JOIN sendings ON sendings.id = items.act_id "
    "WHERE items.takeover_id = ? GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    "handover_acts_before": "SELECT count(*) AS acts FROM sendings WHERE account = ? "
    "AND grant_id = ? AND kind NOT IN ('statement', 'reply', 'repost')",
}
