"""Compressed days of a town that speaks, under faults: what was promised holds, whatever comes."""

from pathlib import Path

import pytest

from tests.simulation.checkers_speaking import speaking_breaches
from tests.simulation.seeds import long_share_of
from tests.simulation.speaking_day import DayTally, SpeakingDay
from tests.simulation.speaking_remains import SpeakingRemains, speaking_remains

WAYS = {
    "keys and reading back": (True, True),
    "reading back alone": (False, True),
    "keys alone": (True, False),
    "neither": (False, False),
}


def lived(place: Path, seed: int, steps: int, way: str) -> tuple[DayTally, SpeakingRemains]:
    """Return how a day went and what it left."""
    place.mkdir(exist_ok=True)
    takes_keys, reads_back = WAYS[way]
    day = SpeakingDay(place, seed, takes_keys=takes_keys, reads_back=reads_back)
    day.run(steps)
    return day.tally, speaking_remains(day.close())


@pytest.mark.parametrize("way", WAYS)
def test_a_day_of_faults_keeps_every_promise(tmp_path: Path, seed: int, way: str) -> None:
    """Deaths, outages, halts and changes of mind send nothing twice, late or unleaved."""
    tally, remains = lived(tmp_path, seed, 200, way)

    assert [] == speaking_breaches(remains)
    assert remains.deeds
    assert min(tally.crashes, tally.outages, tally.platform_faults, tally.halts) > 0


def test_a_seed_gives_the_same_day_again(tmp_path: Path, seed: int) -> None:
    """A failure can be replayed: one seed, one order of things, one end."""
    first, second = (lived(tmp_path / name, seed, 80, "neither") for name in ("one", "two"))

    assert first[0] == second[0]
    assert [deed.text for deed in first[1].deeds] == [deed.text for deed in second[1].deeds]
    assert [each.kind for each in first[1].entries] == [each.kind for each in second[1].entries]


@pytest.mark.long
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("part", range(long_share_of(10)))
def test_many_longer_days_of_faults_keep_every_promise(
    tmp_path: Path, seed: int, part: int, way: str
) -> None:
    """The same over many days, each six times as long."""
    tally, remains = lived(tmp_path, seed + part, 1_500, way)

    assert [] == speaking_breaches(remains)
    assert tally.crashes > 0
