"""How many posts a second go from the door to a committed assignment, and beside the bare handlers.

Both are measured over the same posts in one run, in rounds by turns: the handlers over a block of
posts, then the whole flow over the same block. The middle round's ratio counts, so that a machine
that is busy with something else for a moment does not decide.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from bench.bare_handlers import BareHandlers, BareSeconds
from bench.embedded_town import RunningTown, running_town, town_folder
from bench.figures import Figure, median
from bench.file_posts import PostFile, post_file
from bench.plan import DELIVERY_POSTS, RATE_AIM, ROUND_POSTS, Sizes
from bench.progress import Say
from services.runtime.step import Intake

BARE_AIM: Final = 0.7
BARE_FLOOR: Final = 0.55
WARM_DELIVERIES: Final = 4


@dataclass(frozen=True, slots=True)
class Round:
    """The seconds that one block of posts took: bare, until accepted, until routed."""

    bare: BareSeconds
    accepted_seconds: float
    routed_seconds: float


def measure(sizes: Sizes, say: Say) -> tuple[Figure, ...]:
    """Return the rates of the flow and of the handlers, and the one as a share of the other."""
    count = sizes.throughput_posts
    say(f"making {count:,} posts")
    made = count + WARM_DELIVERIES * DELIVERY_POSTS
    with town_folder() as folder, post_file(made, DELIVERY_POSTS) as posts:
        rounds = list(_rounds(folder, posts, say))
    assert len(rounds) * ROUND_POSTS == count, "the rounds make up the run"
    routed_rate = count / sum(each.routed_seconds for each in rounds)
    bare_rate = count / sum(each.bare.all for each in rounds)
    accepted_rate = count / sum(each.accepted_seconds for each in rounds)
    ratio = median([each.bare.all / each.routed_seconds for each in rounds])
    later_ratio = median([each.bare.later / each.routed_seconds for each in rounds])
    note = f"{count:,} posts in {len(rounds)} rounds, in deliveries of {DELIVERY_POSTS}; "
    return (
        Figure(
            "routed_rate",
            "posts/s",
            note + "from a round's first delivery until nothing waits; synchronous=FULL, one "
            "process and its classify worker",
            value=routed_rate,
            aim=RATE_AIM,
        ),
        Figure(
            "bare_handlers_rate",
            "posts/s",
            note + "door, classify and route in a plain loop in one process, no codec, no log",
            value=bare_rate,
        ),
        Figure(
            "routed_to_bare",
            "of bare handlers",
            note + "the flow's rate as a share of the bare handlers', in the middle round",
            ratio=ratio,
            aim=BARE_AIM,
            floor=BARE_FLOOR,
        ),
        Figure(
            "routed_to_classify_and_route",
            "of two handlers",
            note + "the same beside classify's and route's handlers alone, without the door's",
            ratio=later_ratio,
        ),
        Figure(
            "accepted_rate",
            "posts/s",
            note + "until a round's last post was on disk at the door",
            value=accepted_rate,
        ),
    )


def _rounds(folder: Path, posts: PostFile, say: Say) -> Iterator[Round]:
    """Yield each round's times; the first few deliveries warm both up and are not timed."""
    bare = BareHandlers(folder)
    deliveries = posts.deliveries()
    with running_town(folder) as town:
        _round(bare, town, list(islice(deliveries, WARM_DELIVERIES)))
        while block := list(islice(deliveries, ROUND_POSTS // DELIVERY_POSTS)):
            found = _round(bare, town, block)
            say(f"a round of {ROUND_POSTS:,} posts in {found.routed_seconds:.1f} s")
            yield found


def _round(bare: BareHandlers, town: RunningTown, block: Sequence[Sequence[Intake]]) -> Round:
    handlers = bare.seconds(block)
    begun = time.perf_counter()
    town.hand_in_all(block)
    accepted_seconds = time.perf_counter() - begun
    town.drain()
    return Round(handlers, accepted_seconds, time.perf_counter() - begun)
