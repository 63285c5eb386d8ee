"""A halt or an ended grant that was given holds after kill -9: nothing is begun against it."""

from pathlib import Path

import pytest

from services.publish.records import BEGUN
from tests.integration.faults.processes import KILLED
from tests.integration.faults.speaking_driver import kind_of, text_of
from tests.integration.faults.speaking_rig import SpeakingRig, copied, wrong_with
from tests.simulation.speaking_remains import SpeakingRemains

SLOW = {"slow_seconds": 0.2}
TAKE_BACK = 15
HALT = 17
RELEASE = 20
END = 24
WHOLE = range(END)


@pytest.fixture
def rig(town_place: Path, tmp_path: Path) -> SpeakingRig:
    """A town whose acts wait in line before a slow platform, their process killed."""
    rig = copied(town_place, tmp_path / "town")
    life = rig.live(TAKE_BACK, house_faults=SLOW, stops_short=True)
    assert (KILLED, tuple(range(TAKE_BACK))) == (life.exit_code, life.acknowledged)
    return rig


def begun_after(remains: SpeakingRemains, kind: str) -> list[str]:
    """Return what the acts say that were begun after the last entry of a kind."""
    place = max(each.place for each in remains.entries if each.kind == kind)
    return [
        str(remains.rows["acts"][each.act_id or ""]["text"])
        for each in remains.entries
        if each.kind == BEGUN and each.place > place
    ]


def test_a_halt_given_before_the_kill_holds_after_it(rig: SpeakingRig) -> None:
    """What waited in line stays there, through a restart, until two people release it."""
    rig.die(RELEASE, "command.commit.after", 1, first=HALT, house_faults=SLOW)

    halted = rig.finish(RELEASE, first=HALT)

    waiting = [row for row in halted.rows["acts"].values() if row["state"] == "approved"]
    assert len(waiting) > 5
    on_town = {text_of(number) for number in WHOLE if kind_of(number) != "statement"}
    assert not on_town & {*begun_after(halted, "halt.placed")}
    assert [] == wrong_with(rig.finish(END, first=0), WHOLE)


def test_a_grant_ended_before_the_kill_holds_after_it(rig: SpeakingRig) -> None:
    """What was approved under it does not go out any more; what others wrote does."""
    rig.die(HALT, "command.commit.after", 1, first=TAKE_BACK, house_faults=SLOW)

    remains = rig.finish(END, first=0)

    lent = {text_of(number) for number in WHOLE if kind_of(number) == "lent"}
    assert not lent & {deed.text for deed in remains.deeds}
    assert [] == wrong_with(remains, WHOLE)
    assert begun_after(remains, "grant.ended")
