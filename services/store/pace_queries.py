"""The searches about what was said lately, and how long cases took: asked with every verdict.

Each is bounded, and each rests on an index of `pace_migration.py`. Acts count from the moment they
were proposed, while they wait for consent, are approved or were begun; `proposed_at_ms` is empty
before that.
"""

from typing import Final

PACE_ROWS_MAX: Final = 2_001
"""So many acts are counted at most: one more than the largest quota."""
TEXTS_MAX: Final = 60
"""So many texts are compared with a draft."""
CLOSED_CASES_MAX: Final = 500
"""So many cases a promise is measured by, the latest first."""

_COUNTED: Final = "state IN ('held', 'approved', 'sending')"
SPOKEN: Final = "kind NOT IN ('unblock', 'unmute', 'unfollow', 'unpin', 'unhide')"
"""What takes something back is not counted: a handover may have much of it to do at once."""


def _pace(column: str) -> str:
    """Return the search for how much was said: since when an hour counts, whose, the day, until."""
    return (
        "SELECT count(*) AS last_day, "  # noqa: S608 - a name of a column of ours
        "coalesce(sum(CASE WHEN proposed_at_ms > ? THEN 1 ELSE 0 END), 0) AS last_hour, "
        "max(proposed_at_ms) AS latest_at_ms FROM (SELECT proposed_at_ms FROM acts "
        f"WHERE {column} = ? AND proposed_at_ms > ? AND proposed_at_ms <= ? AND id <> ? "
        f"AND {_COUNTED} AND {SPOKEN} ORDER BY proposed_at_ms DESC LIMIT {PACE_ROWS_MAX}) AS recent"
    )


def _texts(where: str) -> str:
    return (
        f"SELECT text FROM acts WHERE {where} AND proposed_at_ms > ? AND proposed_at_ms <= ? "  # noqa: S608
        f"AND id <> ? AND text <> '' AND {_COUNTED} ORDER BY proposed_at_ms DESC LIMIT {TEXTS_MAX}"
    )


def _others(column: str) -> str:
    """Return the search for who else is at work: what is on its way, or was begun before ours."""
    return (
        f"SELECT author_id FROM acts WHERE {column} = ? AND author_id <> ? "  # noqa: S608
        "AND coalesce(proposed_at_ms, drafted_at_ms) > ? AND (state IN ('approved', 'sending') "
        "OR (state IN ('draft', 'held') AND (drafted_at_ms < ? OR (drafted_at_ms = ? AND id < ?))))"
    )


PACE_QUERIES: Final[dict[str, str]] = {
    "pace_of_account": _pace("account"),
    "pace_of_author": _pace("author_id"),
    "texts_of_conversation": _texts("conversation_id = ? AND account = ?"),
    "texts_of_account": _texts("account = ?"),
    "others_answering": "SELECT count(*) AS others FROM "  # noqa: S608 - the parts stand above
    f"({_others('case_id')} UNION {_others('post_id')}) AS others",
    "closed_cases_of": "SELECT opened_at_ms, closed_at_ms FROM cases "  # noqa: S608 - a number
    "WHERE team = ? AND theme = ? AND closed_at_ms IS NOT NULL AND closed_at_ms > ? "
    "AND outcome IN ('answered', 'resolved-elsewhere') "
    f"ORDER BY closed_at_ms DESC LIMIT {CLOSED_CASES_MAX}",
    "mode_changes": "SELECT * FROM mode_changes ORDER BY id LIMIT 100",
}
