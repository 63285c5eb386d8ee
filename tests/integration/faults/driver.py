"""A process of Mercat's that feeds itself numbered items, and dies where it was told to."""

import fcntl
import logging
import os
import signal
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

import structlog

from services.classify.stage import ClassifyStage
from services.runtime.clock import to_epoch_ms
from services.runtime.failpoints import order_at_failpoints
from services.runtime.system_clock import SystemClock
from tests.integration.faults.numbered import items
from tests.integration.faults.rig import ANSWER_SECONDS_MAX, Rig
from tests.simulation.stages import LANGUAGES, quick_classifier

IN_FLIGHT_MAX: Final = 6
CHILD_LOCK: Final = "child.lock"
CHILD_DIED: Final = "child.died"


@dataclass(frozen=True, slots=True)
class Order:
    """What a process is to do: feed the numbers from `first` on, a few each time, and end.

    At the `hit`-th time it reaches the place `kill_at` it kills itself. `in_child` has a worker
    child; `prune_first` prunes before anything is fed.
    """

    folder: Path
    first: int
    end: int
    kill_at: str | None = None
    hit: int = 1
    in_child: bool = False
    prune_first: bool = False


def drive(order: Order, told: Connection) -> None:
    """Carry an order out; sends each number once the item is acknowledged, and None at the end."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    if order.kill_at and not order.kill_at.startswith("child."):
        order_at_failpoints(deadly(order.kill_at, order.hit))
    rig = Rig(
        order.folder,
        SystemClock(),
        build_child=partial(build_in_child, order) if order.in_child else None,
    )
    if order.prune_first:
        rig.prune(to_epoch_ms(SystemClock().now()) + 1)
    rig.start()
    feed(rig, order, told)
    rig.drain()
    # No clean end: the next process takes over from one that just stopped being there.
    told.send(None)


def feed(rig: Rig, order: Order, told: Connection) -> None:
    """Hand numbered items in, several deliveries in flight, one to three items in each."""
    waiting: deque[tuple[range, Future[None]]] = deque()
    number = order.first
    while number < order.end or waiting:
        if number < order.end and len(waiting) < IN_FLIGHT_MAX:
            numbers = range(number, min(order.end, number + 1 + number % 3))
            waiting.append((numbers, rig.deliver(items(numbers))))
            number = numbers.stop
            continue
        numbers, answer = waiting.popleft()
        answer.result(ANSWER_SECONDS_MAX)
        for each in numbers:
            told.send(each)


def deadly(
    name: str, hit: int, before: Callable[[], object] = lambda: None
) -> Callable[[str], None]:
    """Return what kills this process at the n-th time it reaches a place."""
    hits_left = hit

    def order(reached: str) -> None:
        nonlocal hits_left
        if reached == name:
            hits_left -= 1
            if hits_left == 0:
                before()
                os.kill(os.getpid(), signal.SIGKILL)

    return order


class HoldingStage(ClassifyStage):
    """A classify stage that holds a file's lock as long as its process lives."""

    def __init__(self, lock_path: Path) -> None:
        super().__init__(quick_classifier(), LANGUAGES)
        self._lock = lock_path.open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)


def build_in_child(order: Order) -> ClassifyStage:
    """Build the stage in a worker child, which dies once if it was ordered to."""
    stage = HoldingStage(order.folder / CHILD_LOCK)
    died = order.folder / CHILD_DIED
    if order.kill_at and order.kill_at.startswith("child.") and not died.exists():
        order_at_failpoints(deadly(order.kill_at, order.hit, died.touch))
    return stage
