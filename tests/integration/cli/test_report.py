"""`mercat report month` over the sample town: what it writes, refuses, and leaves alone."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner, Result

from services.bootstrap_month import Month
from services.cli_report import report
from services.monthly.tables import COLUMNS
from services.policy.file_bundle import read_bundle
from services.runtime.clock import ManualClock
from services.runtime.errors import FolderError, InputInvalidError, RejectError
from services.runtime.ports import Commit
from services.settings import DATABASE_NAME, BodySettings, EnvironmentSettings, read_body
from services.store.file_keys import KeyFolder
from services.store.sqlite_journal import SqliteJournal
from services.town.closed_cases import closed_cases
from services.town.file_folder import make_town_folder
from services.town.people import orders
from tests.folders import make_folder
from tests.speaking_town import RulesInPlace

END: Final = datetime(2026, 3, 28, 12, tzinfo=UTC)
DAYS: Final = 8
MONTH: Final = "2026-03"


@dataclass(frozen=True)
class Told:
    """What the command came to: its JSON and its files."""

    figures: Mapping[str, Any]
    out: Path

    def table(self, name: str) -> list[dict[str, str]]:
        """Return a table as a spreadsheet reads it."""
        text = (self.out / f"{name}.csv").read_bytes().decode("utf-8")
        return list(csv.DictReader(io.StringIO(text)))

    def summed(self, table: str, column: str) -> int:
        """Return a column of a table, added up."""
        return sum(int(row[column]) for row in self.table(table))


def reported(folder: Path, *arguments: str) -> Result:
    """Return what the command said."""
    asked = ["month", *arguments, "--folder", str(folder)]
    return CliRunner().invoke(report, asked, catch_exceptions=False)


def close_cases(folder: Path, settings: BodySettings) -> None:
    """Keep the cases that the town closed lately, as its first start does."""
    journal = SqliteJournal(folder / DATABASE_NAME, ManualClock(END), synchronous="OFF")
    cases: Iterator[Any] = iter(closed_cases(settings.routing, END, 7))
    while part := dict(islice(cases, 500)):
        journal.commit(Commit(writes=part)).result()
    journal.close()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample town after some days of speaking, at the end of a March."""
    place = tmp_path_factory.mktemp("reported")
    folder = place / "town"
    make_town_folder(folder, END)
    settings = read_body(folder, EnvironmentSettings())
    close_cases(folder, settings)
    keys = KeyFolder(place / "keys")
    Month(folder, settings, keys, END, DAYS, RulesInPlace(read_bundle())).speak(7)
    return folder


@pytest.fixture(scope="module")
def told(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """A report on that March, in money."""
    out = tmp_path_factory.mktemp("out") / "march"
    money = ("--hour-cost", "31", "--call-cost", "6.20", "--currency", "GBP")
    ended = reported(town, MONTH, "--out", str(out), *money, "--json")
    assert ended.exit_code == 0, ended.output
    return Told(json.loads(ended.stdout), out)


def test_the_figures_are_those_of_what_the_town_did(told: Told) -> None:
    """Cases were closed in time and late, drafts held, refused and sent, and replies cost money."""
    figures = told.figures
    answers, rules, speaking = (figures[each] for each in ("answers", "rules", "speaking"))

    assert answers["cases"] == answers["in_time"] + answers["late"] > 1_000
    assert 0.5 < answers["within_promise"]["low"] < answers["within_promise"]["share"] < 0.9
    assert rules["proposed"] == speaking["proposed"] > 60
    assert rules["held"] > 0 < rules["denied"]
    assert rules["proposed"] == rules["held"] + rules["denied"] + rules["allowed"]
    assert speaking["sent"] == rules["overridden"] > speaking["replies_sent"] > 20
    assert 4.0 == speaking["approval_minutes"]["median"]
    assert figures["cost"]["levels"]["middle"]["cost_per_answer"] == pytest.approx(31 / 6, abs=0.01)


def test_slow_teams_are_told_from_quick_ones(told: Told) -> None:
    """Housing and planning promise more than they keep."""
    shares = {
        row["team"]: row["within_promise"]["share"] for row in told.figures["answers"]["by_team"]
    }

    assert max(shares["housing"], shares["planning"]) < min(shares["contact"], shares["waste"])


def test_what_a_rule_stops_is_said_in_its_own_words(told: Told) -> None:
    """As the public reads it of the rules in force."""
    by_rule = {row["rule"]: row for row in told.figures["rules"]["by_rule"]}

    personal = by_rule["content/personal_data"]
    assert personal["denied"] > 0
    assert "is not published" in personal["stops"]


def test_the_tables_add_up_to_the_figures(told: Told) -> None:
    """Each is there, and its columns sum up to what the JSON says."""
    figures = told.figures

    assert {f"{name}.csv" for name in COLUMNS} | {"index.html"} == {
        each.name for each in told.out.iterdir()
    }
    for each in ("by-day", "by-source", "by-team"):
        assert figures["volumes"]["posts"] == told.summed(f"volumes-{each}", "posts")
    for column in ("cases", "in_time", "late", "overdue", "needs_none"):
        assert figures["answers"][column] == told.summed("answers-by-team", column)
    for column in ("proposed", "sent", "replies_sent"):
        assert figures["speaking"][column] == told.summed("accounts", column)
    summary = {row["figure"]: row["value"] for row in told.table("summary")}
    assert str(figures["rules"]["held"]) == summary["acts held"]
    assert str(figures["cost"]["levels"]["middle"]["cost"]) == summary["cost"]


def test_nobody_is_named_and_nothing_quoted(told: Told) -> None:
    """No name of staff, no number to ring, and no word of what was said."""
    people = [order for verb, order in orders() if verb == "add-person"]
    written = "".join(each.read_text("utf-8") for each in told.out.iterdir())

    assert people
    assert not [person for person in people if str(person["name"]) in written]
    for said in ("Mill Lane", "07700", ".example", "a-resident", "Kindly note"):
        assert said not in written


def test_it_reads_beside_a_writer_and_changes_nothing(town: Path, tmp_path: Path) -> None:
    """The database is as it was, while another process has it open."""
    journal = SqliteJournal(town / DATABASE_NAME, ManualClock(END))
    before = (town / DATABASE_NAME).read_bytes()
    try:
        ended = reported(town, MONTH, "--out", str(tmp_path / "march"))
    finally:
        after = (town / DATABASE_NAME).read_bytes()
        journal.close()

    assert 0 == ended.exit_code
    assert before == after
    first, *_, last = ended.stdout.splitlines()
    assert "Mercatburgh Council, March 2026" == first
    assert last.endswith("in a browser.")


def test_a_month_without_anything_is_a_report_too(town: Path, tmp_path: Path) -> None:
    """Few are told as few, and nothing is divided by nothing."""
    ended = reported(town, "2020-01", "--out", str(tmp_path / "empty"), "--json")

    figures = json.loads(ended.stdout)
    assert (0, 0) == (figures["volumes"]["posts"], figures["answers"]["cases"])
    assert figures["answers"]["within_promise"]["share"] is None
    assert "January 2020" in (tmp_path / "empty" / "index.html").read_text("utf-8")


def test_a_folder_that_holds_something_is_left_alone(town: Path, tmp_path: Path) -> None:
    """An old table must not pass for a new one; an empty folder will do."""
    (tmp_path / "notes.txt").write_text("mine", "utf-8")

    with pytest.raises(RejectError, match="holds something already"):
        reported(town, MONTH, "--out", str(tmp_path))

    assert ["notes.txt"] == [each.name for each in tmp_path.iterdir()]
    (tmp_path / "empty").mkdir()
    assert 0 == reported(town, MONTH, "--out", str(tmp_path / "empty")).exit_code


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("March",), "is no month"),
        (("2999-01",), "is no month"),
        (("2199-01",), "has not begun yet"),
        ((MONTH, "--minutes-per-answer", "long"), "are no minutes"),
        ((MONTH, "--currency", "pounds sterling"), "is no currency"),
    ],
)
def test_what_cannot_be_reported_is_refused_in_a_sentence(
    town: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    """Nothing is written then."""
    with pytest.raises(InputInvalidError, match=said):
        reported(town, *arguments, "--out", str(tmp_path / "out"))

    assert not (tmp_path / "out").exists()


def test_a_body_that_has_not_begun_is_told_to(tmp_path: Path) -> None:
    """There is nothing to report on yet."""
    folder = make_folder(tmp_path / "body")

    with pytest.raises(FolderError, match="holds nothing yet"):
        reported(folder, "--out", str(tmp_path / "out"))
