"""How much the scaled measurements take: a quick look, and the usual run."""

from dataclasses import dataclass
from typing import Final

from bench.plan import Mode


@dataclass(frozen=True, slots=True)
class ScaledSizes:
    """Posts, rounds and seconds; `slow_posts` is for hosts that take one event at a time."""

    mode: Mode
    rounds: int
    posts: int
    slow_posts: int
    steady_seconds: int
    outage_seconds: int


SCALED_QUICK: Final = ScaledSizes(
    mode="quick", rounds=1, posts=20_000, slow_posts=3_000, steady_seconds=10, outage_seconds=10
)
SCALED_FULL: Final = ScaledSizes(
    mode="full", rounds=3, posts=60_000, slow_posts=6_000, steady_seconds=60, outage_seconds=60
)
