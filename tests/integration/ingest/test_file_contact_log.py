"""Logs of calls and visits, read while they are written."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.ingest.configuration import ContactLogSettings
from services.ingest.file_contact_log import FILES_COUNT_MAX, FileContactLog
from services.ingest.source import ITEMS_COUNT_MAX, Poll
from services.runtime.errors import SourceUnavailableError
from tests.unit.ingest.samples import refusal, seen

HEADER = "date,time,what\n"


def row(words: str, day: int = 1) -> str:
    """Return one row of a log."""
    return f"2026-03-{day:02},09:30,{words}\n"


def log_over(path: Path) -> FileContactLog:
    """Return a source over a file or folder."""
    settings: dict[str, Any] = {
        "name": "phone",
        "path": str(path),
        "channel": "phone",
        "columns": {"date": "date", "time": "time", "summary": "what"},
        "zone": "Europe/London",
    }
    return FileContactLog(ContactLogSettings.model_validate(settings))


def words(poll: Poll) -> list[str]:
    """Return what was said, in order."""
    return [seen(item).text for item in poll.items]


def test_a_file_is_read_as_it_grows(tmp_path: Path) -> None:
    """Each whole line once; a line without its end waits for the next poll."""
    path = tmp_path / "calls.csv"
    path.write_text(HEADER + row("Bins") + "2026-03-01,09:3")
    source = log_over(path)
    first = source.poll({})
    idle = source.poll(first.state)
    with path.open("a") as more:
        more.write("1,Lamps\n")
    second = log_over(path).poll(json.loads(json.dumps(idle.state)))

    assert [words(poll) for poll in (first, idle, second)] == [["Bins"], [], ["Lamps"]]
    assert first.state == idle.state
    assert first.wait_seconds == 10.0
    assert not first.finished


def test_a_folder_is_read_file_by_file(tmp_path: Path) -> None:
    """In the order of names; what is no CSV is left alone; a new file is found."""
    (tmp_path / "2026-03-02.csv").write_text(HEADER + row("Tuesday", 2))
    (tmp_path / "2026-03-01.csv").write_text(HEADER + row("Monday", 1))
    (tmp_path / "notes.txt").write_text("not a log")
    source = log_over(tmp_path)
    first = source.poll({})
    (tmp_path / "2026-03-03.csv").write_text(HEADER + row("Wednesday", 3))

    assert words(first) == ["Monday", "Tuesday"]
    assert words(source.poll(first.state)) == ["Wednesday"]


def test_a_poll_is_bounded_over_all_files(tmp_path: Path) -> None:
    """A full poll asks to be called again at once."""
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(HEADER + row("Bins") * (ITEMS_COUNT_MAX - 100))
    source = log_over(tmp_path)
    first = source.poll({})
    second = source.poll(first.state)

    assert len(first.items) == ITEMS_COUNT_MAX
    assert first.wait_seconds is None
    assert len(second.items) == ITEMS_COUNT_MAX - 200
    assert second.wait_seconds == 10.0


def test_a_file_written_anew_is_read_from_its_start(tmp_path: Path) -> None:
    """A log exported daily under one name gives its new rows, and the old under their old ids."""
    path = tmp_path / "today.csv"
    path.write_text(HEADER + row("Bins", 1) + row("Lamps", 1))
    source = log_over(path)
    first = source.poll({})
    path.write_text(HEADER + row("Bins", 1) + row("Trees", 2))
    second = source.poll(first.state)

    assert words(second) == ["Bins", "Trees"]
    assert seen(first.items[0]).native_id == seen(second.items[0]).native_id
    assert seen(first.items[1]).native_id != seen(second.items[1]).native_id


def test_a_bad_row_is_refused_alone(tmp_path: Path) -> None:
    """Its place is the line an editor shows."""
    path = tmp_path / "calls.csv"
    path.write_text(HEADER + row("Bins") + "yesterday,09:30,Trees\n" + row("Lamps"))

    before, bad, after = log_over(path).poll({}).items

    assert (seen(before).text, seen(after).text) == ("Bins", "Lamps")
    assert refusal(bad).place == "calls.csv, line 3"


@pytest.mark.parametrize(
    ("content", "reason"),
    [("day,time,what\n", "no column date"), ("date,date\n", "names date twice")],
)
def test_a_file_of_another_kind_is_refused_once(tmp_path: Path, content: str, reason: str) -> None:
    """Its neighbours are read; it is looked at again once its beginning changes."""
    (tmp_path / "bad.csv").write_text(content + row("Trees"))
    (tmp_path / "good.csv").write_text(HEADER + row("Bins"))
    source = log_over(tmp_path)
    first = source.poll({})
    second = source.poll(first.state)
    (tmp_path / "bad.csv").write_text(HEADER + row("Trees"))

    assert reason in refusal(first.items[0]).detail
    assert seen(first.items[1]).text == "Bins"
    assert words(second) == []
    assert words(source.poll(second.state)) == ["Trees"]


def test_an_endless_line_is_refused_alone(tmp_path: Path) -> None:
    """A file without line ends does not fill the memory."""
    path = tmp_path / "calls.csv"
    path.write_text(HEADER + "x" * 1_000_000 + "\n" + row("Bins"))

    long, after = log_over(path).poll({}).items

    assert refusal(long).cause == "too long"
    assert seen(after).text == "Bins"


def test_an_empty_file_waits_for_its_header(tmp_path: Path) -> None:
    """A log may be created before it is written."""
    path = tmp_path / "calls.csv"
    path.touch()
    source = log_over(path)
    first = source.poll({})
    path.write_text(HEADER + row("Bins"))

    assert words(first) == []
    assert words(source.poll(first.state)) == ["Bins"]


def test_trouble_with_the_place_is_said(tmp_path: Path) -> None:
    """An absent place may come; a folder with too much in it has to be cleared."""
    with pytest.raises(SourceUnavailableError, match="is not there; create it"):
        log_over(tmp_path / "none").poll({})
    for number in range(FILES_COUNT_MAX + 1):
        (tmp_path / f"{number}.csv").touch()
    with pytest.raises(SourceUnavailableError, match="holds 1,001 files and may hold 1,000"):
        log_over(tmp_path).poll({})
