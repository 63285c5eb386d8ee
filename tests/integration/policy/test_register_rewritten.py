"""An account whose name in the settings changes keeps everything that the register says of it."""

from pathlib import Path
from typing import Any

import pytest

from services.runtime.clock import ManualClock
from tests.handover_town import START
from tests.speaking_town import SpeakingTown, make_speaking_folder


@pytest.mark.parametrize("name", ["Test Town", "Test Toun"])
def test_a_new_name_in_the_settings_wipes_nothing(tmp_path: Path, name: str) -> None:
    """Owners, mode and limits are the database's; the settings say platform and name alone."""
    folder = make_speaking_folder(tmp_path)
    town = SpeakingTown(folder, ManualClock(START))
    town.set_up()
    owners: dict[str, Any] = {"owner": "ann", "second_owner": "dee"}
    said: dict[str, Any] = {
        "about": "Ask us.",
        "quota_hour": 9,
        "listed": False,
        "why": "so that all know it",
    }
    town.do("account-describe", "gail", account="town", **owners, **said)
    town.do("set-mode", "dee", account="town", mode="emergency", why="the river rises")
    before = town.row("accounts", "town")
    town.stop()
    settings = folder / "mercat.yaml"
    settings.write_text(settings.read_text("utf-8").replace("Test Town", name), "utf-8")

    again = SpeakingTown(folder, ManualClock(START))
    after = again.row("accounts", "town")
    again.stop()

    assert before is not None
    assert after is not None
    changed = {"name", "version", "changed_at_ms"}
    assert {key: value for key, value in before.items() if key not in changed} == {
        key: value for key, value in after.items() if key not in changed
    }
    assert name == after["name"]
    assert before["registered_at_ms"] is not None
