"""`mercat doctor`: every state it can find, and what it says to do."""

import json
from contextlib import closing
from pathlib import Path

import apsw

from tests.folders import make_folder
from tests.mercat_process import Running, call


def states(folder: Path, env: dict[str, str]) -> tuple[int, dict[str, tuple[str, str]]]:
    """Return the exit code, and each check's state and sentence by its name."""
    ended = call("doctor", "--json", "--folder", folder, env=env)
    checks = json.loads(ended.out)
    return ended.code, {check["name"]: (check["state"], check["sentence"]) for check in checks}


def test_a_new_folder_is_well(tmp_path: Path, env: dict[str, str]) -> None:
    """Before the first run there is no database, and that is no fault."""
    folder = make_folder(tmp_path / "body")

    code, found = states(folder, env)

    assert code == 0
    assert found["settings"] == ("ok", "Test Council: 3 teams, 2 rules")
    assert found["database"][0] == "ok"
    assert found["process"] == ("ok", "not running")


def test_waiting_dead_letters_are_a_warning(ran: Path, env: dict[str, str]) -> None:
    """They want a person, but the command ends well."""
    code, found = states(ran, env)

    assert code == 0
    assert found["dead letters"][0] == "warning"
    assert "mercat dead-letters list" in found["dead letters"][1]


def test_each_part_of_a_running_process_is_told(ran: Path, env: dict[str, str]) -> None:
    """Stages, door and sources are named with how they are."""
    with Running(ran, env=env):
        code, found = states(ran, env)
        plain = call("doctor", "--folder", ran, env=env)

    assert code == 0
    assert found["stage route"] == ("ok", "nothing waiting")
    assert found["door door"] == ("ok", "open")
    assert "ok       source rows: " in plain.out


def test_a_mistake_in_the_rules_is_a_fault_with_its_line(ran: Path, env: dict[str, str]) -> None:
    """The file, the line and the nearest right word are named, and all else is still looked at."""
    rules = ran / "rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("team: waste", "team: wast"), "utf-8")

    code, found = states(ran, env)

    assert code == 1
    assert found["settings"][0] == "fault"
    assert "rules.yaml line 7" in found["settings"][1]
    assert found["database"][0] == "ok"


def test_a_process_that_died_is_a_fault(ran: Path, env: dict[str, str]) -> None:
    """A control file that leads nowhere says that a process ended without a word."""
    control = {"url": "http://127.0.0.1:1/control", "token": "x"}
    (ran / "control.json").write_text(json.dumps(control), "utf-8")

    code, found = states(ran, env)

    assert code == 1
    assert found["process"][0] == "fault"
    assert "start it again" in found["process"][1]


def test_a_damaged_model_is_a_fault(ran: Path, env: dict[str, str]) -> None:
    """A model of the body's own that cannot be read is named."""
    (ran / "classifier.model").write_bytes(b"not a model")

    code, found = states(ran, env)

    assert (1, "fault") == (code, found["model"][0])


def test_a_damaged_database_is_a_fault(ran: Path, env: dict[str, str]) -> None:
    """Pages that were written over are found before a run would find them."""
    path = ran / "mercat.sqlite"
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    half = len(content) // 2
    content[half:] = b"\xff" * (len(content) - half)
    path.write_bytes(content)

    code, found = states(ran, env)

    assert (1, "fault") == (code, found["database"][0])
    assert "restore it from a backup" in found["database"][1]
