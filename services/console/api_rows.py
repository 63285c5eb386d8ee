"""Rows as the API shows them: moments as ISO 8601 in UTC, lists as lists."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final

from services.reading.plain_text import shortened
from services.route.listing import answered_json
from services.runtime.clock import from_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.ports import StateReader

ANSWERED_WIDTH: Final = 160
LISTS: Final = ("kinds", "themes", "languages", "roles", "teams")

_MOMENT, _WORDS, _JSON, _PLAIN = "moment", "words", "json", "plain"


@cache
def _sort_of(name: str) -> str:
    """Return how a value of a name is told; there are few names, and many values."""
    if name.endswith(("_at_ms", "certify_by_ms")):
        return _MOMENT
    return _WORDS if name in LISTS else _JSON if name == "hours" else _PLAIN


def told(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping with its milliseconds as moments and its lists of words as lists."""
    result: dict[str, Any] = {}
    for name, each in value.items():
        sort = _sort_of(name)
        if each is None:
            result[name] = None
        elif sort is _MOMENT and isinstance(each, int):
            result[name.removesuffix("_ms")] = from_epoch_ms(each)
        elif sort is _WORDS and isinstance(each, str):
            result[name] = each.split()
        elif sort is _JSON and isinstance(each, str):
            result[name] = json.loads(each)
        elif isinstance(each, list | tuple):
            result[name] = [told(one) if isinstance(one, Mapping) else one for one in each]
        else:
            result[name] = each
    return result


def cases_told(
    rows: Iterable[Row], now: datetime, answering: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Return cases, overdue where they are open and late."""
    named = answering or {}
    return [{**answered_json(row, named), "overdue": _overdue(row, now)} for row in rows]


def posts_told(rows: Iterable[Row], answering: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return posts, each with the account that answers it."""
    return [answered_json(row, answering) for row in rows]


def act_told(store: StateReader, act: Mapping[str, Any]) -> dict[str, Any]:
    """Return an act with its author's login, and whom it answers in which words.

    The words are as they are now: gone, where they were removed.
    """
    shown = with_logins(store, act, "author")
    if act.get("post_id") is None:
        return shown
    key = Key("posts", str(act["post_id"]))
    post = store.fetch([key])[key]
    if post is None:
        return shown
    words = None if post["text"] is None else shortened(str(post["text"]), ANSWERED_WIDTH)
    answered = {"post_id": key.id, "author": post["author"], "words": words}
    return {**shown, "answers": {**answered, "state": post["state"]}}


def _overdue(row: Row, now: datetime) -> bool:
    deadline_ms = row["deadline_ms"]
    late = isinstance(deadline_ms, int) and from_epoch_ms(deadline_ms) < now
    return late and row.get("state", "open") == "open"


def with_logins(store: StateReader, value: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return a mapping with the logins of people in place of their ids, under these names."""
    ids = {str(value[name]) for name in names if value.get(name) is not None}
    rows = store.fetch([Key("persons", each) for each in ids])
    logins = {key.id: row["login"] for key, row in rows.items() if row is not None}
    known = {name: logins[str(value[name])] for name in names if str(value.get(name)) in logins}
    return {**value, **known}
