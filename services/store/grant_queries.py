"""The searches about one person as one account: what a grant's own quota counts, and trust.

They are asked with a verdict where a grant has a quota or the ladder of trust holds, and each rests
on the index of an author's acts by time.
"""

from typing import Final

from services.store.pace_queries import PACE_ROWS_MAX, SPOKEN

FIRSTS_ROWS_MAX: Final = 200
"""So many acts are looked through for whom somebody wrote to before; further back is as never."""

_COUNTED: Final = "state IN ('held', 'approved', 'sending')"
_LET_GO: Final = "state IN ('approved', 'sending')"
_OF_ONE: Final = "author_id = ? AND account = ? AND proposed_at_ms > ?"

GRANT_QUERIES: Final[dict[str, str]] = {
    "pace_under_account": "SELECT count(*) AS last_day, "  # noqa: S608 - parts of ours
    "coalesce(sum(CASE WHEN proposed_at_ms > ? THEN 1 ELSE 0 END), 0) AS last_hour, "
    "max(proposed_at_ms) AS latest_at_ms FROM (SELECT proposed_at_ms FROM acts "
    f"WHERE {_OF_ONE} AND proposed_at_ms <= ? AND id <> ? "
    f"AND {_COUNTED} AND {SPOKEN} ORDER BY proposed_at_ms DESC LIMIT {PACE_ROWS_MAX}) AS recent",
    "clean_acts_of": "SELECT count(*) AS clean_acts FROM (SELECT acts.id FROM acts "
    "JOIN sendings ON sendings.id = acts.id "
    "WHERE acts.author_id = ? AND acts.account = ? AND acts.proposed_at_ms > ? "
    "AND acts.state = 'sending' AND (sendings.state = 'sent' "
    "OR (sendings.state = 'reconciled' AND sendings.remote_id IS NOT NULL)) LIMIT ?) AS clean",
    "let_go_before": "SELECT "  # noqa: S608
    "coalesce(max(CASE WHEN proposed_at_ms >= ? THEN 1 ELSE 0 END), 0) AS of_day, "
    "coalesce(max(CASE WHEN subject = ? THEN 1 ELSE 0 END), 0) AS to_person "
    f"FROM (SELECT proposed_at_ms, subject FROM acts WHERE {_OF_ONE} "
    f"AND proposed_at_ms <= ? AND id <> ? AND {_LET_GO} "
    f"ORDER BY proposed_at_ms DESC LIMIT {FIRSTS_ROWS_MAX}) AS recent",
    "trust_levels_of_person": "SELECT * FROM trust_levels WHERE person_id = ? "
    "ORDER BY account LIMIT 100",
}
