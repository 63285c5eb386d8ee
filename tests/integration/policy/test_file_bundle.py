"""Bundles on disk: read whole or not at all, and asked through the gate of the embedded default."""

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from services.policy.file_bundle import read_bundle
from services.policy.file_rule_set import RULES
from services.policy.gate import EngineGate
from services.policy.regopy_engine import RegopyEngine
from services.runtime.errors import SettingsError
from tests.gate_facts import facts

JUDGE = """
from services.policy.file_bundle import read_bundle
from services.policy.gate import EngineGate
from services.policy.regopy_engine import RegopyEngine
from tests.gate_facts import facts

bundle = read_bundle()
engine = RegopyEngine(bundle, seconds_max=30)
gate = EngineGate(engine, bundle)
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy of the rules, to be changed."""
    folder = tmp_path / "rules"
    shutil.copytree(RULES, folder)
    return folder


def test_a_copy_has_the_same_revision(rules: Path) -> None:
    """What names a bundle is in it, not where it lies; tests are no part of it."""
    (rules / "content/length/length_test.rego").write_text("package other\n", encoding="utf-8")

    assert read_bundle().revision == read_bundle(rules).revision


def test_another_figure_gives_another_revision(rules: Path) -> None:
    """What an officer changes in the data is a change of the rules in force."""
    path = rules / "data/approvals.yaml"
    path.write_text(path.read_text("utf-8").replace("count: 1", "count: 2", 1), encoding="utf-8")

    assert read_bundle().revision != read_bundle(rules).revision
    assert 2 == read_bundle(rules).data["approvals"]["second_person"]["count"]


def remove(name: str) -> Callable[[Path], object]:
    """Return what takes a file away."""
    return lambda folder: (folder / name).unlink()


def write(name: str, content: bytes) -> Callable[[Path], object]:
    """Return what writes a file."""

    def change(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (remove("gate/gate.rego"), "gate/gate.rego is missing"),
        (remove("data/approvals.yaml"), "approvals.yaml"),
        (write("data/approvals.yaml", b"promise:\n  roles: [approver]\n"), "second_person"),
        (write("data/approvals.yaml", b"second_person: 1\npromise: 2\n"), "line 1"),
        (write("data/hours.yaml", b"a: 1\n"), "no rule reads hours.yaml"),
        (write("content/length/length.rego", b"\xff"), "is not UTF-8"),
        (write("content/length/length.rego", b"#" * 70_000), "is over 65,536 bytes"),
        (write("content/deep/down/rule/rule.rego", b"package x\n"), "a rule lies at"),
        (write("stray.rego", b"package x\n"), "a rule lies at"),
    ],
)
def test_a_folder_that_is_no_bundle_is_refused(
    rules: Path, change: Callable[[Path], object], said: str
) -> None:
    """What is missing, misplaced or misspelt is named, and nothing is read in part."""
    change(rules)

    with pytest.raises(SettingsError) as refused:
        read_bundle(rules)

    assert said in str(refused.value)


def test_the_embedded_gate_judges() -> None:
    """The gate that comes with Mercat lets an agreed act go, and holds without its engine."""
    bundle = read_bundle()
    engine = RegopyEngine(bundle, seconds_max=30)
    gate = EngineGate(engine, bundle)

    before = gate.judge(facts())
    engine.close()

    assert ("allow", bundle.revision) == (before.decision, before.revision)
    assert gate.judge(facts()).failure is not None


def test_regopy_is_never_loaded_where_the_gate_is() -> None:
    """What can end its process is in another: asking loads neither regopy nor OPA's client."""
    program = (
        f"import sys\n{JUDGE}"
        "decision = gate.judge(facts()).decision\n"
        "engine.close()\n"
        "print(decision, *sorted({'regopy', 'opa_client', 'requests'} & sys.modules.keys()))\n"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120
    )

    assert "allow\n" == ran.stdout, ran.stderr


def test_a_process_that_forgets_its_engine_ends_all_the_same() -> None:
    """An engine that nobody closed neither keeps the process nor outlives it."""
    program = f"{JUDGE}gate.judge(facts())\nprint(engine.pid)\n"

    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120
    )

    assert ran.returncode == 0, ran.stderr
    assert not Path(f"/proc/{int(ran.stdout)}").exists()


def test_the_rules_are_in_the_wheel(tmp_path: Path) -> None:
    """Whoever installs Mercat gets the rules, their data and the list of what they may use."""
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        f"services/policy/rules/{path.relative_to(RULES).as_posix()}"
        for path in RULES.rglob("*")
        if path.is_file()
    }
    assert expected <= names
