"""`mercat incidents` and what `mercat doctor` says of them, on a folder with nobody running."""

import json
from pathlib import Path

import pytest

from services.bootstrap_timelines import timeline_turns_of
from services.house.threads import HouseAct
from services.runtime.system_clock import SystemClock
from tests.mercat_process import Ended, call, environment
from tests.speaking_town import SpeakingTown, make_speaking_folder

STOLEN = "Free coins for everybody."


class Folder:
    """A folder whose town shows a post that nobody sent; dee has a token."""

    def __init__(self, place: Path) -> None:
        town = SpeakingTown(make_speaking_folder(place), SystemClock())
        town.set_up()
        detector = timeline_turns_of(town.speaking)
        detector.turn()
        house = town.embedded.house
        assert house is not None
        act = HouseAct("statement", text=STOLEN, language="en")
        house.carry_out("town", act, town.speaking.credential("town"))
        detector.turn()
        token = town.do("issue-token", "", login="dee", label="test")["token"]
        town.stop()
        self.path = town.folder
        self.env = environment(place / "keys", MERCAT_TOKEN=str(token))

    def ask(self, *words: str) -> Ended:
        """Give a command as dee."""
        return call(*words, "--folder", self.path, env=self.env)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Such a folder."""
    return Folder(tmp_path)


def test_an_incident_is_listed_shown_and_closed(folder: Folder) -> None:
    """With what the platform showed, and what it came to."""
    listed = folder.ask("incidents", "list").out
    incident_id = listed.split()[0]
    shown = folder.ask("incidents", "show", incident_id).out
    closed = folder.ask("incidents", "close", incident_id, "hijacked", "--why", "It had leaked")
    after = folder.ask("incidents", "show", incident_id).out

    assert STOLEN in listed
    assert STOLEN in shown
    assert "town is halted" in shown
    assert "It stays halted until two people release it." in closed.out
    assert "hijacked, said dee: It had leaked" in after
    assert "No incident is open." in folder.ask("incidents", "list").out
    (told,) = json.loads(folder.ask("incidents", "list", "--state", "closed", "--json").out)
    assert incident_id == told["id"]


def test_timelines_are_listed(folder: Folder) -> None:
    """Each account with the moment until which it was read."""
    lines = folder.ask("incidents", "timelines").out.splitlines()
    told = json.loads(folder.ask("incidents", "timelines", "--json").out)

    assert ["library", "town"] == [line.split()[0] for line in lines]
    assert all("read until 20" in line for line in lines)
    assert [None, None] == [each["trouble"] for each in told]


def test_the_doctor_says_that_an_incident_is_open(folder: Folder) -> None:
    """It is a fault until somebody said what it was, and timelines are read meanwhile."""
    ended = call("doctor", "--folder", folder.path, env=folder.env)

    assert "town: something is there that nobody sent; see `mercat incidents list`" in ended.out
    assert "2 accounts read back" in ended.out
