"""The systemd units, of one process and of several: sound, closed, started and ended as wanted."""

import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from services.bootstrap_services import SERVICES
from services.settings import ENVIRONMENT_PREFIX, EnvironmentSettings
from tests.conftest import absent
from tests.deploy.facts import parses
from tests.deploy.places import DEPLOY

SYSTEMD = DEPLOY / "systemd"
UNIT = SYSTEMD / "mercat.service"
TEMPLATE = SYSTEMD / "mercat@.service"
OPA = SYSTEMD / "mercat-opa.service"
PROGRAMS = ("/opt/mercat/bin/mercat", "/usr/local/bin/opa")
OWN = {"ExecStart", "Environment", "EnvironmentFile", "RuntimeDirectory", "MemoryMax"}
"""What a service of several has to itself; all else is as in the unit of one."""
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


@pytest.fixture(params=[UNIT, TEMPLATE, OPA], ids=lambda path: path.name)
def unit(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Each unit with a program that is on this machine in place of its own.

    Of a template it is the unit of one service.
    """
    path: Path = request.param
    text = path.read_text(encoding="utf-8")
    for program in PROGRAMS:
        text = text.replace(program, "/bin/true")
    place = tmp_path / path.name.replace("@.", "@classify.")
    place.write_text(text, encoding="utf-8")
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


def variables_of(unit: Path) -> set[str]:
    """Return the names that a unit gives values to itself."""
    found = entries(unit.read_text(encoding="utf-8"))
    return {each.split("=")[0] for each in found["Environment"][0].split()}


@pytest.mark.parametrize(
    ("unit_file", "instance"), [(UNIT, ""), *((TEMPLATE, service) for service in SERVICES)]
)
def test_it_starts_a_command_that_is_one(unit_file: Path, instance: str) -> None:
    """The command line is Mercat's, for each service, and the variables are ones that it reads."""
    found = entries(unit_file.read_text(encoding="utf-8"))
    program, *words = found["ExecStart"][0].replace("%i", instance).split()
    read = {f"{ENVIRONMENT_PREFIX}{name.upper()}" for name in EnvironmentSettings.model_fields}

    assert "/opt/mercat/bin/mercat" == program
    assert parses(words)
    assert variables_of(unit_file) <= read


def test_what_services_share_is_said_alike() -> None:
    """The unit of several is confined, ended and started again as the unit of one is."""
    one, several = (entries(path.read_text(encoding="utf-8")) for path in (UNIT, TEMPLATE))
    apart = {key for key in {*one, *several} if one.get(key) != several.get(key)}

    assert OWN | {"Description"} == apart
    assert "mercat-%i" == several["RuntimeDirectory"][0], "one that stops would take the others'"


def test_opa_runs_as_its_settings_say() -> None:
    """It takes its rules from policy and listens to its own machine alone."""
    started = entries(OPA.read_text(encoding="utf-8"))["ExecStart"][0]
    settings = (DEPLOY / "opa" / "opa.yaml").read_text(encoding="utf-8")
    (advised,) = (line.strip("# ") for line in settings.splitlines() if "opa run" in line)

    assert started.replace("/etc/mercat", "deploy/opa").startswith(f"/usr/local/bin/{advised}")
    assert "${POLICY_ADDRESS}" in settings
    assert "${POLICY_KEY}" in settings


@pytest.mark.parametrize("unit_file", [UNIT, TEMPLATE])
def test_it_is_not_started_again_where_that_mends_nothing(unit_file: Path) -> None:
    """The exit codes for wrong settings and wrong command lines end it for good."""
    found = entries(unit_file.read_text(encoding="utf-8"))

    assert ["on-failure"] == found["Restart"]
    assert ["1 2"] == found["RestartPreventExitStatus"]


@pytest.mark.parametrize("unit_file", [UNIT, TEMPLATE])
def test_its_folders_are_those_it_may_write(unit_file: Path) -> None:
    """Folder and keys lie below the folders that systemd keeps for it, apart from one another."""
    found = entries(unit_file.read_text(encoding="utf-8"))
    places = dict(each.split("=") for each in found["Environment"][0].split())
    kept = [Path("/var/lib") / name for name in found["StateDirectory"][0].split()]

    assert Path(places["MERCAT_FOLDER"]).is_relative_to(kept[0])
    assert Path(places["MERCAT_KEYS"]) == kept[1]
