"""Compressed days under faults, with a detector that looks in between: a storm sets nothing off."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from services.bootstrap_timelines import timeline_turns_of
from services.house.threads import HouseAct
from services.runtime.effects import Row
from tests.simulation.checkers_speaking import speaking_breaches
from tests.simulation.speaking_day import SpeakingDay
from tests.simulation.speaking_remains import speaking_remains

WAYS = {"keys and reading back": True, "reading back alone": False}
STEPS = 200
STOLEN = "Free coins for everybody who writes to me now."


class WatchedDay(SpeakingDay):
    """A day whose accounts are read back after each step; `rogue_at` has a stranger post then."""

    def __init__(self, place: Path, seed: int, *, takes_keys: bool, rogue_at: int | None) -> None:
        self.steps = 0
        self._rogue_at = rogue_at
        super().__init__(place, seed, takes_keys=takes_keys)
        self.detector.turn()

    def _take_up(self) -> None:
        super()._take_up()
        self.detector = timeline_turns_of(self.town.speaking)

    def _survived(self, deed: Callable[[], None]) -> None:
        super()._survived(deed)
        self.steps += 1
        if self.steps == self._rogue_at:
            self.steal()
        self.detector.turn()

    def steal(self) -> None:
        """Post as the account with its credential, past everything that is ours."""
        house = self.town.embedded.house
        assert house is not None, "this town has its platform"
        credential = self.town.speaking.credential("town")
        house.carry_out("town", HouseAct("statement", text=STOLEN, language="en"), credential)

    def found(self) -> Sequence[Row]:
        """Return the incidents after one more look."""
        self.detector.turn()
        return self.town.store.select("incidents_in_state", ("open", 10))


def lived(place: Path, seed: int, way: str, rogue_at: int | None = None) -> WatchedDay:
    """Return a day that was lived to its end."""
    place.mkdir(exist_ok=True)
    day = WatchedDay(place, seed, takes_keys=WAYS[way], rogue_at=rogue_at)
    day.run(STEPS)
    return day


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("storm", range(2))
def test_no_storm_of_ours_is_taken_for_a_thief(
    tmp_path: Path, seed: int, storm: int, way: str
) -> None:
    """Deaths, time-outs and repeats leave nothing that the detector does not know for ours."""
    day = lived(tmp_path, seed * 100 + storm, way)

    incidents = day.found()
    remains = speaking_remains(day.close())
    assert [] == incidents
    assert remains.rows["verdicts"]
    assert min(day.tally.crashes, day.tally.platform_faults) > 0
    assert [] == speaking_breaches(remains)


@pytest.mark.parametrize("way", WAYS)
def test_one_stolen_post_in_the_middle_of_a_storm_is_found(
    tmp_path: Path, seed: int, way: str
) -> None:
    """Among all that fails and is tried again it is the one thing that nobody here sent."""
    day = lived(tmp_path, seed, way, rogue_at=STEPS // 2)

    (incident,) = day.found()
    (evidence,) = day.town.store.select("incident_evidence_of", (incident["id"], 10))
    speaking_remains(day.close())
    assert "town" == incident["account"]
    assert STOLEN.encode() == evidence["content"]
