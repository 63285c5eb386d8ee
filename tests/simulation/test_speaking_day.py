"""Compressed days of a town that speaks, under faults: what was promised holds, whatever comes."""

from pathlib import Path

import pytest

from services.policy.bundle import Bundle
from services.runtime.clock import ManualClock
from tests.simulation.checkers_speaking import speaking_breaches
from tests.simulation.flaky_engine import TROUBLES, FlakyEngine, Trouble
from tests.simulation.seeds import long_share_of
from tests.simulation.speaking_day import START, DayTally, SpeakingDay
from tests.simulation.speaking_remains import SpeakingRemains, speaking_remains
from tests.speaking_town import RulesInPlace, SpeakingTown, make_speaking_folder

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
    assert remains.rows["verdicts"]
    assert min(tally.crashes, tally.platform_faults) > 0


@pytest.mark.parametrize("trouble", TROUBLES)
def test_an_engine_in_trouble_lets_nothing_out_and_out_of_it_everything(
    tmp_path: Path, trouble: Trouble
) -> None:
    """What was approved before waits, what is proposed meanwhile is held, all until it answers."""
    clock = ManualClock(START)
    engines: list[FlakyEngine] = []

    def flaky(bundle: Bundle) -> FlakyEngine:
        engines.append(FlakyEngine(RulesInPlace(bundle), clock.advance))
        return engines[0]

    town = SpeakingTown(make_speaking_folder(tmp_path), clock, flaky)
    town.set_up()
    before = said(town, "Before.")
    engines[0].trouble = trouble
    meanwhile = said(town, "Meanwhile.")
    turn(town, clock)
    troubled = [town.speaking.desk.act(act)["state"] for act in (before, meanwhile)]
    begun = town.store.select("sendings_states", ("library",))
    engines[0].trouble = None
    turn(town, clock)
    town.do("propose", "ann", act_id=meanwhile)
    turn(town, clock)
    town.stop()

    remains = speaking_remains(town.folder)

    assert (["approved", "held"], []) == (troubled, begun)
    assert [] == speaking_breaches(remains)
    assert ["Before.", "Meanwhile."] == [deed.text for deed in remains.deeds]


def said(town: SpeakingTown, text: str) -> str:
    """Have a statement proposed and agreed to; return the act's id."""
    act = town.do("answer", "ann", kind="statement", account="library", text=text)
    town.do("approve", "bob", act_id=act["id"], digest=act["digest"])
    return str(act["id"])


def turn(town: SpeakingTown, clock: ManualClock) -> None:
    """Let the senders work for a few seconds."""
    for _ in range(4):
        clock.advance(1.0)
        for sender in town.speaking.senders:
            sender.turn()


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
