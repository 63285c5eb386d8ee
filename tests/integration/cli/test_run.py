"""`mercat run` as a process: it starts, says what is wrong, stops cleanly and goes on."""

import signal
import socket
from pathlib import Path

import httpx
import pytest

from tests.fakes import wait_until
from tests.folders import ROWS, make_folder, write_rows
from tests.mercat_process import Ended, Running, call, run
from tests.stored import counts


def test_a_folder_is_read_to_the_end(first_run: tuple[Path, Ended]) -> None:
    """With --until-idle it ends by itself once every post has its team."""
    folder, ended = first_run

    rows = counts(folder)
    assert ended.code == 0, ended.err
    assert ended.err.endswith("Stopped cleanly.\n")
    assert {"posts": 4, "cases": 4, "dead_letters": 1}.items() <= rows.items()
    assert not (folder / "control.json").exists()


def test_a_second_start_repeats_nothing(ran: Path, env: dict[str, str]) -> None:
    """A folder that was read to its end is the same after another run, row by row."""
    before = counts(ran)

    ended = run("run", ran, "--until-idle", env=env)

    assert ended.code == 0, ended.err
    assert counts(ran) == before


def test_a_file_copied_over_itself_repeats_nothing(ran: Path, env: dict[str, str]) -> None:
    """Posts read again from another file come in once; a new one beside them comes in."""
    before = counts(ran)
    write_rows(ran / "rows.jsonl", [{"id": "9", "text": "New."}, *ROWS[1:4]])

    ended = run("run", ran, "--until-idle", env=env)

    assert ended.code == 0, ended.err
    assert counts(ran)["posts"] == before["posts"] + 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_when_told_to(ran: Path, env: dict[str, str], number: int) -> None:
    """Ctrl-C and a supervisor's TERM end it with 0, and take its control file away."""
    with Running(ran, env=env) as running:
        assert (ran / "control.json").stat().st_mode & 0o077 == 0
        ended = running.stop(number)

    assert ended.code == 0, ended.err
    assert ended.err.endswith("Stopped cleanly.\n")
    assert not (ran / "control.json").exists()


def test_a_classifier_in_a_child_answers_alike(ran: Path, env: dict[str, str]) -> None:
    """The usual way, with a process of its own for classifying, routes what comes in."""
    settings = ran / "mercat.yaml"
    settings.write_text(settings.read_text("utf-8").replace("_child: false", "_child: true"))
    write_rows(ran / "rows.jsonl", [{"id": "9", "text": "A wire down."}])

    ended = run("run", ran, "--until-idle", env=env)

    assert ended.code == 0, ended.err
    assert "A wire down." in call("inbox", "lighting", "--folder", ran, env=env).out


def test_a_second_process_is_told_who_is_there(ran: Path, env: dict[str, str]) -> None:
    """Two cannot work in one folder: the second says which process has it."""
    with Running(ran, env=env) as running:
        second = run("run", ran, env=env)

    assert second.code == 1
    assert f"{ran} is in use by another Mercat (process {running.pid})" in second.err
    assert "Traceback" not in second.err


def test_a_port_in_use_is_told_plainly(ran: Path, env: dict[str, str]) -> None:
    """A port that another program has is named, and what to do about it."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = str(held.getsockname()[1])
        ended = run("run", ran, env={**env, "MERCAT_HTTP_PORT": port})

    assert ended.code == 1
    assert f"cannot listen on 127.0.0.1:{port}" in ended.err
    assert "MERCAT_HTTP_PORT" in ended.err


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MERCAT_HTTP_PORT", "abc", "MERCAT_HTTP_PORT: "),
        ("MERCAT_LOG_LEVEL", "loud", "MERCAT_LOG_LEVEL: "),
        ("MERCAT_HTP_PORT", "1", "MERCAT_HTP_PORT: no such variable; did you mean"),
    ],
)
def test_a_wrong_variable_is_named(
    ran: Path, env: dict[str, str], name: str, value: str, said: str
) -> None:
    """A variable that is wrong, or that nobody reads, stops the start by its name."""
    ended = call("run", ran, env={**env, name: value})

    assert ended.code == 1
    assert said in ended.err


def test_a_folder_that_is_none_is_told(tmp_path: Path, env: dict[str, str]) -> None:
    """Without settings there is nothing to run, and `mercat init` is named."""
    ended = call("run", tmp_path, env=env)

    assert ended.code == 1
    assert "mercat init" in ended.err


def test_a_missing_secret_is_named_and_nothing_starts(tmp_path: Path, env: dict[str, str]) -> None:
    """A webhook without its secret is a fault of the settings, with the place to mend."""
    source = "{kind: webhook, name: form, secrets: [form]}"
    folder = make_folder(tmp_path / "body", sources=(source,))

    ended = run("run", folder, env=env)

    assert ended.code == 1
    assert f"write it to {env['MERCAT_KEYS']}/form" in ended.err


def test_a_source_set_up_wrongly_ends_it_plainly(tmp_path: Path, env: dict[str, str]) -> None:
    """A column that a file lacks is no bug: it is told in a sentence, without a traceback."""
    source = "{kind: replay, name: rows, path: rows.csv, format: csv, columns: {text: Words}}"
    folder = make_folder(tmp_path / "body", sources=(source,))
    (folder / "rows.csv").write_text("id,text\n1,Bins.\n", "utf-8")

    ended = run("run", folder, "--until-idle", env=env)

    assert ended.code == 1
    assert "has no column Words" in ended.err
    assert "Traceback" not in ended.err


def test_a_stage_that_gave_up_is_told_at_the_end(tmp_path: Path, env: dict[str, str]) -> None:
    """With --until-idle, a step that stopped makes the command fail, and says why."""
    folder = make_folder(tmp_path / "body")
    settings = folder / "mercat.yaml"
    text = settings.read_text("utf-8")
    limit = "classify_in_child: false, dead_letters_max: 1, dead_letters_window: 10"
    settings.write_text(text.replace("classify_in_child: false", limit), "utf-8")
    append_unreadable(folder, count=3)

    ended = run("run", folder, "--until-idle", env=env)

    assert ended.code == 1
    assert "classify stopped: 3 of the last" in ended.err


def append_unreadable(folder: Path, count: int) -> None:
    """Put values into a topic that are no events."""
    from services.runtime.ports import Append, Commit
    from services.runtime.system_clock import SystemClock
    from services.store.sqlite_journal import SqliteJournal

    journal = SqliteJournal(folder / "mercat.sqlite", SystemClock())
    appends = [Append("posts.received.v1", f"k{number}", b"{}") for number in range(count)]
    journal.commit(Commit(appends=appends)).result()
    journal.close()


def test_a_line_added_while_it_runs_arrives(tmp_path: Path, env: dict[str, str]) -> None:
    """A contact log that grows is read on, row by row."""
    columns = "{date: Date, summary: Summary}"
    source = (
        "{kind: contact-log, name: calls, path: calls.csv, channel: phone, "
        f"zone: Europe/London, poll_seconds: 1, columns: {columns}}}"
    )
    folder = make_folder(tmp_path / "body", sources=(source,))
    log = folder / "calls.csv"
    log.write_text("Date,Summary\n", "utf-8")

    with Running(folder, env=env) as running:
        log.write_text("Date,Summary\n2026-03-02,The bins again.\n", "utf-8")
        live = f"{running.address}/live.json"
        wait_until(lambda: bool(httpx.get(live, trust_env=False).json()["items"]))
        (item,) = httpx.get(live, trust_env=False).json()["items"]

    assert (item["text"], item["team"]) == ("The bins again.", "waste")
