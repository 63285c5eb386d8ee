"""When a case is due: the deadline nearest of its own and of what was merged into it, in SQL."""

from typing import Final

NEAREST: Final = (
    "WITH RECURSIVE merged (root, id, deadline_ms) AS ("
    "SELECT cases.merged_into, cases.id, cases.deadline_ms FROM cases "
    "CROSS JOIN cases AS root WHERE cases.merged_into IS NOT NULL "
    "AND root.id = cases.merged_into AND root.state = 'open' "
    "UNION SELECT merged.root, cases.id, cases.deadline_ms FROM cases "
    "JOIN merged ON cases.merged_into = merged.id), "
    "nearest AS (SELECT root, min(deadline_ms) AS merged_due_ms, count(*) AS merged_cases "
    "FROM merged GROUP BY root) "
)
"""What was merged into each open case, by however many steps: how many cases, what is due first.

CROSS JOIN has SQLite begin with what was merged, which is far less than what is open.
"""
DUE: Final = (
    "CASE WHEN nearest.merged_due_ms < cases.deadline_ms THEN nearest.merged_due_ms "
    "ELSE cases.deadline_ms END"
)
