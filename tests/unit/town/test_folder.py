"""The town's folder and the file for benches: whole, the same each time, never over other data."""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from services.ingest.configuration import ContactLogSettings
from services.ingest.contact_rows import contact_sighting
from services.ingest.csv_records import csv_form
from services.ingest.post_row import Origin
from services.ingest.replay_rows import json_sighting
from services.ingest.sighting import Refused, Sighting
from services.runtime.errors import FolderError
from services.settings import EnvironmentSettings, read_body, read_rules
from services.town.contact_log import dated_log
from services.town.file_folder import WEEK_PATH, make_town_folder
from services.town.file_generate import main

NOW = datetime(2026, 11, 23, 19, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a new town's folder."""
    made = tmp_path_factory.mktemp("town") / "mercatburgh"
    make_town_folder(made, NOW)
    return made


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_folder_holds_settings_rules_a_week_a_log_and_threads(folder: Path) -> None:
    """That is all a start needs."""
    names = {"mercat.yaml", "rules.yaml", "contact-log.csv", "house.sqlite", "takeover-terms.md"}
    assert {*names, WEEK_PATH} == set(contents(folder))


def test_the_program_reads_its_settings_and_rules(folder: Path) -> None:
    """As it would read a real body's."""
    settings = read_body(folder, EnvironmentSettings())

    rules = read_rules(folder, settings)

    assert settings.kind == "demonstration"
    assert rules.rules


def test_every_line_of_the_week_becomes_a_sighting(folder: Path) -> None:
    """Newcomers see posts, not dead letters."""
    origin = Origin("sample-week", "platform", rows_name_source=True)
    lines = gzip.decompress((folder / WEEK_PATH).read_bytes()).splitlines()

    read = [json_sighting(line, {}, origin, "week") for line in lines]

    assert len(read) > 1_500
    assert [each for each in read if isinstance(each, Refused)] == []


def test_every_call_becomes_a_sighting_from_the_week_before(folder: Path) -> None:
    """Those who telephone are heard in the same days as those who post."""
    settings = read_body(folder, EnvironmentSettings())
    source = next(each for each in settings.sources if isinstance(each, ContactLogSettings))
    header, *lines = (folder / "contact-log.csv").read_bytes().splitlines(keepends=True)
    form = csv_form(header, source.delimiter, source.encoding)

    calls = [contact_sighting([line], form, source, 2, "log") for line in lines]

    heard = [call for call in calls if isinstance(call, Sighting)]
    assert len(heard) == len(calls) == 40
    assert all(
        call.posted_at is not None and NOW - timedelta(days=8) < call.posted_at < NOW
        for call in heard
    )


def test_equal_moment_and_seed_give_equal_files(folder: Path, tmp_path: Path) -> None:
    """To the byte, the packed week included."""
    make_town_folder(tmp_path / "again", NOW)

    assert contents(folder) == contents(tmp_path / "again")


def test_another_seed_gives_another_week(folder: Path, tmp_path: Path) -> None:
    """And the same settings."""
    make_town_folder(tmp_path / "other", NOW, seed=8)

    other = contents(tmp_path / "other")
    assert contents(folder)[WEEK_PATH] != other[WEEK_PATH]
    assert contents(folder)["rules.yaml"] == other["rules.yaml"]


def test_a_folder_that_holds_anything_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    """Invented data never lands among a real body's."""
    (tmp_path / "mercat.sqlite").write_bytes(b"something real")

    with pytest.raises(FolderError, match="not an empty folder"):
        make_town_folder(tmp_path, NOW)

    assert contents(tmp_path) == {"mercat.sqlite": b"something real"}


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    """Somebody may have made it beforehand."""
    make_town_folder(tmp_path, NOW)

    assert (tmp_path / "mercat.yaml").is_file()


def test_days_before_become_dates_by_the_towns_clock() -> None:
    """Just after midnight in the town, UTC is still on the day before."""
    template = "Reference,DaysBefore,Summary\nA,1,said\n"
    night = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)

    assert (
        dated_log(template, night, ZoneInfo("Europe/London"))
        == "Reference,Date,Summary\nA,01/07/2026,said\n"
    )


@pytest.mark.parametrize("name", ["posts.jsonl", "posts.jsonl.gz"])
def test_the_same_command_writes_the_same_bytes(tmp_path: Path, name: str) -> None:
    """Two benches on two machines read one file."""
    first, second = tmp_path / name, tmp_path / f"again-{name}"
    for path in (first, second):
        result = CliRunner().invoke(main, ["--posts", "1500", "--out", str(path)])
        assert (result.exit_code, "Posts to" in result.output) == (0, True)

    content = first.read_bytes()
    lines = gzip.decompress(content) if name.endswith(".gz") else content
    assert content == second.read_bytes()
    assert lines.count(b"\n") == 1_500


def test_stories_come_beside_the_posts_when_asked_for(tmp_path: Path) -> None:
    """The count is of ordinary posts; the storm is on top."""
    path = tmp_path / "posts.jsonl"

    CliRunner().invoke(main, ["--posts", "500", "--stories", "--out", str(path)])

    lines = path.read_bytes().splitlines()
    assert sum(b'"id":"post-' in line for line in lines) == 500
    assert any(b'"id":"week0-storm-' in line for line in lines)
