"""`mercat break-glass` and what `mercat doctor` says of it, on a folder with nobody running."""

import json
from pathlib import Path

import pytest

from services.runtime.system_clock import SystemClock
from tests.mercat_process import Ended, call, environment
from tests.speaking_town import SpeakingTown, make_speaking_folder


class Folder:
    """A folder with people in it, of whom some have tokens."""

    def __init__(self, place: Path) -> None:
        town = SpeakingTown(make_speaking_folder(place), SystemClock())
        town.set_up()
        self._tokens = {
            login: str(town.do("issue-token", "", login=login, label="test")["token"])
            for login in ("ann", "dee", "gail")
        }
        town.stop()
        self.path = town.folder
        self._keys = place / "keys"

    def ask(self, who: str, *words: str) -> Ended:
        """Give a command as somebody."""
        env = environment(self._keys, MERCAT_TOKEN=self._tokens[who])
        return call(*words, "--folder", self.path, env=env)

    def doctor(self) -> str:
        """Return what the doctor says."""
        return call("doctor", "--folder", self.path, env=environment(self._keys)).out


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Such a folder."""
    return Folder(tmp_path)


def test_glass_is_broken_by_two_ended_and_looked_at(folder: Folder) -> None:
    """Each step says what it did, and the list how it stands."""
    order = ("ask", "town", "bob", "--kind", "statement", "--hours", "2", "--why", "Nobody is in")
    asked = folder.ask("ann", "break-glass", *order).out
    glass_id = asked.split()[-1].rstrip(".")
    agreed = folder.ask("dee", "break-glass", "agree", glass_id, "--why", "It is so").out
    listed = folder.ask("gail", "break-glass", "list").out
    ended = folder.ask("ann", "break-glass", "end", glass_id, "--why", "It is over").out
    seen = folder.ask("gail", "break-glass", "review", glass_id, "--why", "The rota had a gap").out
    after = folder.ask("gail", "break-glass", "list").out

    assert "waits for a second person" in asked
    assert "Bob may statement as town for 2 hours." in agreed
    assert "broken: bob as town" in listed
    assert "somebody is to look at it by" in listed
    assert "It has ended." in ended
    assert "what was said is kept" in seen
    assert "looked at by gail: The rota had a gap" in after
    assert "Last practised: never." in after


def test_a_drill_is_shown_by_the_list_and_the_doctor(folder: Folder) -> None:
    """With the day on which it was practised."""
    before = folder.doctor()
    order = ("ask", "town", "bob", "--drill", "--why", "It is the first of the month")
    glass_id = folder.ask("ann", "break-glass", *order).out.split()[-1].rstrip(".")
    folder.ask("dee", "break-glass", "agree", glass_id, "--why", "As each month")
    told = json.loads(folder.ask("ann", "break-glass", "list", "--json").out)
    listed = folder.ask("ann", "break-glass", "list").out

    assert "last practised: never" in before
    assert told["last_drill_at"] == told["items"][0]["agreed_at"]
    assert "a drill, broken: bob as town" in listed
    assert "last practised: never" not in folder.doctor()
