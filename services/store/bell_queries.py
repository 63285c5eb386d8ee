"""The searches about bells: what is due by which way, somebody's own, and what runs out soon."""

from typing import Final


def _soon(columns: str, table: str, at: str, where: str) -> str:
    """Return a search for rows whose time lies behind a place, up to a moment, in order."""
    return (
        f"SELECT id, {at} AS at_ms, {columns} FROM {table} WHERE {where} "  # noqa: S608 - nothing here comes from outside
        f"AND ({at} > ? OR ({at} = ? AND id > ?)) AND {at} <= ? ORDER BY {at}, id LIMIT ?"
    )


_TAKEOVER: Final = "account, title, state, curator_id, duty_officer_id, standby_id"

BELL_QUERIES: Final[dict[str, str]] = {
    "bells_of": "SELECT * FROM bells WHERE person_id = ? "
    "AND (rung_at_ms < ? OR (rung_at_ms = ? AND id < ?)) "
    "ORDER BY rung_at_ms DESC, id DESC LIMIT ?",
    "bells_unread_of": "SELECT * FROM bells WHERE person_id = ? AND read_at_ms IS NULL "
    "AND (rung_at_ms < ? OR (rung_at_ms = ? AND id < ?)) "
    "ORDER BY rung_at_ms DESC, id DESC LIMIT ?",
    "bells_since": "SELECT person_id, family, count(*) AS bells FROM bells WHERE rung_at_ms >= ? "
    "GROUP BY person_id, family ORDER BY person_id, family LIMIT 10000",
    "bells_old": "SELECT id FROM bells WHERE rung_at_ms < ? ORDER BY rung_at_ms, id LIMIT ?",
    "bells_of_departed": "SELECT bells.id FROM bells JOIN persons "
    "ON persons.id = bells.person_id AND persons.state <> 'active' ORDER BY bells.id LIMIT ?",
    "bell_wishes_of_departed": "SELECT bell_wishes.id FROM bell_wishes JOIN persons "
    "ON persons.id = bell_wishes.id AND persons.state <> 'active' "
    "ORDER BY bell_wishes.id LIMIT ?",
    "bell_ringings_old": "SELECT id FROM bell_ringings WHERE made_at_ms < ? "
    "ORDER BY made_at_ms, id LIMIT ?",
    "bell_ringings_due": "SELECT * FROM bell_ringings WHERE channel = ? AND state = 'waiting' "
    "AND not_before_ms <= ? ORDER BY place, not_before_ms, id LIMIT ?",
    "bell_ringings_to_summarise": "SELECT * FROM bell_ringings WHERE channel = ? "
    "AND state = 'waiting' AND person_id = ? AND manner = 'summary' AND summary_id IS NULL "
    "AND not_before_ms <= ? ORDER BY place, made_at_ms, id LIMIT ?",
    "bell_ringings_of_summary": "SELECT * FROM bell_ringings WHERE summary_id = ? "
    "AND state = 'waiting' ORDER BY place, made_at_ms, id LIMIT ?",
    "bell_ringings_counts": "SELECT channel, state, count(*) AS ringings, "
    "min(begun_at_ms) AS begun_at_ms FROM bell_ringings WHERE (state = 'waiting' "
    "AND attempt > 0) OR (state = 'failed' AND ended_at_ms >= ?) "
    "GROUP BY channel, state ORDER BY channel, state LIMIT 100",
    "bell_audit_since": "SELECT sequence FROM audit_entries WHERE chain = ? AND at_ms >= ? "
    "ORDER BY at_ms, sequence LIMIT 1",
    "bell_speakers": "SELECT DISTINCT person_id, account, themes FROM grants "
    "WHERE state IN ('live', 'paused') ORDER BY person_id, account LIMIT 10000",
    "bell_on_duty": "SELECT DISTINCT duty_officer_id FROM takeovers "
    "WHERE state IN ('live', 'paused') ORDER BY duty_officer_id LIMIT 200",
    "bell_approvers_of": "SELECT approver_id FROM approvals WHERE act_id = ? AND state = 'valid' "
    "ORDER BY approver_id LIMIT 50",
    "bell_letters": "SELECT count(*) AS letters, max(written_at_ms) AS latest_at_ms "
    "FROM dead_letters WHERE written_at_ms > ?",
    "bell_soon_acts": _soon(
        "account, state, author_id, needs, digest, kind",
        "acts",
        "expires_at_ms",
        "state IN ('held', 'approved')",
    ),
    "bell_soon_grants": _soon(
        "person_id, account, given_by",
        "grants",
        "ends_at_ms",
        "state = 'live' AND takeover_id IS NULL AND shift_id IS NULL",
    ),
    "bell_soon_certifications": _soon(
        "person_id, account", "grants", "certify_by_ms", "state = 'live'"
    ),
    "bell_soon_tokens": _soon("person_id, label", "tokens", "expires_at_ms", "state = 'live'"),
    "bell_soon_halts": _soon("kind, name", "halts", "expires_at_ms", "state = 'halted'"),
    "bell_soon_reviews": _soon(
        "account, person_id", "broken_glasses", "review_by_ms", "reviewed_at_ms IS NULL"
    ),
    "bell_soon_slots": _soon(_TAKEOVER, "takeovers", "starts_at_ms", "state = 'ready'"),
    "bell_soon_ends": _soon(_TAKEOVER, "takeovers", "ends_at_ms", "state IN ('live', 'paused')"),
}
