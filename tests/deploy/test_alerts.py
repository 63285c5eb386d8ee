"""Every alert fires when it should, not a moment before, and never on a quiet night."""

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from deploy.monitoring.alert import Alert, Group, Recording
from deploy.monitoring.alerts import ALERTS
from deploy.monitoring.recording_rules import RECORDINGS
from deploy.monitoring.rule_files import groups_of
from tests.conftest import absent
from tests.deploy.alert_branches import BRANCHES
from tests.deploy.alert_cases import CASES, Case
from tests.deploy.alert_mutants import mutants
from tests.deploy.places import DEPLOY
from tests.prometheus_server import promtool_program

RULES = DEPLOY / "monitoring" / "prometheus"
FAILED = re.compile(r"^Unit Testing:  (\S+)\n+  FAILED:", re.MULTILINE)
BY_NAME = {alert.name: alert for alert in ALERTS}


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
    # Which file it is at, it says on one stream, and what failed on the other.
    both = subprocess.STDOUT
    ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=both, text=True, check=False)
    return ended.returncode, ended.stdout


def cases_of(name: str) -> tuple[Case, ...]:
    """Return every case of an alert."""
    return CASES[name], *BRANCHES.get(name, ())


def asked(name: str, at_seconds: int, *, fires: bool) -> Mapping[str, Any]:
    """Return the question whether an alert fires at a second, with the answer expected."""
    return {
        "expr": f'count(ALERTS{{alertname="{name}",alertstate="firing"}})',
        "eval_time": f"{at_seconds}s",
        "exp_samples": [{"labels": "{}", "value": 1}] if fires else [],
    }


def scenes(name: str, case: Case) -> list[Mapping[str, Any]]:
    """Return an alert just before it fires, as it does, and on a quiet night."""
    at, before = case.at_seconds, case.at_seconds - case.turn_seconds
    asked_of = {
        "fires": (case.fires, [asked(name, before, fires=False), asked(name, at, fires=True)]),
        "quiet": (case.quiet, [asked(name, at, fires=False)]),
    }
    return [
        {
            "interval": f"{case.step_seconds}s",
            "input_series": [{"series": each, "values": series[each]} for each in series],
            "promql_expr_test": questions,
        }
        for series, questions in asked_of.values()
        if series
    ]


def groups_with(alert: Alert) -> list[Group]:
    """Return the rules that one alert needs, with that alert as it is given."""
    kept: list[Alert | Recording] = [alert]
    recorded = [each for group in RECORDINGS for each in group.rules]
    # What is recorded last may ask for what was recorded before it.
    for each in reversed(recorded):
        if isinstance(each, Recording) and any(each.record in rule.expr for rule in kept):
            kept.insert(0, each)
    return [Group("what-it-needs", tuple(kept))]


def put(folder: Path, alert: Alert) -> list[Path]:
    """Write a test of an alert for each step that its cases have; return their places."""
    folder.mkdir(exist_ok=True)
    groups = groups_with(alert)
    (folder / "rules.yaml").write_text(json.dumps(groups_of(groups)), "utf-8")
    places = []
    for turn_seconds in sorted({case.turn_seconds for case in cases_of(alert.name)}):
        cases = [case for case in cases_of(alert.name) if case.turn_seconds == turn_seconds]
        tests = {
            "rule_files": ["rules.yaml"],
            "evaluation_interval": f"{turn_seconds}s",
            "tests": [each for case in cases for each in scenes(alert.name, case)],
        }
        places.append(folder / f"every-{turn_seconds}-s.yaml")
        places[-1].write_text(json.dumps(tests), "utf-8")
    return places


@pytest.mark.parametrize("name", CASES)
def test_an_alert_fires_when_it_should_and_not_before(
    promtool: Path, tmp_path: Path, name: str
) -> None:
    """To the evaluation; and not on a night on which everything stays just within its bounds."""
    code, said = told(promtool, "test", "rules", *put(tmp_path, BY_NAME[name]))

    assert 0 == code, said


@pytest.mark.parametrize("name", CASES)
def test_a_limit_or_a_wait_that_is_wrong_is_found(
    promtool: Path, tmp_path: Path, name: str
) -> None:
    """Whatever number of an alert is another, one of its cases says so."""
    wrong = dict(mutants(BY_NAME[name], CASES[name].step_seconds))
    places = {why: put(tmp_path / str(number), wrong[why]) for number, why in enumerate(wrong)}
    # All at once, since promtool takes as long to begin as it takes to try one.
    _, said = told(
        promtool, "test", "rules", *(each for which in places.values() for each in which)
    )
    failed = {Path(place) for place in FAILED.findall(said)}

    assert wrong
    assert [] == [why for why, which in places.items() if not failed & {*which}]


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
