"""Alerts that are a little wrong: each limit another, each wait longer or shorter.

A case that lets one of them pass says nothing about what was changed.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from deploy.monitoring.alert import Alert

_LIMIT: Final = re.compile(
    r"(?P<sign>==|>|<) (?P<bool>bool )?(?P<factors>(?:[\d.]+ \* )*)(?P<number>[\d.]+)"
)


def mutants(alert: Alert, step_seconds: int) -> Iterator[tuple[str, Alert]]:
    """Yield wrong alerts, each with what is wrong with it."""
    yield "a step late", replace(alert, for_seconds=alert.for_seconds + step_seconds)
    if alert.for_seconds:
        yield "a step early", replace(alert, for_seconds=alert.for_seconds - step_seconds)
    for number, found in enumerate(_LIMIT.finditer(alert.expr), start=1):
        for wrong in _others(found["sign"], float(found["number"])):
            kept = f"{found['sign']} {found['bool'] or ''}{found['factors']}"
            expr = f"{alert.expr[: found.start()]}{kept}{wrong}{alert.expr[found.end() :]}"
            yield f"limit {number} is {wrong}, not {found['number']}", replace(alert, expr=expr)


def _others(sign: str, limit: float) -> list[str]:
    """Return other limits: near enough to tell whether the right one was tried."""
    if sign == "==":
        return [f"{1 - limit:g}"]
    if limit == 0:
        return ["-1", "1"]
    return [f"{limit * 2:g}", f"{limit / 2:g}"]
