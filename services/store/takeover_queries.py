"""The searches about takeovers: an account's calendar, what the clock is to move, who has which."""

from typing import Final

_TAKEN: Final = "state IN ('draft', 'invited', 'onboarding', 'ready', 'live', 'paused', 'ended')"

TAKEOVER_QUERIES: Final[dict[str, str]] = {
    "takeovers_over": f"SELECT * FROM takeovers WHERE account = ? AND {_TAKEN} "  # noqa: S608
    "AND starts_at_ms < ? AND ends_at_ms > ? ORDER BY starts_at_ms, id LIMIT 100",
    "takeovers_held": "SELECT * FROM takeovers WHERE account = ? "
    "AND state IN ('ready', 'live', 'paused', 'ended') ORDER BY starts_at_ms, id LIMIT 500",
    "takeovers_naming": "SELECT * FROM takeovers WHERE (curator_id = ? OR duty_officer_id = ? "
    "OR standby_id = ?) AND state IN ('draft', 'invited', 'onboarding', 'ready', 'live', "
    "'paused') ORDER BY starts_at_ms, id LIMIT 200",
    "takeovers_due": "SELECT id FROM takeovers WHERE "
    "(state IN ('draft', 'invited', 'onboarding', 'paused') AND ends_at_ms <= ?) "
    "OR (state = 'ready' AND starts_at_ms <= ? AND (ends_at_ms <= ? OR EXISTS (SELECT 1 "
    "FROM grants WHERE grants.id = takeovers.grant_id AND grants.state <> 'waiting'))) "
    "OR (state = 'live' AND (ends_at_ms <= ? OR (signed_on_at_ms IS NULL AND live_at_ms <= ?))) "
    "ORDER BY starts_at_ms, id LIMIT ?",
    "takeovers_of_account": "SELECT * FROM takeovers WHERE account = ? AND ends_at_ms > ? "
    "AND starts_at_ms < ? ORDER BY starts_at_ms, id LIMIT ?",
    "takeovers_between": "SELECT * FROM takeovers WHERE ends_at_ms > ? AND starts_at_ms < ? "
    "ORDER BY starts_at_ms, id LIMIT ?",
    "takeovers_in_state": "SELECT * FROM takeovers WHERE state = ? ORDER BY starts_at_ms, id "
    "LIMIT ?",
    "takeovers_of_curator": "SELECT * FROM takeovers WHERE curator_id = ? "
    "ORDER BY starts_at_ms DESC, id LIMIT ?",
    "takeover_before": "SELECT * FROM takeovers WHERE account = ? AND starts_at_ms < ? "
    "AND state = 'ended' ORDER BY starts_at_ms DESC LIMIT 1",
    "trust_levels_of_account": "SELECT * FROM trust_levels WHERE account = ? ORDER BY id LIMIT ?",
}
