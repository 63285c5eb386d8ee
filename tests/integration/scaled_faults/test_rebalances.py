"""Workers of classify and route that come and go while posts come in, slow at first each time."""

from contextlib import ExitStack
from random import Random

import pytest

from tests.integration.scaled_faults.deadly_service import PROGRAM, SLOW_SECONDS
from tests.integration.scaled_faults.living import Living
from tests.service_process import Service
from tests.simulation.seeds import long_share_of

pytestmark = pytest.mark.scaled

STAY_SECONDS = 5.0
SLOW = {SLOW_SECONDS: "3"}
ROUNDS = 4
LONG_ROUNDS = 12
KILLED_SHARE = 0.5


def passing(living: Living, name: str, number: int, stack: ExitStack) -> Service:
    """Start one more worker of a stage, in the group beside the one that stays.

    Without a name of its own it leaves the group when it ends; Faust's workers always have one.
    """
    env = {**living.body.env, **SLOW}
    options: tuple[str, ...] = ()
    if name == "classify":
        options = ("--runner", living.runner)
        if living.runner == "faust":
            env["MERCAT_INSTANCE"] = f"{name}-passing-{number}"
    service = Service(name, living.body.folder, *options, env=env, program=PROGRAM)
    return stack.enter_context(service)


def storm(living: Living, random: Random, rounds: int, killed_share: float) -> None:
    """Have workers come every few seconds and go, some killed and some told to."""
    living.start("classify", **SLOW)
    with living.feeder, ExitStack() as stack:
        for number in range(rounds):
            workers = [passing(living, "classify", number, stack)]
            if number % 2:
                workers.append(passing(living, "route", number, stack))
            living.stays(STAY_SECONDS)
            for worker in workers:
                if random.random() < killed_share and worker.running:
                    worker.kill()
                else:
                    worker.stop()
        living.fed(20)
    living.settle()


@pytest.mark.parametrize("runner", ["kafka", pytest.param("faust", marks=pytest.mark.long)])
def test_a_storm_of_rebalances_loses_and_doubles_nothing(
    living: Living, seed: int, runner: str
) -> None:
    """Partitions move all the time, and each worker is slow when it has just got some."""
    living.at_work(runner)

    storm(living, Random(seed), ROUNDS, 0.0)

    assert [] == living.breaches()


@pytest.mark.long
@pytest.mark.parametrize("runner", ["kafka", "faust"])
def test_a_long_storm_of_rebalances_loses_and_doubles_nothing(
    living: Living, seed: int, runner: str
) -> None:
    """The same for a minute and more."""
    living.at_work(runner)

    storm(living, Random(seed), long_share_of(LONG_ROUNDS), KILLED_SHARE)

    assert [] == living.breaches()
