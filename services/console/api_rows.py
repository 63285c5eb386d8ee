"""Rows as the API shows them: moments as ISO 8601 in UTC, lists as lists."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from services.route.listing import as_json
from services.runtime.clock import from_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.ports import StateReader

LISTS: Final = ("kinds", "themes", "roles", "teams")


def told(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping with its milliseconds as moments and its lists of words as lists."""
    result: dict[str, Any] = {}
    for name, each in value.items():
        if name.endswith("_at_ms") and isinstance(each, int):
            result[name.removesuffix("_ms")] = from_epoch_ms(each)
        elif name in LISTS and isinstance(each, str):
            result[name] = each.split()
        elif isinstance(each, list | tuple):
            result[name] = [told(one) if isinstance(one, Mapping) else one for one in each]
        else:
            result[name] = each
    return result


def cases_told(rows: Iterable[Row], now: datetime) -> list[dict[str, Any]]:
    """Return cases, overdue where they are open and late."""
    return [{**as_json(row), "overdue": _overdue(row, now)} for row in rows]


def posts_told(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return posts."""
    return [as_json(row) for row in rows]


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
