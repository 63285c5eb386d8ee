"""What an answer cost: people's minutes by their hour, and a share of what it costs to run Mercat.

How long an answer takes is assumed, not measured, and so told as low, middle and high: the range
of the cost is that of the assumption. Nothing in money is told that nobody gave in money.
"""

from dataclasses import dataclass
from typing import Any, Final

from services.monthly.intervals import ENOUGH
from services.runtime.errors import InputInvalidError

LEVELS: Final = ("low", "middle", "high")
MINUTES_ASSUMED: Final = (5.0, 10.0, 20.0)
"""How long reading, looking up, writing and agreeing take for one answer, unless somebody knows."""
MINUTES_MAX: Final = 10_000.0
CURRENCY_LENGTH_MAX: Final = 12


@dataclass(frozen=True, slots=True)
class CostTerms:
    """What a body says of its costs, in one currency; None where it says nothing."""

    minutes: tuple[float, float, float] = MINUTES_ASSUMED
    hour_cost: float | None = None
    running_cost: float | None = None
    call_cost: float | None = None
    currency: str = ""


def minutes_of(written: str | None) -> tuple[float, float, float]:
    """Return minutes for one answer as low, middle and high: one figure, three, or the assumed.

    Raises InputInvalidError for anything else.
    """
    if written is None:
        return MINUTES_ASSUMED
    try:
        figures = [float(each) for each in written.split(",")]
    except ValueError:
        figures = []
    if len(figures) == 1:
        figures *= 3
    if len(figures) != len(LEVELS) or not all(0 < each <= MINUTES_MAX for each in figures):
        raise InputInvalidError(
            f"{written!r} are no minutes for one answer; write one figure (8), or low, middle and "
            "high (5,10,20)."
        )
    low, middle, high = figures
    if not low <= middle <= high:
        raise InputInvalidError(f"{written!r}: write low, middle and high in that order (5,10,20).")
    return low, middle, high


def costs_told(replies: int, terms: CostTerms) -> dict[str, Any]:
    """Return hours and money for so many replies that went out, at each level.

    With fewer than 20 replies the cost of one is not told.
    """
    levels = {
        level: _level(replies, minutes, terms)
        for level, minutes in zip(LEVELS, terms.minutes, strict=True)
    }
    return {
        "replies": replies,
        "is_assumed": terms.minutes == MINUTES_ASSUMED,
        "currency": terms.currency,
        "hour_cost": terms.hour_cost,
        "running_cost": terms.running_cost,
        "call_cost": terms.call_cost,
        "levels": levels,
    }


def _level(replies: int, minutes: float, terms: CostTerms) -> dict[str, Any]:
    hours = replies * minutes / 60
    whole = None
    if terms.hour_cost is not None:
        whole = hours * terms.hour_cost + (terms.running_cost or 0.0)
    enough = replies >= ENOUGH
    each = whole / replies if whole is not None and enough else None
    against = each / terms.call_cost if each is not None and terms.call_cost else None
    return {
        "minutes": minutes,
        "hours": round(hours, 1),
        "cost": _money(whole),
        "cost_per_answer": _money(each),
        "of_a_call": None if against is None else round(against, 2),
    }


def _money(amount: float | None) -> float | None:
    return None if amount is None else round(amount, 2)
