"""Who may import whom, and what a plain start must not load."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from shutil import copy, copytree, ignore_patterns

import pytest

from tests.architecture.sources import ROOT

LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
HEAVY = (
    "psycopg",
    "confluent_kafka",
    "faust",
    "opa_client",
    "sklearn",
    "icalendar",
    "opentelemetry.sdk",
)
STARTS = sorted(
    f"services.{file.stem}"
    for name in ("cli*.py", "bootstrap*.py")
    for file in (ROOT / "services").glob(name)
)
BELOW = ("services.bootstrap", "services.bootstrap_console", "services.cli_options")
"""Between them these load the rooms, and what the rooms need of others."""
LOADED = """
import json, os, sys
below, starts, names = json.loads(sys.argv[1])
for name in below:
    __import__(name)
for name in [each for each in sys.modules if each.count(".") == 1]:
    if name.startswith("services.") and not hasattr(sys.modules[name], "__path__"):
        del sys.modules[name]
for name in starts:
    sys.stdout.flush()
    child = os.fork()
    if not child:
        __import__(name)
        print(name, *sorted(set(names) & set(sys.modules)), flush=True)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit(f"{name} cannot be loaded first")
"""
"""Loads the rooms once; then each start by itself, and names which optional parts are there."""


def run(folder: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a few lines of Python in a process of its own, from a folder."""
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        capture_output=True,
        check=False,
        text=True,
    )


def loaded(folder: Path, below: Sequence[str], starts: Sequence[str]) -> Mapping[str, list[str]]:
    """Return which optional parts each start loads that loads any, the rooms below being there."""
    result = run(folder, LOADED, json.dumps([below, starts, HEAVY]))
    assert result.returncode == 0, result.stderr
    told = dict(line.split(maxsplit=1) for line in result.stdout.splitlines() if " " in line)
    assert len(starts) == len(result.stdout.splitlines())
    return {name: parts.split() for name, parts in told.items()}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a copy of the sources and their rules, to be spoilt."""
    copy(ROOT / "pyproject.toml", tmp_path)
    for folder in ("schemas", "services"):
        copytree(
            ROOT / folder,
            tmp_path / folder,
            ignore=ignore_patterns("__pycache__", "*.json", "*.jsonl", "*.yaml"),
        )
    return tmp_path


def test_the_layers_hold(tree: Path) -> None:
    """Every room imports only what lies below it."""
    result = run(tree, LINT)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("services/ingest/sly.py", "import services.classify"),
        ("services/route/sly.py", "from services import ingest"),
        ("services/reading/sly.py", "import services.route"),
        ("services/runtime/sly.py", "import services.reading"),
        ("services/log/sly.py", "import services.console"),
        ("schemas/sly.py", "import services.runtime"),
        ("services/unheard_of/__init__.py", ""),
    ],
)
def test_an_import_against_the_layers_is_found(tree: Path, file: str, line: str) -> None:
    """An import upwards, one between neighbours and a room nobody listed all fail."""
    (tree / file).parent.mkdir(exist_ok=True)
    (tree / file).write_text(f"{line}\n", encoding="utf-8")

    result = run(tree, LINT)

    assert result.returncode == 1
    assert "BROKEN" in result.stdout


def test_the_plain_start_is_looked_at() -> None:
    """The command line and the composition root are among the modules tried below."""
    assert {"services.cli", "services.bootstrap"} <= set(STARTS)


def test_a_plain_start_loads_no_optional_part() -> None:
    """The embedded default runs where none of the extras is installed."""
    assert {} == loaded(ROOT, BELOW, STARTS)


def test_a_loaded_part_is_found(tmp_path: Path) -> None:
    """It is named with the start that loads it, whether itself or by a room below."""
    (tmp_path / "services" / "room").mkdir(parents=True)
    (tmp_path / "services" / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "faust.py").write_text("", encoding="utf-8")
    (tmp_path / "services" / "heavy.py").write_text("import faust\n", encoding="utf-8")
    (tmp_path / "services" / "plain.py").write_text("import services.room\n", encoding="utf-8")
    starts = ["services.plain", "services.heavy"]

    itself = loaded(tmp_path, ["services.plain"], starts)
    (tmp_path / "services" / "room" / "__init__.py").write_text("import faust\n", encoding="utf-8")
    below = loaded(tmp_path, ["services.plain"], starts)

    assert {"services.heavy": ["faust"]} == itself
    assert {name: ["faust"] for name in starts} == below


def test_a_start_that_cannot_be_loaded_first_is_found(tmp_path: Path) -> None:
    """Two that need each other fail, where either is loaded before the other."""
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "__init__.py").write_text("", encoding="utf-8")
    for one, other in (("this", "that"), ("that", "this")):
        text = f"from services.{other} import {other}\n{one} = 1\n"
        (tmp_path / "services" / f"{one}.py").write_text(text, encoding="utf-8")

    result = run(tmp_path, LOADED, json.dumps([[], ["services.this"], HEAVY]))

    assert result.returncode == 1
    assert "services.this cannot be loaded first" in result.stderr
