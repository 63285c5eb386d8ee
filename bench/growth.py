"""What the millionth post costs beside the ten-thousandth: time, memory, disk, metrics."""

import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from bench.embedded_town import running_town, town_folder
from bench.figures import Figure, median
from bench.file_posts import PostFile, post_file
from bench.plan import DELIVERY_POSTS, Sizes
from bench.progress import Say
from bench.system_processes import Usage, tree_usage
from services.runtime.system_clock import SystemClock
from services.settings import DATABASE_NAME
from services.store.sqlite_journal import SqliteJournal

RSS_AIM_MB: Final = 600
SERIES_MAX: Final = 3_000
"""So many series a Prometheus is to keep of a body, however much it heard."""
BLOCKS_COMPARED: Final = 3
_SAY_EVERY_BLOCKS: Final = 10


def measure(sizes: Sizes, say: Say) -> tuple[Figure, ...]:
    """Return late and early rate, memory, bytes a post, the time to open, and series of metrics."""
    count, block_posts = sizes.growth_posts, sizes.growth_block_posts
    say(f"making {count:,} posts")
    with town_folder() as folder, post_file(count, DELIVERY_POSTS) as posts:
        rates, usage, series = _rates(folder, posts, block_posts, say)
        file_bytes = sum(path.stat().st_size for path in folder.glob(f"{DATABASE_NAME}*"))
        say("opening it again")
        open_seconds = _open_seconds(folder / DATABASE_NAME)
    early, late = median(rates[:BLOCKS_COMPARED]), median(rates[-BLOCKS_COMPARED:])
    note = f"{count:,} posts in blocks of {block_posts:,}, each until nothing waits"
    ends = f"the median of the {BLOCKS_COMPARED} {{}} blocks"
    figures = [
        Figure("early_rate", "posts/s", f"{note}; {ends.format('first')}", value=early),
        Figure("late_rate", "posts/s", f"{note}; {ends.format('last')}", value=late),
        Figure(
            "late_to_early",
            "of early rate",
            f"{note}; late_rate as a share of early_rate",
            ratio=late / early,
            aim=0.8,
            floor=sizes.growth_floor,
        ),
        Figure("bytes_per_post", "B", f"{note}; the database's size", value=file_bytes / count),
        Figure(
            "open_seconds",
            "s",
            f"{note}; opening and checking the database of {file_bytes / 1e6:,.0f} MB afterwards",
            value=open_seconds,
            better="lower",
        ),
        Figure(
            "metric_series",
            "series",
            f"{note}; what /metrics tells at the end, line by line",
            value=series,
            aim=SERIES_MAX,
            better="lower",
        ),
        Figure(
            "series_budget",
            "of series told",
            f"{note}; the {SERIES_MAX:,} series there may be, beside those there are",
            ratio=SERIES_MAX / series,
            aim=1.0,
            floor=1.0,
        ),
    ]
    if usage is not None:
        figures.insert(
            3,
            Figure(
                "memory",
                "MB",
                f"{note}; resident memory of all processes at the end",
                value=usage.rss_bytes / 1e6,
                aim=RSS_AIM_MB,
                better="lower",
            ),
        )
    return tuple(figures)


def _rates(
    folder: Path, posts: PostFile, block_posts: int, say: Say
) -> tuple[Sequence[float], Usage | None, int]:
    """Return the posts a second of each block; what the processes use, and tell, at the end."""
    rates: list[float] = []
    deliveries = posts.deliveries()
    with running_town(folder) as town:
        while block := list(islice(deliveries, block_posts // DELIVERY_POSTS)):
            begun = time.perf_counter()
            town.hand_in_all(block)
            town.drain()
            rates.append(sum(map(len, block)) / (time.perf_counter() - begun))
            if len(rates) % _SAY_EVERY_BLOCKS == 0:
                say(f"{len(rates) * block_posts:,} posts, {rates[-1]:,.0f} a second now")
        told = town.embedded.metrics.registry.collect()
        return rates, tree_usage(), sum(len(family.samples) for family in told)


def _open_seconds(database: Path) -> float:
    begun = time.perf_counter()
    SqliteJournal(database, SystemClock()).close()
    return time.perf_counter() - begun
