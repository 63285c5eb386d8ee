"""How sure a figure is: shares and medians with the interval that 95 in 100 such would cover.

Shares: Wilson's score interval, without a correction for continuity (E. B. Wilson, 1927). Medians:
two of the values themselves, by rank, so that nothing is assumed of how they lie (the exact
binomial ranks). Neither draws lots, so that the same month always has the same figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, comb, floor, sqrt
from typing import Any, Final

ENOUGH: Final = 20
"""Of fewer than this no share and no typical time is told: it would say more than is known."""

_Z: Final = 1.959963984540054
"""The normal distribution has 95 in 100 within so many standard deviations."""
_TAIL: Final = 0.025
_EXACT_MAX: Final = 500
"""Up to so many values the ranks are worked out exactly; above, by the normal distribution."""
_NINE_IN_TEN: Final = 0.9


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many: the share and its interval, each None where there are too few."""

    hits: int
    of: int

    def told(self) -> dict[str, Any]:
        """Return it for a report; shares lie between 0 and 1."""
        low, high = wilson(self.hits, self.of) if self.of >= ENOUGH else (None, None)
        share = round(self.hits / self.of, 4) if self.of >= ENOUGH else None
        return {"hits": self.hits, "of": self.of, "share": share, "low": low, "high": high}


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return the interval of a share of at least one, to four places."""
    share, z2 = hits / of, _Z * _Z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z / (1 + z2 / of) * sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)


def median_rank(count: int) -> int | None:
    """Return from which end-counted rank to which a median surely lies; None for under six values.

    Of ten values it is 2: from the second to the second last.
    """
    if count > _EXACT_MAX:
        return max(1, floor((count - _Z * sqrt(count)) / 2))
    rank, below = 0, 0.0
    while rank < count // 2:
        below += comb(count, rank) / 2**count
        if below > _TAIL:
            break
        rank += 1
    return rank or None


def typical(values: Sequence[float]) -> dict[str, Any]:
    """Return the median of some times with its interval, and within what nine in ten lie."""
    count = len(values)
    if count < ENOUGH:
        return {"count": count, "median": None, "low": None, "high": None, "nine_in_ten": None}
    ordered = sorted(values)
    rank = median_rank(count)
    assert rank is not None, "enough values have ranks"
    return {
        "count": count,
        "median": round((ordered[(count - 1) // 2] + ordered[count // 2]) / 2, 1),
        "low": round(ordered[rank - 1], 1),
        "high": round(ordered[count - rank], 1),
        "nine_in_ten": round(ordered[ceil(_NINE_IN_TEN * count) - 1], 1),
    }
