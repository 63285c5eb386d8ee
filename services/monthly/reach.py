"""What takeovers reached: what went out in a slot, and what people wrote back in its conversations.

Reach is what was written to the body, never how many follow it: that is not known here.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from services.runtime.clock import HOUR_MS
from services.runtime.effects import Row

SENTIMENTS: Final = ("negative", "neutral", "positive")
_SUMMED: Final = ("sent", "held", "denied", "posts_back", *SENTIMENTS)


def takeovers_told(
    takeovers: Iterable[Row], reports: Mapping[str, Row], names: Mapping[str, str]
) -> dict[str, Any]:
    """Return the slots that ended, in order, with what their reports say, and all of it summed.

    `reports` are by the takeover's id. A slot nobody ever spoke in has none and is left out.
    """
    slots, without = [], 0
    for row in takeovers:
        report = reports.get(str(row["id"]))
        if report is None:
            without += row["grant_id"] is not None
            continue
        slots.append(_slot(row, report, names))
    summed: Counter[str] = Counter()
    for slot in slots:
        summed.update({each: slot[each] for each in _SUMMED})
    return {
        "slots": len(slots),
        "without_report": without,
        **{each: summed[each] for each in _SUMMED},
        "by_slot": slots,
    }


def _slot(row: Row, report: Row, names: Mapping[str, str]) -> dict[str, Any]:
    numbers = json.loads(str(report["numbers"]))
    starts_ms, ends_ms = (int(str(report[each])) for each in ("starts_at_ms", "ends_at_ms"))
    feelings = numbers["answers"]["by_sentiment"]
    return {
        "account": row["account"],
        "name": names.get(str(row["account"]), str(row["account"])),
        "starts_at_ms": starts_ms,
        "hours": round((ends_ms - starts_ms) / HOUR_MS, 1),
        "sent": numbers["sent"],
        "held": numbers["held"]["acts"],
        "denied": numbers["denied"]["acts"],
        "posts_back": numbers["answers"]["posts"],
        **{each: feelings.get(each, 0) for each in SENTIMENTS},
    }
