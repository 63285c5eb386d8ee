"""The searches behind the gauges: how much of what there is now, each over an index or few rows."""

from typing import Final

from services.store.case_queries import DUE, NEAREST

_OPEN_CASES: Final = (
    f"{NEAREST}SELECT cases.team, count(*) AS open_cases, "  # noqa: S608 - the parts stand beside
    f"sum(CASE WHEN {DUE} < ? THEN 1 ELSE 0 END) AS overdue_cases, "
    f"sum(CASE WHEN {DUE} >= ? AND {DUE} < ? THEN 1 ELSE 0 END) AS due_soon_cases "
    "FROM cases LEFT JOIN nearest ON nearest.root = cases.id "
    "WHERE cases.state = 'open' GROUP BY cases.team ORDER BY cases.team LIMIT 1000"
)

GAUGE_QUERIES: Final[dict[str, str]] = {
    "gauge_cases": _OPEN_CASES,
    "gauge_acts": "SELECT state, count(*) AS acts FROM acts "
    "WHERE account IN (SELECT id FROM accounts) AND state IN ('draft', 'held', 'approved') "
    "GROUP BY state ORDER BY state",
    "gauge_held": "SELECT min(proposed_at_ms) AS at_ms FROM acts "
    "WHERE account IN (SELECT id FROM accounts) AND state = 'held'",
    "gauge_halts": "SELECT kind, count(*) AS halts FROM halts WHERE state = 'halted' "
    "GROUP BY kind ORDER BY kind",
    "gauge_takeovers": "SELECT state, count(*) AS takeovers FROM takeovers "
    "WHERE state <> 'closed' GROUP BY state ORDER BY state",
    "gauge_grants": "SELECT count(*) AS grants FROM grants WHERE state = 'live' "
    "AND starts_at_ms <= ? AND (ends_at_ms IS NULL OR ends_at_ms > ?)",
    "gauge_policy": "SELECT (SELECT count(*) FROM incidents WHERE state = 'open') AS incidents, "
    "(SELECT count(*) FROM broken_glasses WHERE reviewed_at_ms IS NULL AND review_by_ms <= ?) "
    "AS reviews, (SELECT min(read_at_ms) FROM timelines) AS read_at_ms",
    "gauge_senders": "SELECT platform, sum(waits) AS senders FROM ("
    "SELECT accounts.platform, CASE WHEN EXISTS (SELECT 1 FROM sendings "
    "WHERE sendings.account = accounts.id AND sendings.state IN ('deferred', 'unknown') "
    "AND (sendings.state = 'deferred' OR sendings.not_before_ms IS NOT NULL)) "
    "THEN 1 ELSE 0 END AS waits FROM accounts) AS told "
    "GROUP BY platform ORDER BY platform LIMIT 100",
    "gauge_bells": "SELECT count(*) AS ringings FROM bell_ringings "
    "WHERE channel = ? AND state = 'waiting' AND manner <> 'summary'",
    "gauge_uncovered": "SELECT min(at_ms) AS at_ms FROM audit_entries WHERE at_ms > ?",
    "gauge_earlier_answers": "SELECT count(*) AS answers FROM acts "
    "JOIN sendings ON sendings.id = acts.id WHERE acts.case_id = ? AND sendings.kind = 'reply' "
    "AND (sendings.state = 'sent' "
    "OR (sendings.state = 'reconciled' AND sendings.remote_id IS NOT NULL)) "
    "AND (sendings.ended_at_ms < ? OR (sendings.ended_at_ms = ? AND sendings.id < ?))",
    "gauge_dead_letters": "SELECT origin, count(*) AS letters FROM dead_letters "
    "WHERE state = 'waiting' GROUP BY origin ORDER BY origin LIMIT 1000",
}
