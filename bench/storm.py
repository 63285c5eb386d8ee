"""Whether anything is lost when ten and a hundred times as much comes in, and how long it lasts."""

import time
from collections.abc import Sequence
from typing import Final

from bench.arrivals import Schedule
from bench.embedded_town import RunningTown, running_town, town_folder
from bench.figures import Figure
from bench.file_posts import grouped, native_id, town_intakes
from bench.plan import FLOOD_PER_SECOND, STORM_PER_SECOND, USUAL_PER_SECOND, Sizes
from bench.progress import Say
from services.runtime.step import Intake

DELIVERIES_PER_SECOND: Final = 50


def measure(sizes: Sizes, say: Say) -> tuple[Figure, ...]:
    """Return the share kept and the time to drain, after a storm and after a flood."""
    return (
        *_weathered("storm", STORM_PER_SECOND, sizes.storm_seconds, say),
        *_weathered("flood", FLOOD_PER_SECOND, sizes.flood_seconds, say),
    )


def _weathered(name: str, rate: int, seconds: int, say: Say) -> tuple[Figure, ...]:
    say(f"{name}: making posts")
    posts = list(town_intakes(rate * seconds, name))
    say(f"{name}: {rate:,} posts a second for {seconds} s")
    with town_folder() as folder, running_town(folder) as town:
        drain_seconds = _open_loop(town, grouped(posts, rate // DELIVERIES_PER_SECOND))
        routed = set(town.routed_ids())
        refusals = town.refusals
    kept = sum(native_id(post) in routed for post in posts) / len(posts)
    note = (
        f"{rate // USUAL_PER_SECOND} times the usual {USUAL_PER_SECOND} posts a second for "
        f"{seconds} s, {len(posts):,} posts in {DELIVERIES_PER_SECOND} deliveries a second; "
        f"the door asked {refusals:,} times to come again"
    )
    return (
        Figure(f"{name}_kept", "of posts", note + "; accepted and routed", ratio=kept, floor=1.0),
        Figure(
            f"{name}_drain_seconds",
            "s",
            note + "; from the last arrival's moment until nothing waits",
            value=drain_seconds,
            better="lower",
        ),
    )


def _open_loop(town: RunningTown, deliveries: Sequence[Sequence[Intake]]) -> float:
    """Hand deliveries in at fixed moments; return the seconds until all is handled after them."""
    schedule = Schedule(time.perf_counter(), DELIVERIES_PER_SECOND, len(deliveries))
    futures = [
        town.hand_in(deliveries[number]) for number in schedule.due(time.perf_counter, time.sleep)
    ]
    for future in futures:
        future.result()
    town.drain()
    return max(0.0, time.perf_counter() - schedule.end_seconds)
