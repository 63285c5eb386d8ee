"""kill -9 at moments nobody chose, one folder throughout: fifty times, or five hundred."""

from pathlib import Path
from random import Random

import pytest

from tests.integration.faults.driver import Order
from tests.integration.faults.numbered import items
from tests.integration.faults.processes import KILLED, live
from tests.integration.faults.rig import DATABASE
from tests.simulation.checkers import breaches
from tests.simulation.remains import remains_in_file
from tests.simulation.seeds import long_share_of

LIFE_SECONDS_MAX = 0.15
FAR_END = 10_000_000
BACK_MAX = 8


def kill_again_and_again(folder: Path, random: Random, kills: int) -> list[int]:
    """Start and kill a process many times; return what all of them acknowledged.

    Each hands in again what the one before it had no answer for, and a little of what it had.
    """
    acknowledged: list[int] = []
    for _ in range(kills):
        next_number = max(acknowledged, default=-1) + 1
        first = max(0, next_number - random.randrange(BACK_MAX))
        life = live(Order(folder, first, FAR_END), random.uniform(0.0, LIFE_SECONDS_MAX))
        assert KILLED == life.exit_code
        acknowledged += life.acknowledged
    return acknowledged


def nothing_is_wrong_after(folder: Path, random: Random, kills: int) -> None:
    """Kill many times, let one process finish in peace, and check what is left."""
    acknowledged = kill_again_and_again(folder, random, kills)
    fed = max(acknowledged) + 1
    last = live(Order(folder, max(0, fed - BACK_MAX), fed + BACK_MAX))
    remains = remains_in_file(folder / DATABASE)

    assert last.finished
    assert [] == breaches(remains, items([*acknowledged, *last.acknowledged]))
    assert {*range(fed + BACK_MAX)} == {*acknowledged, *last.acknowledged}
    assert len({*acknowledged}) > kills


def test_fifty_kills_at_random_lose_and_double_nothing(tmp_path: Path, seed: int) -> None:
    """What was acknowledged is there, once, in order, and the last process catches up."""
    nothing_is_wrong_after(tmp_path, Random(seed), 50)


@pytest.mark.long
def test_five_hundred_kills_at_random_lose_and_double_nothing(tmp_path: Path, seed: int) -> None:
    """The same for a night."""
    nothing_is_wrong_after(tmp_path, Random(seed), long_share_of(500))
