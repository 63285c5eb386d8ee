"""Posts that go on coming in, whatever the measuring process does meanwhile."""

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any, cast

import pytest

from bench.errors import MeasurementError
from bench.scaled.feed import Feed
from services.runtime.embedded_door import DoorRunner
from services.runtime.errors import OverloadedError
from services.runtime.step import Intake
from tests.fakes import wait_until

RATE = 100_000


class FakeDoor:
    """Takes posts until it has enough."""

    def __init__(self, enough: int) -> None:
        self.taken: list[Any] = []
        self._enough = enough

    def deliver(self, intakes: Sequence[Intake]) -> "Future[None]":
        """Take posts in, or refuse them."""
        if len(self.taken) >= self._enough:
            raise OverloadedError("too many wait already")
        self.taken.extend(intakes)
        done: Future[None] = Future()
        done.set_result(None)
        return done


def feed(door: FakeDoor, count: int) -> Feed:
    """Return a feed of some posts, all due at once as far as a test can tell."""
    posts: Any = iter(range(count))
    return Feed(cast("DoorRunner", door), posts, RATE)


def test_posts_come_in_while_nobody_asks() -> None:
    """Each is handed in alone, in order, until there are no more."""
    door = FakeDoor(1_000)

    with feed(door, 40) as coming:
        wait_until(lambda: len(door.taken) == 40)

    assert list(range(40)) == door.taken
    assert 40 == coming.count()


def test_a_door_that_refuses_ends_the_measurement() -> None:
    """A figure from posts that never came in would be none."""
    door = FakeDoor(3)
    coming = feed(door, 40).__enter__()
    wait_until(lambda: coming._error is not None)

    with pytest.raises(MeasurementError, match="too many wait"):
        coming.count()

    with pytest.raises(MeasurementError, match="too many wait"):
        coming.__exit__(None, None, None)
    assert 3 == len(door.taken)
