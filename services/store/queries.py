"""Every search of the store, declared by name, in SQL that SQLite and PostgreSQL both take."""

from typing import Final

from services.store.speaking_queries import SPEAKING_QUERIES

QUERIES: Final[dict[str, str]] = {
    **SPEAKING_QUERIES,
    "dead_letters": "SELECT id, stage, origin, place, cause, detail, state, size_bytes, "
    "written_at_ms FROM dead_letters WHERE state = ? ORDER BY written_at_ms, id LIMIT ?",
    "dead_letter_counts": "SELECT stage, cause, state, count(*) AS letters FROM dead_letters "
    "GROUP BY stage, cause, state ORDER BY stage, cause, state",
    "inbox": "SELECT cases.id, cases.team, cases.theme, cases.priority, cases.opened_at_ms, "
    "cases.latest_at_ms, cases.deadline_ms, cases.posts_live, cases.posts_total, "
    "cases.first_post_id, posts.text, posts.channel, posts.place, posts.language "
    "FROM cases LEFT JOIN posts ON posts.id = cases.first_post_id "
    "WHERE cases.team = ? AND cases.state = 'open' ORDER BY cases.deadline_ms, cases.id LIMIT ?",
    "post": "SELECT * FROM posts WHERE id = ?",
    "case": "SELECT * FROM cases WHERE id = ?",
    "case_posts": "SELECT * FROM posts WHERE case_id = ? ORDER BY posted_at_ms, id LIMIT 200",
    "open_cases_by_team": "SELECT team, count(*) AS open_cases, "
    "sum(CASE WHEN deadline_ms < ? THEN 1 ELSE 0 END) AS overdue_cases "
    "FROM cases WHERE state = 'open' GROUP BY team ORDER BY team",
    "source_states": "SELECT id, state, fresh_at_ms FROM source_states ORDER BY id",
    "objections": "SELECT id, source, reason, added_at_ms FROM objections ORDER BY added_at_ms, id "
    "LIMIT ?",
}
