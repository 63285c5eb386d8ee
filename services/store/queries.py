"""Every search of the store, declared by name, in SQL that SQLite and PostgreSQL both take."""

from typing import Final

from services.store.audit_queries import AUDIT_QUERIES
from services.store.bell_queries import BELL_QUERIES
from services.store.break_glass_queries import BREAK_GLASS_QUERIES
from services.store.case_queries import DUE, NEAREST
from services.store.correction_queries import CORRECTION_QUERIES
from services.store.gauge_queries import GAUGE_QUERIES
from services.store.grant_queries import GRANT_QUERIES
from services.store.handover_queries import HANDOVER_QUERIES
from services.store.incident_queries import INCIDENT_QUERIES
from services.store.month_queries import MONTH_QUERIES
from services.store.nomination_queries import NOMINATION_QUERIES
from services.store.outcome_queries import OUTCOME_QUERIES
from services.store.pace_queries import PACE_QUERIES
from services.store.records_queries import RECORDS_QUERIES
from services.store.register_queries import REGISTER_QUERIES
from services.store.rota_queries import ROTA_QUERIES
from services.store.rules_queries import RULES_QUERIES
from services.store.sign_in_queries import SIGN_IN_QUERIES
from services.store.slot_report_queries import SLOT_REPORT_QUERIES
from services.store.speaking_queries import SPEAKING_QUERIES
from services.store.takeover_queries import TAKEOVER_QUERIES

QUERIES: Final[dict[str, str]] = {
    **AUDIT_QUERIES,
    **SPEAKING_QUERIES,
    **RECORDS_QUERIES,
    **RULES_QUERIES,
    **TAKEOVER_QUERIES,
    **HANDOVER_QUERIES,
    **PACE_QUERIES,
    **OUTCOME_QUERIES,
    **GRANT_QUERIES,
    **GAUGE_QUERIES,
    **REGISTER_QUERIES,
    **SIGN_IN_QUERIES,
    **ROTA_QUERIES,
    **BREAK_GLASS_QUERIES,
    **INCIDENT_QUERIES,
    **CORRECTION_QUERIES,
    **BELL_QUERIES,
    **MONTH_QUERIES,
    **NOMINATION_QUERIES,
    **SLOT_REPORT_QUERIES,
    "dead_letters": "SELECT id, stage, origin, place, cause, detail, state, size_bytes, "
    "written_at_ms, substr(value, 1, 2048) AS head FROM dead_letters WHERE state = ? "
    "ORDER BY written_at_ms, id LIMIT ?",
    "dead_letter_counts": "SELECT stage, cause, state, count(*) AS letters FROM dead_letters "
    "GROUP BY stage, cause, state ORDER BY stage, cause, state",
    "inbox": f"{NEAREST}SELECT cases.id, cases.team, cases.theme, cases.priority, "  # noqa: S608 - the parts stand above
    f"cases.opened_at_ms, cases.latest_at_ms, {DUE} AS deadline_ms, cases.posts_live, "
    "cases.posts_total, cases.first_post_id, nearest.merged_cases, "
    "posts.text, posts.source, posts.channel, posts.place, posts.language "
    "FROM cases LEFT JOIN posts ON posts.id = cases.first_post_id "
    "LEFT JOIN nearest ON nearest.root = cases.id "
    f"WHERE cases.team = ? AND cases.state = 'open' ORDER BY {DUE}, cases.id LIMIT ?",
    "inbox_after": f"{NEAREST}SELECT cases.id, cases.conversation_id, cases.team, cases.theme, "  # noqa: S608 - the parts stand above
    "cases.priority, cases.state, cases.opened_at_ms, cases.latest_at_ms, "
    f"{DUE} AS deadline_ms, cases.posts_live, cases.posts_total, cases.first_post_id, "
    "nearest.merged_cases, posts.text, posts.source, posts.channel, posts.place, "
    "posts.language "
    "FROM cases LEFT JOIN posts ON posts.id = cases.first_post_id "
    "LEFT JOIN nearest ON nearest.root = cases.id "
    f"WHERE cases.team = ? AND cases.state = 'open' AND ({DUE}, cases.id) > (?, ?) "
    f"ORDER BY {DUE}, cases.id LIMIT ?",
    "conversation": "SELECT id, team, theme FROM conversations WHERE id = ?",
    "conversation_cases": "SELECT * FROM cases WHERE conversation_id = ? "
    "ORDER BY opened_at_ms, id LIMIT 200",
    "conversation_posts": "SELECT posts.* FROM cases JOIN posts ON posts.case_id = cases.id "
    "WHERE cases.conversation_id = ? UNION ALL "
    "SELECT posts.* FROM posts WHERE case_id IS NULL AND conversation_id = ? "
    "ORDER BY posted_at_ms, id LIMIT 200",
    "post": "SELECT * FROM posts WHERE id = ?",
    "case": "SELECT * FROM cases WHERE id = ?",
    "case_posts": "SELECT * FROM posts WHERE case_id = ? ORDER BY posted_at_ms, id LIMIT 200",
    "merged_cases": "WITH RECURSIVE merged (id) AS (SELECT id FROM cases WHERE merged_into = ? "
    "UNION SELECT cases.id FROM cases JOIN merged ON cases.merged_into = merged.id) "
    "SELECT cases.id, cases.conversation_id, cases.team, cases.deadline_ms, cases.merged_into "
    "FROM cases JOIN merged ON merged.id = cases.id ORDER BY cases.deadline_ms, cases.id LIMIT 200",
    "open_cases_by_team": f"{NEAREST}SELECT cases.team, count(*) AS open_cases, "  # noqa: S608
    f"sum(CASE WHEN {DUE} < ? THEN 1 ELSE 0 END) AS overdue_cases "
    "FROM cases LEFT JOIN nearest ON nearest.root = cases.id "
    "WHERE cases.state = 'open' GROUP BY cases.team ORDER BY cases.team",
    "source_states": "SELECT id, state, fresh_at_ms FROM source_states ORDER BY id",
    "objections": "SELECT id, source, reason, added_at_ms FROM objections ORDER BY added_at_ms, id "
    "LIMIT ?",
}
