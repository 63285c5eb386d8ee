"""The example for Alertmanager: taken as it is, and telling each alert to whom it should."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from deploy.monitoring.alert import Alert
from deploy.monitoring.alerts import ALERTS
from tests.conftest import absent
from tests.deploy.places import DEPLOY

EXAMPLE: Final = DEPLOY / "monitoring" / "alertmanager" / "alertmanager.yaml"
RECEIVERS: Final = {"page": "on-call", "ticket": "morning"}
OF_ITS_OWN: Final = {"MercatRogueAct": "governance"}
NAME: Final = re.compile(r"Mercat[A-Za-z]+")


def amtool_program() -> Path | None:
    """Return amtool: `MERCAT_TEST_AMTOOL`, else the one on the path, or None."""
    found = os.environ.get("MERCAT_TEST_AMTOOL") or shutil.which("amtool")
    return Path(found) if found else None


@pytest.fixture(scope="module")
def amtool() -> Path:
    """Alertmanager's own tool."""
    found = amtool_program()
    if found is None:
        absent("amtool is not installed (Debian package: prometheus-alertmanager)")
    assert found is not None
    return found


def told(amtool: Path, *words: str | Path) -> str:
    """Run amtool; return what it said."""
    command = [str(amtool), *map(str, words)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout.strip()


def inhibitions() -> list[dict[str, Any]]:
    """Return what keeps which alerts from being told."""
    rules: list[dict[str, Any]] = yaml.safe_load(EXAMPLE.read_text("utf-8"))["inhibit_rules"]
    return rules


def silenced_by(source: str) -> set[str]:
    """Return the alerts that one alert silences, whatever their labels."""
    found: set[str] = set()
    for rule in inhibitions():
        if source in _named(rule["source_matchers"]):
            found |= _named(rule["target_matchers"])
    return found


def _named(matchers: list[str]) -> set[str]:
    """Return the alerts that matchers of a name match."""
    (matcher,) = matchers
    pattern = matcher.removeprefix("alertname").lstrip(" =~").strip('"')
    return {alert.name for alert in ALERTS if re.fullmatch(pattern, alert.name)}


def test_alertmanager_takes_the_example(amtool: Path) -> None:
    """Every part of it."""
    assert "SUCCESS" in told(amtool, "check-config", EXAMPLE)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_an_alert_is_told_to_whom_its_severity_says(amtool: Path, alert: Alert) -> None:
    """A page to whoever is on call, a ticket in the morning, a stolen account to more people."""
    labels = (f"severity={alert.severity}", f"alertname={alert.name}")
    receiver = told(amtool, "config", "routes", "test", f"--config.file={EXAMPLE}", *labels)

    assert OF_ITS_OWN.get(alert.name, RECEIVERS[alert.severity]) == receiver


def test_every_alert_that_the_example_names_is_one_that_there_is() -> None:
    """A name that was changed would match nothing, and nobody would see it."""
    names = {*NAME.findall(EXAMPLE.read_text("utf-8"))}

    assert names - {"MercatStage"} <= {alert.name for alert in ALERTS}
    assert all(_named(rule["source_matchers"]) for rule in inhibitions())


def test_a_process_that_is_gone_silences_what_follows_and_nothing_else() -> None:
    """Nobody is kept from hearing of a stolen account because a worker is away."""
    silenced = silenced_by("MercatDown")

    assert {"MercatStageStopped", "MercatGaugesStale", "MercatTimelineNotRead"} <= silenced
    assert (
        not {"MercatDown", "MercatRogueAct", "MercatDiskFills", "MercatSendingUnknown"} & silenced
    )


def test_what_has_to_be_equal_is_a_label_of_both() -> None:
    """A label that only one of two alerts has makes a rule that never holds."""
    by_name = {alert.name: alert for alert in ALERTS}
    for rule in inhibitions():
        for label in rule.get("equal", []):
            for name in _named(rule["source_matchers"]) | _named(rule["target_matchers"]):
                assert f"by ({label})" in by_name[name].expr, name
