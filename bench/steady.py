"""How long a post waits at a steady rate, and what the whole costs meanwhile."""

import time
from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial
from typing import Final

from bench.arrivals import Schedule, waits_ms
from bench.embedded_town import RunningTown, running_town, town_folder
from bench.figures import Figure, percentile
from bench.file_posts import native_id, town_intakes
from bench.plan import STORM_PER_SECOND, Sizes
from bench.progress import Say
from bench.routed_watch import RoutedWatch
from bench.system_processes import Usage, tree_usage
from services.runtime.step import Intake

WAIT_P99_AIM_MS: Final = 50.0
CPU_AIM_CORES: Final = 0.5
_WARM_SECONDS: Final = 2
_LEAD_SECONDS: Final = 0.1


def measure(sizes: Sizes, say: Say) -> tuple[Figure, ...]:
    """Return percentiles of the wait from accepted, and from due, to routed; and the CPU."""
    rate, seconds = STORM_PER_SECOND, sizes.steady_seconds
    posts = list(town_intakes(rate * (seconds + _WARM_SECONDS)))
    warm, counted = posts[: rate * _WARM_SECONDS], posts[rate * _WARM_SECONDS :]
    with town_folder() as folder, running_town(folder) as town, RoutedWatch(town) as watch:
        _open_loop(town, warm, rate)
        town.drain()
        say(f"{rate} posts a second for {seconds} s, each handed in alone")
        begun, before = time.perf_counter(), tree_usage()
        due, accepted = _open_loop(town, counted, rate)
        town.drain()
        taken_seconds, after = time.perf_counter() - begun, tree_usage()
    routed = {each: watch.routed_seconds[each] for each in due}
    note = f"{rate} posts a second for {seconds} s, one by one at fixed moments; "
    return (
        *_waits(
            "accepted_to_routed", waits_ms(accepted, routed), note + "from on disk at the door"
        ),
        *_waits("due_to_routed", waits_ms(due, routed), note + "from the moment a post was due"),
        *_cpu(before, after, taken_seconds, note),
    )


def _open_loop(
    town: RunningTown, posts: Sequence[Intake], rate: int
) -> tuple[dict[str, float], dict[str, float]]:
    """Hand posts in at fixed moments; return when each was due, and when it was accepted."""
    schedule = Schedule(time.perf_counter() + _LEAD_SECONDS, rate, len(posts))
    due: dict[str, float] = {}
    accepted: dict[str, float] = {}
    futures = []
    for number in schedule.due(time.perf_counter, time.sleep):
        post = posts[number]
        due[native_id(post)] = schedule.due_seconds(number)
        future = town.hand_in([post])
        future.add_done_callback(partial(_note, accepted, native_id(post)))
        futures.append(future)
    for future in futures:
        future.result()
    return due, accepted


def _note(moments: dict[str, float], each: str, _future: "Future[None]") -> None:
    moments[each] = time.perf_counter()


def _waits(name: str, waits: Sequence[float], note: str) -> tuple[Figure, ...]:
    aim = WAIT_P99_AIM_MS if name == "accepted_to_routed" else None
    return (
        Figure(f"{name}_p50", "ms", note, value=percentile(waits, 0.5), better="lower"),
        Figure(f"{name}_p99", "ms", note, value=percentile(waits, 0.99), aim=aim, better="lower"),
        Figure(f"{name}_max", "ms", note, value=max(waits), better="lower"),
    )


def _cpu(
    before: Usage | None, after: Usage | None, taken_seconds: float, note: str
) -> tuple[Figure, ...]:
    if before is None or after is None:
        return ()
    cores = (after.cpu_seconds - before.cpu_seconds) / taken_seconds
    return (
        Figure(
            "steady_cpu",
            "cores",
            note + "CPU of all processes, the measuring threads among them",
            value=cores,
            aim=CPU_AIM_CORES,
            better="lower",
        ),
    )
