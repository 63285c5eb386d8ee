"""Classify on every host by turns, over the same posts, on one broker: rates and CPU a post."""

import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.errors import MeasurementError
from bench.figures import Figure, median
from bench.progress import Say
from bench.scaled.contend import CONTENDERS
from bench.scaled.filled_topic import FilledTopic
from bench.scaled.sizes import ScaledSizes
from bench.system_processes import Usage, tree_usage
from tests.kafka_server import KafkaServer

ROOT: Final = Path(__file__).resolve().parents[2]
RIVALS: Final = ROOT / "build/rivals/bin/python"
SLOW: Final = frozenset({"quix", "obvious-faust"})
START_SECONDS_MAX: Final = 120.0
RUN_SECONDS_MAX: Final = 600.0
LOOK_SECONDS: Final = 0.02
FIRST_SHARE: Final = 0.1
"""A run is timed from a tenth of its answers on: joining a group and loading a model are not."""

RUNNER_AIM, RUNNER_FLOOR = 2.0, 1.6
FAUST_AIM, FAUST_FLOOR = 0.7, 0.56
OBVIOUS_AIM, OBVIOUS_FLOOR = 3.0, 2.4
CPU_AIM: Final = 1.15


@dataclass(frozen=True, slots=True)
class Run:
    """What one contender did with one topic: posts a second, and CPU microseconds a post."""

    rate: float
    cpu_microseconds: float


def measure(broker: KafkaServer, sizes: ScaledSizes, say: Say) -> tuple[Figure, ...]:
    """Return each contender's rate, the ratios that are judged, and what two workers cost.

    Raises MeasurementError where a contender answers nothing, or not everything.
    """
    runs: dict[str, list[Run]] = {name: [] for name in CONTENDERS}
    pairs: list[float] = []
    for number in range(sizes.rounds):
        for name in CONTENDERS:
            count = sizes.slow_posts if name in SLOW else sizes.posts
            runs[name].append(run(broker.servers, [name], count))
            say(f"round {number + 1}: {name} {runs[name][-1].rate:,.0f} posts/s")
        two = run(broker.servers, ["kafka-runner"] * 2, sizes.posts)
        pairs.append(two.cpu_microseconds / runs["kafka-runner"][-1].cpu_microseconds)
    return (*_rates(runs, sizes), *_ratios(runs), _pair(pairs))


def run(servers: str, names: Sequence[str], count: int) -> Run:
    """Let contenders work one filled topic off together; return how fast, and at what cost."""
    topic = FilledTopic(servers, count)
    with _working(names, topic) as processes:
        begun_at = _reached(topic, processes, int(topic.count * FIRST_SHARE), START_SECONDS_MAX)
        before, first = _usage(processes), topic.answered()
        begun_at = time.perf_counter()
        _reached(topic, processes, topic.count, RUN_SECONDS_MAX)
        took_seconds, after = time.perf_counter() - begun_at, _usage(processes)
    done = topic.count - first
    if done <= 0:
        raise MeasurementError(f"{names[0]} was through before it was timed; give it more posts")
    spent = after.cpu_seconds - before.cpu_seconds
    return Run(done / took_seconds, spent / done * 1e6)


@contextmanager
def _working(names: Sequence[str], topic: FilledTopic) -> Iterator[list[subprocess.Popen[bytes]]]:
    if not RIVALS.is_file():
        raise MeasurementError(f"{RIVALS} is not there; `make bench-scaled` makes it")
    prefix = topic.kafka.prefix or ""
    command = [str(RIVALS), "-W", "ignore", "-m", "bench.scaled.contend"]
    processes = [
        subprocess.Popen([*command, name, topic.kafka.servers[0], prefix], cwd=ROOT)
        for name in names
    ]
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _reached(
    topic: FilledTopic,
    processes: Sequence[subprocess.Popen[bytes]],
    count: int,
    seconds_max: float,
) -> float:
    """Wait until so many answers are there; return the moment."""
    until = time.perf_counter() + seconds_max
    while topic.answered() < count:
        if any(process.poll() is not None for process in processes):
            raise MeasurementError("a contender ended by itself; its words stand above")
        if time.perf_counter() > until:
            raise MeasurementError(
                f"{topic.answered()} of {count} answers after {seconds_max:.0f} s"
            )
        time.sleep(LOOK_SECONDS)
    return time.perf_counter()


def _usage(processes: Sequence[subprocess.Popen[bytes]]) -> Usage:
    usages = [usage for process in processes if (usage := tree_usage(process.pid)) is not None]
    return Usage(
        sum(usage.cpu_seconds for usage in usages), sum(usage.rss_bytes for usage in usages)
    )


def _rates(runs: dict[str, list[Run]], sizes: ScaledSizes) -> Iterator[Figure]:
    for name, each in runs.items():
        count = sizes.slow_posts if name in SLOW else sizes.posts
        note = (
            f"classify on {name}: the middle one of {len(each)} runs over {count:,} posts, one "
            f"process, one broker; {median([run.cpu_microseconds for run in each]):.0f} us of CPU "
            "a post"
        )
        rate = median([run.rate for run in each])
        yield Figure(f"classify_{name.replace('-', '_')}_rate", "posts/s", note, value=rate)


def _ratios(runs: dict[str, list[Run]]) -> Iterator[Figure]:
    for name, beside, aim, floor in (
        ("kafka-runner", "quix", RUNNER_AIM, RUNNER_FLOOR),
        ("kafka-runner", "quix-batches", None, None),
        ("kafka-runner", "bare", None, None),
        ("faust", "quix", FAUST_AIM, FAUST_FLOOR),
        ("faust", "quix-batches", None, None),
        ("faust", "obvious-faust", OBVIOUS_AIM, OBVIOUS_FLOOR),
    ):
        pairs = zip(runs[name], runs[beside], strict=True)
        yield Figure(
            f"{name}_to_{beside}".replace("-", "_"),
            "times",
            "rates side by side, the middle round",
            ratio=median([run.rate / other.rate for run, other in pairs]),
            aim=aim,
            floor=floor,
        )


def _pair(pairs: Sequence[float]) -> Figure:
    note = "CPU a post of two Kafka runners in one group, as a share of one's, the middle round"
    return Figure(
        "two_workers_cpu", "of one worker", note, ratio=median(pairs), aim=CPU_AIM, better="lower"
    )
