"""kill -9 before and after each step of speaking: once, as approved, and on the record."""

from pathlib import Path

import pytest

from services.runtime.failpoints import SPEAKING_FAILPOINTS
from tests.integration.faults.speaking_driver import text_of
from tests.integration.faults.speaking_rig import SpeakingRig, copied, settle, wrong_with
from tests.simulation.speaking_remains import SpeakingRemains
from tests.speaking_town import make_speaking_folder

COUNT = 24
SETTLING = tuple(name for name in SPEAKING_FAILPOINTS if name.startswith("sending.settle."))
BEYOND = ("sending.perform.before", "sending.perform.after", "sending.outcome.before")
"""Where the act may be on the platform, or not, and only the platform knows."""
OTHERS = tuple(name for name in SPEAKING_FAILPOINTS if name not in SETTLING)
KEYLESS = {"takes_keys": False}
UNCLEAR = ["none", "time-out-after", "none", "failure-before", "time-out-before", "failure-after"]


@pytest.fixture
def rig(town_place: Path, tmp_path: Path) -> SpeakingRig:
    """A town that is set up, for processes to die on."""
    return copied(town_place, tmp_path / "town")


@pytest.mark.parametrize("hit", [1, 5])
@pytest.mark.parametrize("place", OTHERS)
def test_a_process_killed_at_a_place_says_everything_once(
    rig: SpeakingRig, place: str, hit: int
) -> None:
    """The next process goes on where the dead one was, wherever that was."""
    rig.die(COUNT, place, hit)

    remains = rig.finish(COUNT)

    assert [] == wrong_with(remains, range(COUNT))


@pytest.mark.parametrize("hit", [1, 2])
@pytest.mark.parametrize("place", SETTLING)
def test_a_process_killed_while_settling_settles_in_the_end(
    rig: SpeakingRig, place: str, hit: int
) -> None:
    """What is in doubt without keys is read back, and what was never there is said after all."""
    rig.die(COUNT, place, hit, house_faults={**KEYLESS, "plan": UNCLEAR})

    remains = rig.finish(COUNT, house_faults={**KEYLESS, "plan": UNCLEAR})

    assert [] == wrong_with(remains, range(COUNT))
    assert "reading-back" in settled_by(remains)


@pytest.mark.parametrize("place", BEYOND)
def test_a_process_killed_on_a_platform_without_keys_reads_back(
    rig: SpeakingRig, place: str
) -> None:
    """Reading back alone tells what stands there from what does not."""
    rig.die(COUNT, place, 3, house_faults=KEYLESS)

    remains = rig.finish(COUNT, house_faults=KEYLESS)

    assert [] == wrong_with(remains, range(COUNT))
    assert "reading-back" in settled_by(remains)


@pytest.mark.parametrize("place", BEYOND)
def test_what_neither_key_nor_reading_back_can_tell_waits_for_a_person(
    rig: SpeakingRig, place: str
) -> None:
    """One act stays in doubt and is not said again; the others go out, and a person ends it."""
    blind = {"takes_keys": False, "reads_back": False}
    rig.die(COUNT, place, 3, house_faults=blind)

    remains = rig.finish(COUNT, house_faults=blind)

    (act_id,) = (act for act, row in remains.rows["sendings"].items() if row["state"] == "unknown")
    said = remains.rows["acts"][act_id]["text"]
    numbers = [number for number in range(COUNT) if text_of(number) != said]
    assert [] == wrong_with(remains, numbers)
    shown = [deed.remote_id for deed in remains.deeds if deed.text == said]
    assert (place != "sending.perform.before") == bool(shown)
    settle(rig, remains, act_id)
    settled = rig.finish(COUNT, house_faults=blind)
    assert [] == wrong_with(settled, range(COUNT))


def settled_by(remains: SpeakingRemains) -> set[str]:
    """Return who or what settled what was in doubt, as the audit has it."""
    said = [entry.facts.get("settled_by") for entry in remains.entries]
    return {each for each in said if each}


@pytest.mark.parametrize(
    ("place", "hit"),
    [
        ("log.commit.before", 1),
        ("log.commit.after", 1),
        ("log.commit.before", 3),
        ("log.commit.after", 4),
        ("command.commit.before", 2),
        ("command.commit.after", 9),
    ],
)
def test_a_process_killed_while_it_first_opens_is_set_up_by_the_next(
    tmp_path: Path, place: str, hit: int
) -> None:
    """Keys, accounts, credentials and people are made once, whichever of them was half made."""
    make_speaking_folder(tmp_path)
    rig = SpeakingRig(tmp_path)
    rig.die(4, place, hit)

    remains = rig.finish(4)

    assert [] == wrong_with(remains, range(4))
    assert 4 == len(remains.deeds)


@pytest.mark.parametrize("place", ["command.commit.after", "sending.perform.after"])
def test_rules_asked_in_their_own_child_come_back_with_the_next_process(
    rig: SpeakingRig, place: str
) -> None:
    """The engine as it runs in earnest is killed with its parent, and judges again after."""
    rig.die(6, place, 4, rules_in_child=True)

    remains = rig.finish(6, rules_in_child=True)

    assert [] == wrong_with(remains, range(6))
