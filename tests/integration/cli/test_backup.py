"""`mercat backup` and `restore`: the same body again, from one file."""

import json
import stat
from collections.abc import Mapping
from pathlib import Path

from services.house.sqlite_house import open_house
from services.house.threads import HouseAct
from services.runtime.system_clock import SystemClock
from tests.folders import make_folder
from tests.mercat_process import Running, call, run
from tests.stored import counts


def test_a_backup_made_while_it_runs_brings_everything_back(
    ran: Path, env: dict[str, str], tmp_path: Path
) -> None:
    """Restored elsewhere and run again, the body has the same rows, and word of the restore."""
    copy, again = tmp_path / "monday.tar", tmp_path / "again"
    with Running(ran, env=env):
        made = call("backup", copy, "--json", "--folder", ran, env=env)
    before = counts(ran)

    restored = call("restore", copy, again, env=env)
    (again / "rows.jsonl").write_bytes((ran / "rows.jsonl").read_bytes())
    settled = run("run", again, "--until-idle", env=env)

    assert {"mercat.yaml", "rules.yaml", "classifier.model", "mercat.sqlite"} == set(
        json.loads(made.out)["sha256"]
    )
    assert (0, 0) == (restored.code, settled.code), settled.err
    after = counts(again)
    # The rules were brought at the first start; the restore is noted at the next.
    assert (1, 2) == (before["audit_entries"], after["audit_entries"])
    assert _listened(before) == _listened(after)


def test_only_its_owner_reads_a_backup_and_what_comes_of_it(
    ran: Path, env: dict[str, str], tmp_path: Path
) -> None:
    """File and folder are closed to everybody else, and both commands speak of the keys."""
    copy, again = tmp_path / "monday.tar", tmp_path / "again"

    made = call("backup", copy, "--folder", ran, env=env)
    restored = call("restore", copy, again, env=env)

    assert [0o600, 0o700] == [stat.S_IMODE(path.stat().st_mode) for path in (copy, again)]
    assert "MERCAT_KEYS" in made.out
    assert "MERCAT_KEYS" in restored.out


def test_nothing_that_is_there_is_written_over(
    ran: Path, env: dict[str, str], tmp_path: Path
) -> None:
    """A file in the way stops the backup, and a folder in use the restore."""
    copy = tmp_path / "monday.tar"
    call("backup", copy, "--folder", ran, env=env)
    before = copy.read_bytes()

    twice = call("backup", copy, "--folder", ran, env=env)
    onto = call("restore", copy, ran, env=env)

    assert (1, True) == (twice.code, "exists already" in twice.err)
    assert (1, True) == (onto.code, "is not empty" in onto.err)
    assert before == copy.read_bytes()


def test_a_damaged_backup_leaves_nothing_behind(
    ran: Path, env: dict[str, str], tmp_path: Path
) -> None:
    """A byte that changed is found, named, and no folder comes of it."""
    copy, again = tmp_path / "monday.tar", tmp_path / "again"
    call("backup", copy, "--folder", ran, env=env)
    content = bytearray(copy.read_bytes())
    place = content.index(b"- name: Wire down")
    content[place + 8 : place + 12] = b"Fire"
    copy.write_bytes(content)

    ended = call("restore", copy, again, env=env)

    assert ended.code == 1
    assert "is damaged: rules.yaml is not what was backed up" in ended.err
    assert not again.exists()


def test_a_file_that_is_no_backup_is_told(env: dict[str, str], tmp_path: Path) -> None:
    """Whatever is given, the answer is one sentence."""
    other = tmp_path / "notes.tar"
    other.write_text("not an archive", "utf-8")

    ended = call("restore", other, tmp_path / "again", env=env)

    assert ended.code == 1
    assert f"{other} is not a whole Mercat backup" in ended.err


def test_the_house_platform_is_in_a_backup(env: dict[str, str], tmp_path: Path) -> None:
    """Its threads and keys come back with the rest, and the command says what that means."""
    body = make_folder(tmp_path / "body", sources=["{kind: house, name: house}"])
    copy, again = tmp_path / "monday.tar", tmp_path / "again"
    house = open_house(body, SystemClock())
    house.welcome("ann", "Ann")
    act = HouseAct("statement", "The bins were not emptied.")
    said = house.carry_out("ann", act, None, "k1")
    house.close()
    ran_once = run("run", body, "--until-idle", env=env)

    made = call("backup", copy, "--json", "--folder", body, env=env)
    restored = call("restore", copy, again, env=env)
    house = open_house(again, SystemClock())
    repeat = house.carry_out("ann", act, None, "k1")
    posts = house.latest(10)
    house.close()

    assert (0, 0, 0) == (ran_once.code, made.code, restored.code), made.err + restored.err
    assert "house.sqlite" in json.loads(made.out)["sha256"]
    assert (said.remote_id, True, 1) == (repeat.remote_id, repeat.repeat, len(posts))
    assert "what was posted there since is gone" in restored.out


def _listened(rows: Mapping[str, int]) -> dict[str, int]:
    """Return the counts of all but the audit's tables, and how far bells have read it."""
    left_out = ("audit_", "bell_marks")
    return {name: count for name, count in rows.items() if not name.startswith(left_out)}
