"""`mercat rota` on a folder with nobody running: made, planned, shown, swapped, out and in."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.runtime.system_clock import SystemClock
from tests.mercat_process import Ended, call, environment
from tests.speaking_town import SpeakingTown, make_speaking_folder

MONDAY = (datetime.now(UTC) + timedelta(days=14)).date()
FIRST = MONDAY - timedelta(days=MONDAY.weekday())
"""The Monday after next or so: all of its week is to come."""
LAST = FIRST + timedelta(days=28)


class Folder:
    """A folder with people in it, of whom some have tokens, and a rota."""

    def __init__(self, place: Path) -> None:
        town = SpeakingTown(make_speaking_folder(place), SystemClock())
        town.set_up()
        self._tokens = {
            login: str(town.do("issue-token", "", login=login, label="test")["token"])
            for login in ("ann", "bob", "dee", "gail")
        }
        town.stop()
        self.path = town.folder
        self._keys = place / "keys"
        self.rota = self.make("Nights")

    def ask(self, who: str, *words: str) -> Ended:
        """Give a command as somebody."""
        env = environment(self._keys, MERCAT_TOKEN=self._tokens[who])
        return call(*words, "--folder", self.path, env=env)

    def make(self, title: str) -> str:
        """Make a rota; return its number."""
        times = ("--from", f"{FIRST}T00:00", "--until", f"{LAST}T00:00", "--rest", "60")
        made = self.ask("gail", "rota", "make", "town", title, *times, "--why", "By turns").out
        assert f"The rota '{title}' is made" in made
        return made.split()[-1].rstrip(".")

    def shifts(self, rota: str) -> list[dict[str, str]]:
        """Return the shifts of a rota in all its time."""
        times = ("--since", f"{FIRST}T00:00", "--until", f"{LAST}T00:00", "--json")
        told = json.loads(self.ask("dee", "rota", "show", rota, *times).out)
        return list(told["shifts"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Such a folder, in which ann has the nights of a week."""
    made = Folder(tmp_path_factory.mktemp("rotas"))
    hours = ("--hours", "mon-fri 22:00-06:00", "--from", str(FIRST))
    planned = made.ask("dee", "rota", "plan", made.rota, "ann", *hours).out
    assert "5 shifts are planned." in planned
    return made


def test_a_rota_is_listed_and_shown_with_its_gaps(folder: Folder) -> None:
    """In lines for people."""
    times = ("--since", f"{FIRST}T00:00", "--until", f"{LAST}T00:00")
    shown = folder.ask("ann", "rota", "show", folder.rota, *times).out

    assert "Nights" in folder.ask("ann", "rota", "list").out
    assert 5 == shown.count("UTC  ann")
    assert "  ! Nobody is on from" in shown


def test_hours_that_mean_nothing_end_with_a_sentence(folder: Folder) -> None:
    """And with 1."""
    hours = ("--hours", "by night", "--from", str(FIRST))
    ended = folder.ask("dee", "rota", "plan", folder.rota, "ann", *hours)

    assert 1 == ended.code
    assert "Traceback" not in ended.err


def test_a_shift_is_offered_and_the_offer_listed(folder: Folder) -> None:
    """To whom it is offered."""
    shift = folder.shifts(folder.rota)[0]["id"]
    asked = folder.ask("ann", "rota", "swap", "ask", shift, "dee")

    assert (0, "") == (asked.code, asked.err)
    assert "ann to dee" in folder.ask("dee", "rota", "swap", "list").out


def test_a_rota_goes_out_as_a_calendar_and_comes_in_once(folder: Folder) -> None:
    """Into a file or to the screen; what is not taken is said with its line."""
    file = folder.path.parent / "nights.ics"
    written = folder.ask("ann", "rota", "calendar", folder.rota, "--out", str(file)).out
    shown = folder.ask("ann", "rota", "calendar", folder.rota, "--person", "ann").out
    other = folder.make("Again")
    broken = "BEGIN:VEVENT\r\nUID:broken\r\nEND:VEVENT\r\nEND:VCALENDAR"
    text = file.read_bytes().decode("utf-8").replace("END:VCALENDAR", broken)
    file.write_bytes(text.encode("utf-8"))
    first = folder.ask("dee", "rota", "import", other, str(file)).out
    again = folder.ask("dee", "rota", "import", other, str(file), "--replace").out

    assert "nights.ics holds the calendar" in written
    assert 5 == shown.count("BEGIN:VEVENT")
    assert "Planned: 5. Moved: 0. Left as they were: 0. Called off: 0. Not taken: 1." in first
    assert "event broken: it has no DTSTART" in first
    assert "Planned: 0. Moved: 0. Left as they were: 5. Called off: 0." in again
    times = [[each["starts_at"] for each in folder.shifts(name)] for name in (folder.rota, other)]
    assert times[0] == times[1]


def test_a_file_that_is_no_calendar_ends_with_a_sentence(folder: Folder) -> None:
    """And with 1; nothing is planned."""
    file = folder.path.parent / "list.csv"
    file.write_text("login,starts\n", encoding="utf-8")
    ended = folder.ask("dee", "rota", "import", folder.rota, str(file))
    file.write_bytes(b"\xff\xfe")
    no_text = folder.ask("dee", "rota", "import", folder.rota, str(file))

    assert (1, 1) == (ended.code, no_text.code)
    assert "That is no calendar" in ended.err
    assert "no text in UTF-8" in no_text.err
