"""The search for what became of acts, month by month: by the index alone, bounded."""

from typing import Final

GROUPS_MAX: Final = 20_000
"""More than twelve months of every outcome by every rule that a set may have."""

OUTCOME_QUERIES: Final[dict[str, str]] = {
    "outcomes_by_month": "SELECT month, outcome, rule, count(*) AS acts FROM act_outcomes "  # noqa: S608 - a number
    "WHERE month >= ? AND month <= ? GROUP BY month, outcome, rule "
    f"ORDER BY month, outcome, rule LIMIT {GROUPS_MAX}",
}
