"""kill -9 of services at moments nobody chose, and of the relay at each of its steps."""

from random import Random

import pytest

from services.runtime.failpoints import SCALED_FAILPOINTS
from tests.integration.scaled_faults.deadly_service import DIE_AT
from tests.integration.scaled_faults.living import Living, until
from tests.simulation.seeds import long_share_of

pytestmark = pytest.mark.scaled

VICTIMS = ("classify", "route", "relay", "ingest", "classify", "route")
STEPS = {
    "relay": SCALED_FAILPOINTS,
    "ingest": ("log.commit.before", "log.commit.after"),
    "classify": ("classify.commit.before", "classify.commit.after"),
    "route": ("cursor.move.after", "log.commit.after"),
}
"""Where each service dies: for the relay, between send and mark too."""
POSTS_BETWEEN_MAX = 60


def killed_again_and_again(living: Living, random: Random, kills: int) -> None:
    """Kill one service after another while posts come in, each at a moment of chance."""
    victims = [*VICTIMS] * (kills // len(VICTIMS) + 1)
    with living.feeder:
        for victim in random.sample(victims[:kills], kills):
            living.fed(random.randint(1, POSTS_BETWEEN_MAX))
            living.kill(victim)
            living.tend()
    living.settle()


@pytest.mark.parametrize("runner", ["kafka", "faust"])
def test_kills_at_random_lose_and_double_nothing(living: Living, seed: int, runner: str) -> None:
    """Whoever dies goes on where it was, and every post is with its team, once, in order."""
    living.at_work(runner)

    killed_again_and_again(living, Random(seed), 6 if runner == "kafka" else 3)

    assert [] == living.breaches()


@pytest.mark.long
@pytest.mark.parametrize("runner", ["kafka", "faust"])
def test_fifty_kills_at_random_lose_and_double_nothing(
    living: Living, seed: int, runner: str
) -> None:
    """The same for longer."""
    living.at_work(runner)

    killed_again_and_again(living, Random(seed), long_share_of(50))

    assert [] == living.breaches()


@pytest.mark.parametrize("name", STEPS)
def test_a_service_killed_at_each_of_its_steps_loses_and_doubles_nothing(
    living: Living, seed: int, name: str
) -> None:
    """What it had done and not yet told of is known when it comes again: repeats at most."""
    moments = Random(seed)
    living.at_work()

    with living.feeder:
        for place in STEPS[name]:
            service = living.start(name, **{DIE_AT: f"{place}:{moments.randint(1, 5)}"})
            until(lambda: not service.running, f"{name} dies at {place}")  # noqa: B023 - at once
        living.tend()
        living.fed(10)
    living.settle()

    assert [] == living.breaches()
