"""How soon a Mercat that ran before is at work again: from the command to its first routed post."""

import time
from pathlib import Path
from typing import Final

from bench.embedded_town import running_town, town_folder
from bench.figures import Figure, median
from bench.file_posts import post_file, town_rows
from bench.http_run import mercat_run, set_sources
from bench.plan import DELIVERY_POSTS, Sizes
from bench.progress import Say
from services.town.rows import row_line

START_AIM_SECONDS: Final = 3.0
_REPLAY: Final = {"kind": "replay", "name": "news", "path": "news.jsonl", "pace": "flat-out"}


def measure(sizes: Sizes, say: Say) -> tuple[Figure, ...]:
    """Return the median of some starts, and the slowest of them."""
    with town_folder() as folder:
        _fill(folder, sizes.start_posts, say)
        set_sources(folder, [_REPLAY])
        say(f"{sizes.starts} starts")
        seconds = _start_seconds(folder, sizes)
    note = (
        f"`mercat run` on a folder that holds {sizes.start_posts:,} posts, from the command to its "
        f"first new post on the front page; {sizes.starts} starts"
    )
    return (
        Figure(
            "warm_start",
            "s",
            note + ", median",
            value=median(seconds),
            aim=START_AIM_SECONDS,
            better="lower",
        ),
        Figure("warm_start_slowest", "s", note + ", slowest", value=max(seconds), better="lower"),
    )


def _fill(folder: Path, count: int, say: Say) -> None:
    say(f"filling a folder with {count:,} posts")
    with post_file(count, DELIVERY_POSTS) as posts, running_town(folder) as town:
        town.hand_in_all(posts.deliveries())
        town.drain()


def _start_seconds(folder: Path, sizes: Sizes) -> list[float]:
    """Start again and again, each time with one line more to read; the first start is not timed."""
    news = folder / str(_REPLAY["path"])
    routed = sizes.start_posts
    taken: list[float] = []
    for row in town_rows(sizes.starts + 1, "news"):
        with news.open("ab") as file:
            file.write(row_line(row))
        begun = time.perf_counter()
        with mercat_run(folder) as run:
            routed += 1
            run.wait_routed(routed)
            taken.append(time.perf_counter() - begun)
    return taken[1:]
