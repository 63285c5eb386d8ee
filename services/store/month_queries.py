"""The searches of the report on a month: each within its bounds, in pages or counted in place.

What was said in a month lies between two ids, since an id begins with its second; what was asked
for, between two moments of one account. So each rests on an index that was there for others.
"""

from typing import Final

GROUPS_MAX: Final = 20_000
"""So many groups are counted at most: a hundred sources by every team and sentiment."""

_SENT: Final = (
    "(sendings.state = 'sent' "
    "OR (sendings.state = 'reconciled' AND sendings.remote_id IS NOT NULL))"
)

MONTH_QUERIES: Final[dict[str, str]] = {
    "month_posts": "SELECT source, team, sentiment, count(*) AS posts FROM posts "  # noqa: S608 - a number
    "WHERE id >= ? AND id < ? GROUP BY source, team, sentiment "
    f"ORDER BY source, team, sentiment LIMIT {GROUPS_MAX}",
    "month_cases": "SELECT cases.id, cases.team, cases.state, cases.outcome, cases.opened_at_ms, "  # noqa: S608
    "cases.deadline_ms, cases.closed_at_ms, posts.source, "
    "(SELECT min(sendings.ended_at_ms) FROM acts JOIN sendings ON sendings.id = acts.id "
    f"WHERE acts.case_id = cases.id AND acts.kind = 'reply' AND {_SENT}) AS replied_at_ms "
    "FROM cases LEFT JOIN posts ON posts.id = cases.first_post_id "
    "WHERE cases.id > ? AND cases.id < ? ORDER BY cases.id LIMIT ?",
    "month_posts_of": "SELECT id, case_id, posted_at_ms FROM posts "
    "WHERE id > ? AND id < ? AND source = ? AND case_id IS NOT NULL ORDER BY id LIMIT ?",
    "month_acts": "SELECT acts.kind, acts.state, sendings.state AS sending_state, "  # noqa: S608
    "count(*) AS acts FROM acts LEFT JOIN sendings ON sendings.id = acts.id "
    "WHERE acts.account = ? AND acts.proposed_at_ms >= ? AND acts.proposed_at_ms < ? "
    "GROUP BY acts.kind, acts.state, sendings.state "
    f"ORDER BY acts.kind, acts.state, sendings.state LIMIT {GROUPS_MAX}",
    "month_replies": "SELECT acts.id, acts.drafted_at_ms, acts.proposed_at_ms FROM acts "
    "WHERE acts.account = ? AND acts.proposed_at_ms < ? AND acts.kind = 'reply' "
    "AND (acts.proposed_at_ms, acts.id) > (?, ?) "
    "ORDER BY acts.proposed_at_ms, acts.id LIMIT ?",
    "month_approvals": "SELECT approvals.id, acts.proposed_at_ms, approvals.approved_at_ms "
    "FROM acts JOIN approvals ON approvals.act_id = acts.id "
    "WHERE acts.account = ? AND acts.proposed_at_ms < ? "
    "AND (acts.proposed_at_ms, approvals.id) > (?, ?) "
    "ORDER BY acts.proposed_at_ms, approvals.id LIMIT ?",
    "month_accounts": "SELECT id, name FROM accounts ORDER BY id LIMIT 500",
}
