"""kill -9 at moments nobody chose, while a town speaks: a few times, or two hundred."""

from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from services.house.faults import Fault
from tests.integration.faults.processes import KILLED
from tests.integration.faults.speaking_driver import CYCLE_DEEDS
from tests.integration.faults.speaking_rig import SpeakingRig, copied, settle, wrong_with
from tests.simulation.checkers_speaking import speaking_breaches
from tests.simulation.seeds import long_share_of

LIFE_SECONDS_MAX = 0.9
FAR_END = 1_000_000
IN_CHILD_SHARE = 0.1
FAULTS: tuple[Fault, ...] = ("time-out-before", "time-out-after", "failure-before", "failure-after")
FAULT_SHARE = 0.1
PLAN_REQUESTS = 40
WAYS = {
    "keys and reading back": {"takes_keys": True, "reads_back": True},
    "reading back alone": {"takes_keys": False, "reads_back": True},
    "keys alone": {"takes_keys": True, "reads_back": False},
    "neither": {"takes_keys": False, "reads_back": False},
}


def planned(random: Random, way: Mapping[str, bool]) -> dict[str, Any]:
    """Return a plan for the platform: some requests fail, and nobody is told how."""
    plan = [
        random.choice(FAULTS) if random.random() < FAULT_SHARE else "none"
        for _ in range(PLAN_REQUESTS)
    ]
    return {**way, "plan": plan}


def kill_again_and_again(
    rig: SpeakingRig, random: Random, kills: int, way: Mapping[str, bool]
) -> None:
    """Start and kill a process many times, each with other trouble on the platform."""
    for _ in range(kills):
        in_child = random.random() < IN_CHILD_SHARE
        seconds = random.uniform(0.0, LIFE_SECONDS_MAX) + in_child
        faults = planned(random, way)
        life = rig.live(FAR_END, seconds, house_faults=faults, rules_in_child=in_child)
        assert KILLED == life.exit_code


def nothing_is_wrong_after(
    rig: SpeakingRig, random: Random, kills: int, way: Mapping[str, bool]
) -> None:
    """Kill many times, let one process come to rest, and a person settle what nobody could tell."""
    kill_again_and_again(rig, random, kills, way)
    end = (max(rig.done, default=0) // CYCLE_DEEDS + 2) * CYCLE_DEEDS
    calm = {**way, "plan": []}

    remains = rig.finish(end, house_faults=calm)

    assert [] == speaking_breaches(remains)
    in_doubt = [act for act, row in remains.rows["sendings"].items() if row["state"] == "unknown"]
    assert not (in_doubt and way["reads_back"])
    for act in in_doubt:
        settle(rig, remains, act)
    assert [] == wrong_with(rig.finish(end, house_faults=calm), range(end))


@pytest.mark.parametrize("way", WAYS)
def test_kills_at_random_say_everything_once(
    town_place: Path, tmp_path: Path, seed: int, way: str
) -> None:
    """What was approved is in public, once, in order, and the audit tells how it came there."""
    nothing_is_wrong_after(copied(town_place, tmp_path / "town"), Random(seed), 4, WAYS[way])


@pytest.mark.long
@pytest.mark.parametrize("way", WAYS)
def test_two_hundred_kills_at_random_say_everything_once(
    town_place: Path, tmp_path: Path, seed: int, way: str
) -> None:
    """The same for a night: fifty kills for each way of telling what a platform took."""
    rig = copied(town_place, tmp_path / "town")
    nothing_is_wrong_after(rig, Random(seed), long_share_of(50), WAYS[way])
