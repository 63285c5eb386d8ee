"""What `mercat doctor` and `mercat policy` say of a body's own rules after an upgrade."""

from pathlib import Path

import pytest

from services.runtime.system_clock import SystemClock
from tests.earlier_rules import earlier_rules, put_in_force
from tests.integration.cli.test_doctor import states
from tests.mercat_process import call
from tests.speaking_town import SpeakingTown, make_speaking_folder

LACKING = ("authority.trust", "authority.quotas.author.hour")


@pytest.fixture
def upgraded(tmp_path: Path) -> Path:
    """A folder whose own rules, number 2, lack a section and a key within another."""
    town = SpeakingTown(make_speaking_folder(tmp_path), SystemClock())
    put_in_force(town, 2, earlier_rules(LACKING))
    town.speaking.close()
    town.stop()
    return town.folder


def test_what_was_filled_is_a_warning_that_names_it_and_the_cure(
    upgraded: Path, env: dict[str, str]
) -> None:
    """No fault: the rules are sound, signed and asked."""
    code, found = states(upgraded, env)

    assert code == 0
    assert found["rules"][0] == "ok"
    assert "number 2 is in force" in found["rules"][1]
    state, sentence = found["rules filled"]
    assert state == "warning"
    assert all(place in sentence for place in LACKING)
    assert "`mercat policy edit WORK`" in sentence


def test_what_is_edited_says_everything_and_is_no_other_rule(
    upgraded: Path, env: dict[str, str], tmp_path: Path
) -> None:
    """Whoever proposes that folder takes in what was filled, and nothing is asked otherwise."""
    work = tmp_path / "work"
    edited = call("policy", "edit", work, "--folder", upgraded, env=env)

    told = call("policy", "diff", work, "--folder", upgraded, env=env)

    assert (0, 0) == (edited.code, told.code)
    assert [f"taken into your own rules: {place}" for place in sorted(LACKING)] == sorted(
        told.out.splitlines()[:-1]
    )
    assert told.out.splitlines()[-1].startswith("No answer can be another")
    assert "\ntrust:\n" in (work / "data/authority.yaml").read_text("utf-8")


def test_rules_that_are_wrong_otherwise_are_a_fault(tmp_path: Path, env: dict[str, str]) -> None:
    """In one sentence with the file and the line, as before."""
    town = SpeakingTown(make_speaking_folder(tmp_path), SystemClock())
    put_in_force(town, 2, earlier_rules(LACKING, limits="emoji_most: 3\n"))
    town.speaking.close()
    town.stop()

    code, found = states(town.folder, env)

    assert code == 1
    assert found["rules"][0] == "fault"
    assert "data/limits.yaml line 1" in found["rules"][1]
    assert "rules filled" not in found
