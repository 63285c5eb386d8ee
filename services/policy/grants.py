"""Grants: leave for a person to do some kinds of act as an account, for a time."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from schemas.act import ActKind
from services.runtime.effects import Key, Row


def grant_key(grant_id: str) -> Key:
    """Return where a grant's row stands."""
    return Key("grants", grant_id)


def grant_fact(
    rows: Iterable[Row], kind: ActKind, theme: str | None, now_ms: int
) -> Mapping[str, Any] | None:
    """Return the grant an act would go out under, as policy is told of it: the best there is.

    A live one in scope comes first, then a live one out of scope, then one that has ended.
    """
    facts = [_fact(cast("Mapping[str, Any]", row), kind, theme, now_ms) for row in rows]
    return max(facts, key=lambda fact: (fact["live"], fact["in_scope"]), default=None)


def _fact(
    row: Mapping[str, Any], kind: ActKind, theme: str | None, now_ms: int
) -> Mapping[str, Any]:
    themes = row["themes"].split()
    return {
        "id": row["id"],
        "live": row["state"] == "live" and row["starts_at_ms"] <= now_ms < row["ends_at_ms"],
        "in_scope": kind in row["kinds"].split() and (not themes or theme in themes),
        "ends_at": row["ends_at_ms"] // 1_000,
    }
