"""The searches about rotas: what is planned, who is engaged when, what the clock is to do."""

from typing import Final

ROTA_QUERIES: Final[dict[str, str]] = {
    "rotas": "SELECT * FROM rotas ORDER BY state DESC, starts_at_ms DESC, id LIMIT 200",
    "shifts_of_rota": "SELECT * FROM shifts WHERE rota_id = ? AND starts_at_ms < ? "
    "AND ends_at_ms > ? AND state <> 'called-off' ORDER BY starts_at_ms, id LIMIT 2000",
    "shifts_of_calendar": "SELECT * FROM shifts WHERE rota_id = ? "
    "ORDER BY starts_at_ms DESC, id LIMIT 10000",
    "shifts_ahead": "SELECT * FROM shifts WHERE rota_id = ? AND state = 'planned' "
    "ORDER BY starts_at_ms, id LIMIT 1001",
    "shifts_of_person": "SELECT * FROM shifts WHERE person_id = ? AND starts_at_ms < ? "
    "AND ends_at_ms > ? AND state = 'planned' ORDER BY starts_at_ms, id LIMIT 2000",
    "slots_of_person": "SELECT id, curator_id, starts_at_ms, ends_at_ms FROM takeovers "
    "WHERE curator_id = ? AND starts_at_ms < ? AND ends_at_ms > ? "
    "AND state IN ('ready', 'live', 'paused') ORDER BY starts_at_ms, id LIMIT 100",
    "shifts_over": "SELECT id, account FROM shifts WHERE state = 'planned' AND ends_at_ms <= ? "
    "ORDER BY ends_at_ms, id LIMIT ?",
    "swaps_of_shift": "SELECT * FROM swaps WHERE (shift_id = ? OR other_shift_id = ?) "
    "AND state IN ('asked', 'agreed') ORDER BY asked_at_ms, id LIMIT 50",
    "swaps_of_person": "SELECT * FROM swaps WHERE (from_id = ? OR to_id = ?) "
    "AND state IN ('asked', 'agreed') ORDER BY asked_at_ms, id LIMIT 500",
    "acts_coached_by": "SELECT acts.* FROM acts JOIN (SELECT DISTINCT person_id, account "
    "FROM grants WHERE coach_id = ? AND state = 'live' AND starts_at_ms <= ? AND ends_at_ms > ?) "
    "AS coached ON acts.author_id = coached.person_id AND acts.account = coached.account "
    "WHERE acts.state IN ('draft', 'held') ORDER BY acts.drafted_at_ms DESC, acts.id LIMIT 200",
    "initials_taken": "SELECT person_id FROM grants WHERE account = ? AND initials = ? "
    "AND person_id <> ? AND state = 'live' AND ends_at_ms > ? ORDER BY id LIMIT 1",
    "grants_uncertified": "SELECT * FROM grants WHERE state = 'live' AND certify_by_ms <= ? "
    "ORDER BY certify_by_ms, id LIMIT ?",
    "grants_now_for": "SELECT * FROM grants WHERE person_id = ? AND account = ? "
    "AND state IN ('live', 'waiting', 'paused') ORDER BY "
    "CASE WHEN starts_at_ms <= ? AND ends_at_ms > ? THEN 0 ELSE 1 END, ends_at_ms DESC, id "
    "LIMIT 50",
}
"""`grants_now_for` has those in force first, so that no number of shifts ahead hides one."""
