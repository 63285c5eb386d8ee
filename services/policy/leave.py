"""Raises an account's version: what every change of leave does, so that no sending overtakes it."""

from collections.abc import Iterable
from typing import cast

from services.policy.situation import account_key
from services.runtime.effects import Key, Row, without_id
from services.runtime.ports import Guard


def raised(accounts: Iterable[Row], now_ms: int) -> tuple[dict[Key, Row | None], list[Guard]]:
    """Return the writes that raise each account's version, and the guards that belong to them.

    The rows hold their id. A sending is begun only at the version that was judged, so whatever
    commits these writes holds from the next send on.
    """
    writes: dict[Key, Row | None] = {}
    guards: list[Guard] = []
    for row in accounts:
        key = account_key(str(row["id"]))
        version = cast("int", row["version"])
        writes[key] = {**without_id(row), "version": version + 1, "changed_at_ms": now_ms}
        guards.append(Guard(key, version))
    return writes, guards
