"""What share of what was answered in public was done with: no call about it followed.

A call is an item of a contact log. It is about a case where it stands in it, or in one that people
merged into it; a call that nobody matched to a case is not known, so the share is one at most.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from services.monthly.intervals import Share
from services.runtime.clock import DAY_MS
from services.runtime.effects import Row

FOLLOWS_DAYS: Final = 14
"""A call within so many days of an answer is about it."""
SEARCHED_DAYS: Final = 2 * FOLLOWS_DAYS
"""For so many days after a month calls are looked for: of answers up to 14 days after it."""


class Solved:
    """Finds cases that were answered in public and closed, and tells which a call followed.

    `logs` are the sources that are contact logs; what begins in one of them began with a call.
    """

    def __init__(self, logs: Iterable[str], until_ms: int, now_ms: int) -> None:
        self._logs = frozenset(logs)
        self._last_ms = until_ms + FOLLOWS_DAYS * DAY_MS
        self._now_ms = now_ms
        self._answered: dict[str, int] = {}
        self._too_early = 0

    def add(self, rows: Iterable[Row]) -> None:
        """Take in some cases of the month."""
        for row in rows:
            replied_ms = cast("int | None", row["replied_at_ms"])
            if (
                replied_ms is None
                or replied_ms > self._last_ms
                or row["source"] in self._logs
                or (row["state"], row["outcome"]) != ("closed", "answered")
            ):
                continue
            if replied_ms + FOLLOWS_DAYS * DAY_MS > self._now_ms:
                self._too_early += 1
            else:
                self._answered[str(row["id"])] = replied_ms

    def told(self, calls: Iterable[tuple[str, int]], calls_count: int) -> dict[str, Any]:
        """Return the share; `calls` are cases with when somebody rang, `calls_count` the month's.

        Where there is no log, or nothing in it all month, it cannot be told.
        """
        followed = set()
        for case_id, called_ms in calls:
            answered_ms = self._answered.get(case_id)
            if answered_ms is not None and 0 < called_ms - answered_ms <= FOLLOWS_DAYS * DAY_MS:
                followed.add(case_id)
        known = bool(self._logs) and calls_count > 0
        of = len(self._answered)
        return {
            "has_contact_log": bool(self._logs),
            "calls": calls_count,
            "can_be_told": known,
            "answered_in_public": of,
            "a_call_followed": len(followed) if known else None,
            "too_early_to_tell": self._too_early,
            "without_a_call": Share(of - len(followed), of).told() if known else None,
        }


def roots_of(case_ids: Iterable[str], merged_into: Mapping[str, str]) -> dict[str, str]:
    """Return for each case the one that it is answered with, itself where it is not merged."""
    found = {}
    for case_id in case_ids:
        root, seen = case_id, {case_id}
        while (into := merged_into.get(root)) is not None and into not in seen:
            seen.add(into)
            root = into
        found[case_id] = root
    return found
