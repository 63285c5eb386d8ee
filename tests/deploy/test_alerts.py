"""Every alert fires when it should, not a moment before, and never on a quiet night."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.monitoring.alert import Alert, Group
from deploy.monitoring.alerts import ALERT_GROUPS, ALERTS
from deploy.monitoring.recording_rules import RECORDINGS
from deploy.monitoring.rule_files import groups_of
from tests.conftest import absent
from tests.deploy.alert_cases import CASES, Case, Series
from tests.deploy.places import DEPLOY
from tests.prometheus_server import promtool_program

RULES = DEPLOY / "monitoring" / "prometheus"
BY_NAME = {alert.name: alert for alert in ALERTS}
NEVER, ALWAYS = "vector(0) > 1", "vector(1)"


@pytest.fixture(scope="module")
def promtool() -> Path:
    """Prometheus's own tool."""
    found = promtool_program()
    if found is None:
        absent("promtool is not installed (Debian package: prometheus)")
    assert found is not None
    return found


def told(promtool: Path, *words: str | Path) -> tuple[int, str]:
    """Run promtool; return how it ended, and what it said."""
    command = [str(promtool), *map(str, words)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout + ended.stderr


def asked(name: str, at_seconds: int, *, fires: bool) -> Mapping[str, Any]:
    """Return the question whether an alert fires at a second, with the answer expected."""
    return {
        "expr": f'count(ALERTS{{alertname="{name}",alertstate="firing"}})',
        "eval_time": f"{at_seconds}s",
        "exp_samples": [{"labels": "{}", "value": 1}] if fires else [],
    }


def scene(step: str, series: Series, *questions: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return one test of promtool's."""
    given = [{"series": name, "values": values} for name, values in series.items()]
    return {"interval": step, "input_series": given, "promql_expr_test": [*questions]}


def judged(
    promtool: Path, folder: Path, name: str, case: Case, groups: Sequence[Group]
) -> tuple[int, str]:
    """Try an alert just before it fires, as it does, and on a quiet night, by these rules."""
    (folder / "rules.yaml").write_text(yaml.safe_dump(groups_of(groups)), "utf-8")
    step, at = f"{case.step_seconds}s", case.at_seconds
    scenes = [
        scene(
            step,
            case.fires,
            asked(name, at - case.step_seconds, fires=False),
            asked(name, at, fires=True),
        ),
        scene(step, case.quiet, asked(name, at, fires=False)),
    ]
    tests = {
        "rule_files": ["rules.yaml"],
        "evaluation_interval": step,
        # What is recorded comes before whoever asks for it: else it would be a step late, or not.
        "group_eval_order": [group.name for group in groups],
        "tests": scenes,
    }
    (folder / "tests.yaml").write_text(yaml.safe_dump(tests), "utf-8")
    return told(promtool, "test", "rules", folder / "tests.yaml")


def groups_with(alert: Alert) -> list[Group]:
    """Return the rules that one alert needs, with that alert as it is given."""
    (group,) = [
        each
        for each in ALERT_GROUPS
        if any(rule.name == alert.name for rule in each.rules if isinstance(rule, Alert))
    ]
    return [*RECORDINGS, replace(group, rules=(alert,))]


@pytest.mark.parametrize("name", CASES)
def test_an_alert_fires_when_it_should_and_not_before(
    promtool: Path, tmp_path: Path, name: str
) -> None:
    """To the evaluation; and not on a night on which everything stays just within its bounds."""
    code, said = judged(promtool, tmp_path, name, CASES[name], groups_with(BY_NAME[name]))

    assert 0 == code, said


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"expr": NEVER}, id="never"),
        pytest.param({"expr": ALWAYS}, id="always"),
        pytest.param({"for_seconds": 7_200}, id="late"),
    ],
)
@pytest.mark.parametrize("name", ["MercatRogueAct", "MercatDown", "MercatHeadNotExported"])
def test_an_alert_that_is_wrong_is_found(
    promtool: Path, tmp_path: Path, name: str, broken: dict[str, Any]
) -> None:
    """One that never fires, one that always does, and one that takes too long about it."""
    alert = replace(BY_NAME[name], **broken)

    code, _ = judged(promtool, tmp_path, name, CASES[name], groups_with(alert))

    assert 0 != code


def test_each_alert_has_its_case() -> None:
    """An alert that nobody tried may never fire."""
    assert {*BY_NAME} == {*CASES}
    assert len(ALERTS) == len(BY_NAME)


def test_prometheus_takes_the_rules_and_its_own_settings(promtool: Path) -> None:
    """As they are committed, for compose and for one process."""
    for words in (
        ("check", "rules", RULES / "alerts.yaml", RULES / "recording.yaml"),
        ("check", "config", RULES / "prometheus.yaml"),
        ("check", "config", RULES / "prometheus-embedded.yaml"),
    ):
        code, said = told(promtool, *words)

        assert 0 == code, said


def test_an_alert_says_what_is_wrong_and_where_to_read_on() -> None:
    """In sentences, and by a symptom's name."""
    for alert in ALERTS:
        assert alert.name.startswith("Mercat"), alert.name
        assert alert.summary.endswith("."), alert.name
        assert alert.meaning.endswith("."), alert.name
        assert alert.runbook.endswith(f"/{alert.slug}")
    assert "mercat-stage-stopped" == BY_NAME["MercatStageStopped"].slug
