"""How much is measured: a quick look for every change, the usual run, and the long one."""

from dataclasses import dataclass
from typing import Final, Literal

Mode = Literal["quick", "full", "long"]

USUAL_PER_SECOND: Final = 50
"""What a busy body hears on a busy day; ten times that is our storm."""

STORM_PER_SECOND: Final = 10 * USUAL_PER_SECOND
FLOOD_PER_SECOND: Final = 100 * USUAL_PER_SECOND
DELIVERY_POSTS: Final = 500
ROUND_POSTS: Final = 10_000
RATE_AIM: Final = 5_000
ACTS_PER_SECOND: Final = 20
"""What is proposed at the busiest: far more than people write."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many posts, seconds and repetitions each measurement takes.

    `growth_floor` is None where the run is too short for growth to be judged by.
    """

    mode: Mode
    throughput_posts: int
    steady_seconds: int
    storm_seconds: int
    flood_seconds: int
    growth_posts: int
    growth_block_posts: int
    growth_floor: float | None
    starts: int
    start_posts: int
    imports: int
    webhook_seconds: int
    act_seconds: int
    halted_acts: int
    drafts: int
    verdicts: int
    rehearsed: int


QUICK: Final = Sizes(
    mode="quick",
    throughput_posts=30_000,
    steady_seconds=10,
    storm_seconds=5,
    flood_seconds=10,
    growth_posts=20_000,
    growth_block_posts=2_000,
    growth_floor=None,
    starts=3,
    start_posts=1_000,
    imports=5,
    webhook_seconds=3,
    act_seconds=5,
    halted_acts=200,
    drafts=500,
    verdicts=1_000,
    rehearsed=2_000,
)
FULL: Final = Sizes(
    mode="full",
    throughput_posts=100_000,
    steady_seconds=60,
    storm_seconds=60,
    flood_seconds=10,
    growth_posts=1_000_000,
    growth_block_posts=10_000,
    growth_floor=None,
    starts=5,
    start_posts=10_000,
    imports=9,
    webhook_seconds=10,
    act_seconds=30,
    halted_acts=1_000,
    drafts=5_000,
    verdicts=5_000,
    rehearsed=20_000,
)
LONG: Final = Sizes(
    mode="long",
    throughput_posts=100_000,
    steady_seconds=60,
    storm_seconds=600,
    flood_seconds=10,
    growth_posts=1_000_000,
    growth_block_posts=10_000,
    growth_floor=0.8,
    starts=5,
    start_posts=100_000,
    imports=9,
    webhook_seconds=10,
    act_seconds=60,
    halted_acts=10_000,
    drafts=5_000,
    verdicts=20_000,
    rehearsed=100_000,
)
