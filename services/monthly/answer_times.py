"""How soon the cases of a month were answered, and whether within what was promised.

A case belongs to the month in which its first post was said, and counts with the team that has it
now. It is answered by the first reply that went out, else where a person closed it as answered.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, Final, Literal, cast

from services.monthly.intervals import Share, typical
from services.runtime.clock import HOUR_MS
from services.runtime.effects import Row

State = Literal["in_time", "late", "overdue", "not_due", "needs_none", "closed_without"]
STATES: Final[tuple[State, ...]] = (
    *("in_time", "late", "overdue", "not_due"),
    *("needs_none", "closed_without"),
)
"""Answered in time or late; open past the deadline or before it; and what needs no answer."""
ANSWERED: Final = ("answered", "resolved-elsewhere")
NEEDS_NONE: Final = ("not-ours", "no-answer-needed", "duplicate", "merged", "withdrawn")


@dataclass(slots=True)
class _Team:
    states: Counter[State] = field(default_factory=Counter)
    hours: list[float] = field(default_factory=list)


class AnswerTimes:
    """Adds cases up, team by team, as they stand at one moment."""

    def __init__(self, now_ms: int) -> None:
        self._now_ms = now_ms
        self._all = _Team()
        self._teams: dict[str, _Team] = defaultdict(_Team)

    def add(self, rows: Iterable[Row]) -> None:
        """Take in some cases."""
        for row in rows:
            state = state_of(row, self._now_ms)
            answered_ms = answered_at_ms(row)
            for each in (self._all, self._teams[str(row["team"])]):
                each.states[state] += 1
                if answered_ms is not None and state in ("in_time", "late"):
                    opened_ms = cast("int", row["opened_at_ms"])
                    each.hours.append(max(0, answered_ms - opened_ms) / HOUR_MS)

    def told(self, names: Mapping[str, str]) -> dict[str, Any]:
        """Return all of it for a report; teams with most cases first."""
        ordered = sorted(self._teams.items(), key=lambda each: (-each[1].states.total(), each[0]))
        return {
            **_told(self._all),
            "by_team": [
                {"team": team, "name": names.get(team, team), **_told(each)}
                for team, each in ordered
            ],
        }


def answered_at_ms(case: Row) -> int | None:
    """Return when a case had its first answer, None where it has none."""
    replied_ms = cast("int | None", case["replied_at_ms"])
    if replied_ms is not None:
        return replied_ms
    return cast("int | None", case["closed_at_ms"]) if case["outcome"] in ANSWERED else None


def state_of(case: Row, now_ms: int) -> State:
    """Return what has come of the promise of a case by a moment."""
    answered_ms = answered_at_ms(case)
    deadline_ms = cast("float", case["deadline_ms"] if case["deadline_ms"] is not None else inf)
    if answered_ms is not None:
        return "in_time" if answered_ms <= deadline_ms else "late"
    if case["state"] == "open":
        return "overdue" if deadline_ms < now_ms else "not_due"
    return "needs_none" if case["outcome"] in NEEDS_NONE else "closed_without"


def _told(team: _Team) -> dict[str, Any]:
    states = team.states
    promised = states["in_time"] + states["late"] + states["overdue"]
    return {
        "cases": states.total(),
        **{state: states[state] for state in STATES},
        "within_promise": Share(states["in_time"], promised).told(),
        "hours_to_answer": typical(team.hours),
    }
