"""The searches about sign-in: whose a session or a link is, and what somebody can sign in by."""

from typing import Final

SIGN_IN_QUERIES: Final[dict[str, str]] = {
    "passkeys_of_person": "SELECT * FROM passkeys WHERE person_id = ? "
    "ORDER BY CASE state WHEN 'live' THEN 0 ELSE 1 END, added_at_ms DESC, id LIMIT ?",
    "session_by_digest": "SELECT * FROM sessions WHERE digest = ?",
    "sessions_live_of": "SELECT * FROM sessions WHERE person_id = ? AND state = 'live' "
    "AND expires_at_ms > ? ORDER BY begun_at_ms DESC, id LIMIT ?",
    "sign_in_link_by_digest": "SELECT * FROM sign_in_links WHERE digest = ?",
    "sign_in_links_open_of": "SELECT * FROM sign_in_links WHERE person_id = ? "
    "AND state IN ('asked', 'live') ORDER BY issued_at_ms DESC, id LIMIT ?",
    "sign_in_ceremonies_over": "SELECT id FROM sign_in_ceremonies WHERE expires_at_ms <= ? "
    "ORDER BY expires_at_ms, id LIMIT ?",
    "grants_ahead_of": "SELECT id, ends_at_ms FROM grants WHERE person_id = ? "
    "AND state IN ('live', 'waiting') AND ends_at_ms > ? ORDER BY ends_at_ms DESC, id LIMIT 1",
    "takeovers_ahead_of": "SELECT id, ends_at_ms FROM takeovers WHERE curator_id = ? "
    "AND state IN ('invited', 'onboarding', 'ready', 'live', 'paused') AND ends_at_ms > ? "
    "ORDER BY ends_at_ms DESC, id LIMIT 1",
    "takeovers_onboarding_of": "SELECT id FROM takeovers WHERE curator_id = ? "
    "AND state = 'onboarding' AND second_factor_at_ms IS NULL ORDER BY starts_at_ms, id LIMIT 20",
}
