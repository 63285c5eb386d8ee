"""Who may import whom, and what a plain start must not load."""

import subprocess
import sys
from pathlib import Path
from shutil import copy, copytree, ignore_patterns

import pytest

from tests.architecture.sources import ROOT

LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
HEAVY = ("psycopg", "confluent_kafka", "faust", "opa_client", "sklearn")
STARTS = sorted(
    f"services.{file.stem}"
    for name in ("cli*.py", "bootstrap*.py")
    for file in (ROOT / "services").glob(name)
)
LOADED = "import sys, {module}; print(*sorted(set({names!r}) & set(sys.modules)))"


def run(folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    """Run a line of Python in a process of its own, from a folder."""
    return subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, check=False, text=True
    )


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


@pytest.mark.parametrize("module", STARTS)
def test_a_plain_start_loads_no_optional_part(module: str) -> None:
    """The embedded default runs where none of the extras is installed."""
    result = run(ROOT, LOADED.format(module=module, names=HEAVY))

    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == []


def test_a_loaded_part_is_found(tmp_path: Path) -> None:
    """The question put to the process above can be answered with a name."""
    (tmp_path / "faust.py").write_text("", encoding="utf-8")
    (tmp_path / "plain.py").write_text("import faust\n", encoding="utf-8")

    result = run(tmp_path, LOADED.format(module="plain", names=HEAVY))

    assert result.stdout.split() == ["faust"]
