"""The systemd unit of the embedded way: sound, closed, and started and ended as Mercat wants."""

import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from services.settings import ENVIRONMENT_PREFIX, EnvironmentSettings
from tests.conftest import absent
from tests.deploy.facts import parses
from tests.deploy.places import DEPLOY

UNIT = DEPLOY / "systemd" / "mercat.service"
EXPOSURE_MAX = 15
"""In tenths of systemd's own measure, which goes from 0, closed, to 100."""


def entries(text: str) -> dict[str, list[str]]:
    """Return a unit's settings: every value that a key is given, in order."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found[key].append(value)
    return found


@pytest.fixture
def analyse() -> str:
    """The program that judges units."""
    program = shutil.which("systemd-analyze")
    if program is None:
        absent("systemd-analyze is not installed (Debian package: systemd)")
    return str(program)


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that is on this machine in place of Mercat."""
    text = UNIT.read_text(encoding="utf-8")
    place = tmp_path / UNIT.name
    place.write_text(text.replace("/opt/mercat/bin/mercat", "/bin/true"), encoding="utf-8")
    return place


def verified(analyse: str, unit: Path) -> str:
    """Return what systemd has against a unit."""
    told = subprocess.run(
        [analyse, "verify", "--man=no", str(unit)], capture_output=True, check=False, text=True
    )
    return told.stderr


def exposed(analyse: str, unit: Path, most: int) -> bool:
    """Return whether systemd thinks that a unit is more open than so many tenths."""
    told = subprocess.run(
        [analyse, "security", "--offline=true", f"--threshold={most}", str(unit)],
        capture_output=True,
        check=False,
        text=True,
    )
    return told.returncode != 0


def test_systemd_takes_the_unit(analyse: str, unit: Path) -> None:
    """Systemd knows every key and value."""
    assert "" == verified(analyse, unit)


def test_a_slip_in_the_unit_is_found(analyse: str, unit: Path) -> None:
    """A key that systemd does not know is told."""
    unit.write_text(unit.read_text(encoding="utf-8").replace("UMask=", "UMusk="), encoding="utf-8")

    assert "UMusk" in verified(analyse, unit)


def test_the_unit_is_closed(analyse: str, unit: Path) -> None:
    """Systemd's own measure finds little that the service could reach beside its folders."""
    assert not exposed(analyse, unit, EXPOSURE_MAX)


def test_an_open_unit_is_found(analyse: str, unit: Path) -> None:
    """The same measure finds a service that may gain rights and write everywhere."""
    text = unit.read_text(encoding="utf-8")
    for closed in ("ProtectSystem=strict\n", "NoNewPrivileges=yes\n", "CapabilityBoundingSet=\n"):
        assert closed in text
        text = text.replace(closed, "")
    unit.write_text(text, encoding="utf-8")

    assert exposed(analyse, unit, EXPOSURE_MAX)


def test_it_starts_a_command_that_is_one() -> None:
    """The command line is Mercat's, and the variables are ones that it reads."""
    found = entries(UNIT.read_text(encoding="utf-8"))
    program, *words = found["ExecStart"][0].split()
    variables = {each.split("=")[0] for each in found["Environment"][0].split()}
    read = {f"{ENVIRONMENT_PREFIX}{name.upper()}" for name in EnvironmentSettings.model_fields}

    assert "/opt/mercat/bin/mercat" == program
    assert parses(words)
    assert variables <= read


def test_it_is_not_started_again_where_that_mends_nothing() -> None:
    """The exit codes for wrong settings and wrong command lines end it for good."""
    found = entries(UNIT.read_text(encoding="utf-8"))

    assert ["on-failure"] == found["Restart"]
    assert ["1 2"] == found["RestartPreventExitStatus"]


def test_its_folders_are_those_it_may_write() -> None:
    """Folder and keys lie below the folders that systemd keeps for it, apart from one another."""
    found = entries(UNIT.read_text(encoding="utf-8"))
    places = dict(each.split("=") for each in found["Environment"][0].split())
    kept = [Path("/var/lib") / name for name in found["StateDirectory"][0].split()]

    assert Path(places["MERCAT_FOLDER"]).is_relative_to(kept[0])
    assert Path(places["MERCAT_KEYS"]) == kept[1]
