"""The broker and the database are killed, cut off, deafened and slowed while posts come in."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from random import Random

import pytest

from tests.conftest import absent
from tests.integration.scaled_faults.apart import Apart
from tests.integration.scaled_faults.conftest import Grounds
from tests.integration.scaled_faults.living import Living, until
from tests.simulation.seeds import long_share_of

pytestmark = pytest.mark.scaled

POSTS_BETWEEN_MAX = 80
POSTS_IN_CALL_MAX = 4
LONG_SECONDS = 75


@pytest.mark.parametrize("runner", ["kafka", pytest.param("faust", marks=pytest.mark.long)])
def test_a_broker_killed_under_load_costs_repeats_at_most(
    living: Living, grounds: Grounds, seed: int, runner: str
) -> None:
    """Posts come in all the while, and go on once it is back."""
    moments = Random(seed)
    living.at_work(runner)

    with living.feeder:
        for _ in range(2 if runner == "kafka" else 1):
            living.fed(moments.randint(10, POSTS_BETWEEN_MAX))
            grounds.kafka.kill()
            living.fed(moments.randint(10, POSTS_BETWEEN_MAX))
            grounds.kafka.restart()
    living.settle()

    assert [] == living.breaches()


def kill_the_database(living: Living, grounds: Grounds, moments: Random, times: int) -> None:
    """Kill the database's server again and again while posts come in."""
    with living.feeder:
        for _ in range(times):
            living.fed(moments.randint(1, POSTS_BETWEEN_MAX))
            grounds.postgres.kill()
            grounds.postgres.restart()
    living.settle()


def test_a_database_killed_in_its_commits_loses_and_doubles_nothing(
    living: Living, grounds: Grounds, seed: int
) -> None:
    """What was acknowledged is there; what nobody can tell of is settled, not guessed."""
    living.at_work()

    kill_the_database(living, grounds, Random(seed), 2)

    assert [] == living.breaches()


@pytest.mark.long
def test_a_database_killed_twenty_times_loses_and_doubles_nothing(
    living: Living, grounds: Grounds, seed: int
) -> None:
    """The same for longer."""
    living.at_work()

    kill_the_database(living, grounds, Random(seed), long_share_of(20))

    assert [] == living.breaches()


def apart_of(grounds: Grounds) -> Apart:
    """Return the line to the broker, or skip where none can be made."""
    if grounds.apart is None:
        absent("network namespaces cannot be made here (needs root and iproute2)")
    assert grounds.apart is not None
    return grounds.apart


def lived_through(
    living: Living, fault: Callable[[], AbstractContextManager[None]], seconds: float
) -> None:
    """Feed posts through a fault of the line, and let everything come to rest after it."""
    with living.feeder:
        living.fed(20)
        with fault():
            living.fed(50)
            living.stays(seconds)
        living.fed(20)
    living.settle()


FAULTS = {
    "nothing passes": (Apart.cut, 20),
    "no answer comes back": (Apart.deaf, 10),
    "late, and much is lost": (Apart.slow, 10),
}
"""What befalls the line to the broker, and for how many seconds."""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broker_beyond_a_broken_line_loses_nothing(
    living: Living, grounds: Grounds, fault: str
) -> None:
    """Ingest takes posts in all the while, and once the line is whole the rest catches up."""
    apart = apart_of(grounds)
    living.at_work()
    befall, seconds = FAULTS[fault]

    lived_through(living, partial(befall, apart), seconds)

    assert [] == living.breaches()


@pytest.mark.long
@pytest.mark.parametrize("runner", ["kafka", "faust"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_line_broken_for_longer_loses_nothing(
    living: Living, grounds: Grounds, fault: str, runner: str
) -> None:
    """Longer than any client waits: what gives up comes back."""
    apart = apart_of(grounds)
    living.at_work(runner)
    befall, _ = FAULTS[fault]

    lived_through(living, partial(befall, apart), long_share_of(LONG_SECONDS))

    assert [] == living.breaches()


def test_nothing_is_acknowledged_while_the_database_is_away(
    living: Living, grounds: Grounds
) -> None:
    """Ingest says to come again, and takes the same call later."""
    living.at_work()

    with living.feeder:
        living.fed(5)
        grounds.postgres.kill()
        before, put_off = living.feeder.count, living.feeder.put_off
        until(lambda: living.feeder.put_off > put_off, "ingest says to come again")
        during = living.feeder.count
        grounds.postgres.restart()
        living.fed(5)
    living.settle()

    # One call may have been in hand.
    assert during - before <= POSTS_IN_CALL_MAX
    assert [] == living.breaches()
