"""The services together: how long a post waits at a steady rate, and how an outage is caught up.

The measuring process is the door: it admits posts at fixed moments. A post is routed when the
relay's event is in Kafka, by Kafka's own time stamp: later than its team has it in the database.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Final

from bench.arrivals import Schedule
from bench.errors import MeasurementError
from bench.figures import Figure, percentile
from bench.file_posts import post_file, town_intakes
from bench.progress import Say
from bench.scaled.feed import LEAD_SECONDS, Feed
from bench.scaled.routed_events import RoutedEvents
from bench.scaled.service_town import ServiceTown, cpu_figures, service_town
from bench.scaled.sizes import ScaledSizes
from services.bootstrap_ingest_service import DOOR_GATHER_SECONDS
from services.bootstrap_listening import count_door
from services.ingest.door_stage import DoorStage
from services.runtime.embedded_door import DoorRunner
from services.runtime.step import Intake
from tests.kafka_server import KafkaServer

STEADY_PER_SECOND: Final = 500
OUTAGE_PER_SECOND: Final = 1_000
WAIT_P99_AIM_MS: Final = 1_000.0
WARM_SECONDS: Final = 5
CAUGHT_UP_OUTAGES_MAX: Final = 5
"""After so many times the outage's length it is given up."""
LOOK_SECONDS: Final = 0.1
POSTS_READ: Final = 100
RUNNERS: Final = ("faust", "kafka")
"""What classify runs on: the first is what a body has that says nothing else."""


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """How an outage was caught up, and what each service had spent before and after."""

    took_seconds: float
    posts: int
    cpu_before: Mapping[str, float]
    cpu_after: Mapping[str, float]


def services_of(runner: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the services of the flow and what each is started with."""
    return (("relay", ()), ("classify", ("--runner", runner)), ("route", ()))


def measure_steady(broker: KafkaServer, sizes: ScaledSizes, say: Say) -> tuple[Figure, ...]:
    """Return percentiles of the wait from accepted to routed at 500 posts a second, and the CPU."""
    rate, seconds = STEADY_PER_SECOND, sizes.steady_seconds
    posts = list(town_intakes(rate * (seconds + WARM_SECONDS)))
    with _running(broker.servers) as (town, door), RoutedEvents(town.kafka) as routed:
        _hand_in(door, posts[: rate * WARM_SECONDS], rate)
        routed.wait(rate * WARM_SECONDS)
        say(f"{rate} posts a second for {seconds} s, each handed in alone")
        before, disk = town.cpu_seconds(), _disk(broker, town)
        _hand_in(door, posts[rate * WARM_SECONDS :], rate)
        waits_ms = routed.wait(rate * seconds)
        after, disk_after = town.cpu_seconds(), _disk(broker, town)
    note = f"{rate} posts a second for {seconds} s, one by one at fixed moments"
    return (
        *(
            Figure(
                f"scaled_accepted_to_routed_p{share * 100:g}",
                "ms",
                note + "; from the door to posts.routed.v1 in Kafka",
                value=percentile(waits_ms, share),
                aim=WAIT_P99_AIM_MS if share == 0.99 else None,
                better="lower",
            )
            for share in (0.5, 0.99, 1.0)
        ),
        *cpu_figures(before, after, rate * seconds, note),
        *_disk_figures(disk, disk_after, rate * seconds, note),
    )


def measure_outage(broker: KafkaServer, sizes: ScaledSizes, say: Say) -> tuple[Figure, ...]:
    """Return how long it takes to catch up an outage of classify and route, by either runner."""
    return tuple(
        figure
        for runner in RUNNERS
        for figure in _outage_figures(runner, sizes, _outage(broker, runner, sizes, say))
    )


def _outage(broker: KafkaServer, runner: str, sizes: ScaledSizes, say: Say) -> CaughtUp:
    rate, seconds = OUTAGE_PER_SECOND, sizes.outage_seconds
    warm, missed = rate * WARM_SECONDS, rate * seconds
    count = warm + missed * (1 + CAUGHT_UP_OUTAGES_MAX)
    with (
        post_file(count, POSTS_READ) as file,
        _running(broker.servers, runner) as (town, door),
        RoutedEvents(town.kafka) as routed,
    ):
        posts = (post for delivery in file.deliveries() for post in delivery)
        _hand_in(door, list(islice(posts, warm)), rate)
        routed.wait(warm)
        for name in ("classify", "route"):
            town.kill(name)
        say(f"classify on {runner} and route are gone for {seconds} s at {rate} posts a second")
        _hand_in(door, list(islice(posts, missed)), rate)
        for name, arguments in services_of(runner):
            if name in ("classify", "route"):
                town.start(name, name, *arguments)
        before = town.cpu_seconds()
        with Feed(door, posts, rate) as feed:
            took_seconds, got = _caught_up(feed, routed, missed, rate)
        return CaughtUp(took_seconds, got, before, town.cpu_seconds())


def _caught_up(feed: Feed, routed: RoutedEvents, missed: int, rate: int) -> tuple[float, int]:
    """Wait until no more than a second's posts wait; return how long, and how many went through."""
    begun, got = time.perf_counter(), 0
    while True:
        got += routed.count_now()
        took_seconds = time.perf_counter() - begun
        waiting = missed + feed.count() - got
        if waiting <= rate:
            return took_seconds, got
        if feed.count() == missed * CAUGHT_UP_OUTAGES_MAX:
            raise MeasurementError(f"{waiting} posts still wait {took_seconds:.0f} s on")
        time.sleep(LOOK_SECONDS)


def _outage_figures(runner: str, sizes: ScaledSizes, found: CaughtUp) -> Iterator[Figure]:
    seconds = sizes.outage_seconds
    note = (
        f"classify on {runner}; {seconds} s without classify and route while {OUTAGE_PER_SECOND} "
        "posts a second came in, and went on coming in; until no more than a second's posts wait"
    )
    suffix = "" if runner == RUNNERS[0] else f"_{runner}"
    took_seconds, rate = found.took_seconds, found.posts / found.took_seconds
    yield Figure(
        f"outage_caught_up{suffix}",
        "s",
        note,
        value=took_seconds,
        aim=float(seconds),
        better="lower",
    )
    yield Figure(f"outage_rate{suffix}", "posts/s", f"{note}; through everything", value=rate)
    for figure in cpu_figures(found.cpu_before, found.cpu_after, found.posts, note):
        yield replace(figure, name=f"outage_{figure.name}{suffix}")


def _disk(broker: KafkaServer, town: ServiceTown) -> tuple[int, int]:
    """Return the bytes that the broker and the database take."""
    files = (path for path in broker.folder.rglob("*.log") if path.is_file())
    return sum(path.stat().st_size for path in files), town.database_bytes()


def _disk_figures(
    before: tuple[int, int], after: tuple[int, int], posts: int, note: str
) -> Iterator[Figure]:
    for name, first, last, what in (
        ("kafka_disk", before[0], after[0], "all topics of a post, one copy, compressed"),
        ("postgres_disk", before[1], after[1], "rows and indices, with what vacuum has not taken"),
    ):
        value = (last - first) / posts
        yield Figure(name, "bytes/post", f"{note}; {what}", value=value, better="lower")


@contextmanager
def _running(servers: str, runner: str = RUNNERS[0]) -> Iterator[tuple[ServiceTown, DoorRunner]]:
    with service_town(servers) as town:
        for name, arguments in services_of(runner):
            town.start(name, name, *arguments)
        scaled = town.foundation()
        stage = DoorStage()
        door = DoorRunner(
            stage,
            store=scaled.journal.store,
            journal=scaled.journal,
            clock=scaled.clock,
            batch_max=town.settings.listening.batch_max,
            linger_seconds=town.settings.listening.door_linger_ms / 1_000,
            committed=partial(count_door, scaled.metrics, stage),
            gather_seconds=DOOR_GATHER_SECONDS,
        )
        door.start()
        try:
            yield town, door
        finally:
            door.stop()
            scaled.close()


def _hand_in(door: DoorRunner, posts: Sequence[Intake], rate: int) -> None:
    """Hand posts in at fixed moments, and return once all are accepted."""
    schedule = Schedule(time.perf_counter() + LEAD_SECONDS, rate, len(posts))
    futures = [
        door.deliver([posts[number]]) for number in schedule.due(time.perf_counter, time.sleep)
    ]
    for future in futures:
        future.result()
