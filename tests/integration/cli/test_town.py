"""The sample town: made by `mercat run --town`, and never mixed with a real body."""

import gzip
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.town.file_folder import WEEK_PATH, make_town_folder
from tests.folders import write_model
from tests.mercat_process import call, run
from tests.stored import counts

POSTS_KEPT = 150


@pytest.fixture(scope="module")
def town_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town with the first posts of its week, as fast as they can be read."""
    folder = tmp_path_factory.mktemp("made") / "town"
    make_town_folder(folder, datetime(2026, 3, 9, 12, tzinfo=UTC))
    week = folder / WEEK_PATH
    lines = gzip.decompress(week.read_bytes()).splitlines(keepends=True)[:POSTS_KEPT]
    week.write_bytes(gzip.compress(b"".join(lines)))
    settings = folder / "mercat.yaml"
    text = re.sub(r"times_faster: \d+", "times_faster: 1000000", settings.read_text("utf-8"))
    text = text.replace("port: 8484", "port: 0")
    text = text.replace("kind: contact-log", "kind: contact-log\n    poll_seconds: 1")
    settings.write_text(f"{text}\nlistening: {{classify_in_child: false}}\n", "utf-8")
    write_model(folder / "classifier.model")
    return folder


@pytest.fixture
def town(town_made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    folder = tmp_path / "town"
    shutil.copytree(town_made, folder)
    return folder


def test_the_town_is_read_and_read_once(town: Path, env: dict[str, str]) -> None:
    """Its posts and calls find teams, its webhook has a secret, and a second run adds nothing."""
    first = run("run", "--town", town, "--until-idle", env=env)
    before = counts(town)
    second = run("run", "--town", town, "--until-idle", env=env)

    assert (0, 0) == (first.code, second.code), first.err + second.err
    assert before["posts"] > POSTS_KEPT // 2
    assert before == counts(town)
    secret = Path(env["MERCAT_KEYS"]) / "street-reports"
    assert secret.read_text("utf-8").startswith("whsec_")
    assert secret.stat().st_mode & 0o077 == 0


def test_a_real_body_is_never_run_as_the_town(ran: Path, env: dict[str, str]) -> None:
    """--town on a real body's folder is refused before anything is touched."""
    before = counts(ran)

    ended = call("run", "--town", ran, env=env)

    assert ended.code == 1
    assert "is a real body's folder" in ended.err
    assert before == counts(ran)


def test_the_town_is_not_made_among_other_things(tmp_path: Path, env: dict[str, str]) -> None:
    """A folder that holds something stays as it is."""
    (tmp_path / "notes.txt").write_text("mine", "utf-8")

    ended = call("run", "--town", tmp_path, env=env)

    assert ended.code == 1
    assert "is not an empty folder" in ended.err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
