"""`mercat bells` and what `mercat doctor` says of them, on a folder with nobody running."""

import json
from pathlib import Path

import pytest

from services.runtime.system_clock import SystemClock
from tests.mercat_process import Ended, call, environment
from tests.speaking_town import SpeakingTown, make_speaking_folder

MAIL = """\
bells:
  smtp: {host: 127.0.0.1, port: 9, security: none, sender: mercat@town.example}
"""


class Folder:
    """A folder with people in it, of whom bob has a token."""

    def __init__(self, place: Path) -> None:
        town = SpeakingTown(make_speaking_folder(place), SystemClock())
        town.set_up()
        token = town.do("issue-token", "", login="bob", label="test")["token"]
        town.stop()
        self.path = town.folder
        self._env = environment(place / "keys", MERCAT_TOKEN=str(token))

    def ask(self, *words: str) -> Ended:
        """Give a command as bob."""
        return call(*words, "--folder", self.path, env=self._env)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Such a folder."""
    return Folder(tmp_path)


def test_wishes_are_shown_and_kept(folder: Folder) -> None:
    """What is left out stays, and `none` takes away."""
    before = folder.ask("bells", "wish").out
    said = folder.ask("bells", "wish", "--quiet", "22:00", "07:00", "--mute", "rules")
    folder.ask("bells", "wish", "--by", "none", "--mute", "none")
    after = folder.ask("bells", "wish").out

    assert "Told by: mail" in before
    assert "Quiet hours: none" in before
    assert "You are told by mail, quiet from 22:00 to 07:00" in said.out
    assert "without rules." in said.out
    assert "Told by: the inbox alone" in after
    assert "Quiet hours: 22:00 to 07:00" in after
    assert "Not sent: nothing is left out" in after


def test_an_empty_inbox_says_so_and_a_test_is_on_its_way(folder: Folder) -> None:
    """Bells are collected by what runs; here nobody does."""
    assert "You were told nothing yet." in folder.ask("bells", "list").out
    assert "Nothing is new." in folder.ask("bells", "list", "--unread").out
    assert [] == json.loads(folder.ask("bells", "list", "--json").out)
    assert "A test bell is on its way" in folder.ask("bells", "test").out
    assert "Read: 0." in folder.ask("bells", "read", "--all").out


def test_a_wish_that_means_nothing_ends_with_a_sentence(folder: Folder) -> None:
    """And with 1."""
    ended = folder.ask("bells", "wish", "--summary-at", "noon")

    assert 1 == ended.code
    assert "Traceback" not in ended.err


def test_doctor_says_how_each_way_is(folder: Folder) -> None:
    """Without one, that bells stay here; with one, whether all went out."""
    without = folder.ask("doctor").out
    with (folder.path / "mercat.yaml").open("a", encoding="utf-8") as file:
        file.write(MAIL)
    with_mail = folder.ask("doctor").out

    assert "stay in people's inboxes" in without
    assert "by mail: every bell went out" in with_mail
