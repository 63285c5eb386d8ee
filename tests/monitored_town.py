"""The sample town, running, with a Prometheus that scrapes it: what tests of monitoring look at."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import httpx
import yaml

from deploy.monitoring.alert import Alert, Group
from deploy.monitoring.alerts import ALERT_GROUPS
from deploy.monitoring.recording_rules import RECORDINGS
from deploy.monitoring.rule_files import groups_of
from services.cli_run import make_town
from services.runtime.system_clock import SystemClock
from services.settings import SETTINGS_NAME, EnvironmentSettings
from tests.busy_town import BusyTown
from tests.conftest import absent
from tests.mercat_process import Running, environment
from tests.prometheus_server import PrometheusServer, prometheus_program

RULES_NAME: Final = "rules.yaml"
QUICK_CHECKPOINTS: Final = "\nspeaking:\n  checkpoint_seconds: 1\n"
TIMES_QUICKER: Final = 20
ALIVE: Final = "MercatDown"
QUICKEST_SECONDS: Final = 1
_UNIT_SECONDS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_SPAN: Final = re.compile(r"(?P<before>\[|:|offset )(?P<count>\d+)(?P<unit>[smhd])")
_WINDOW_SECONDS_MIN: Final = 5
"""A window holds some scrapes, or it would be empty."""


@dataclass(frozen=True, slots=True)
class MonitoredTown:
    """A running town, the people in it, and the Prometheus that watches it."""

    folder: Path
    env: dict[str, str]
    address: str
    people: BusyTown
    prometheus: PrometheusServer

    def metrics(self) -> str:
        """Return what it says at /metrics now."""
        return httpx.get(f"{self.address}/metrics", trust_env=False).raise_for_status().text

    def parts(self) -> list[dict[str, Any]]:
        """Return how its parts are."""
        answer = httpx.get(f"{self.address}/readyz", trust_env=False)
        parts: list[dict[str, Any]] = answer.json()["parts"]
        return parts

    def await_fresh(self) -> None:
        """Return once Prometheus has what was so at this moment: gauges read, and scraped."""
        read = "mercat_gauges_read_timestamp_seconds"
        now = self.prometheus.value("time()")
        assert now is not None, "Prometheus knows what time it is"
        self.prometheus.until(lambda: (self.prometheus.value(read) or 0.0) > now)


@contextmanager
def monitored_town(place: Path, *, with_alerts: bool = False) -> Iterator[MonitoredTown]:
    """Run the sample town in a new folder, scraped every second, with alerts made quicker if asked.

    Skips the test where there is no Prometheus; in CI, that fails it.
    """
    program = prometheus_program()
    if program is None:
        absent("Prometheus is not installed (Debian package: prometheus)")
    assert program is not None, "absent does not return"
    env = environment(place / "keys", MERCAT_HTTP_PORT="0")
    folder, watched = place / "town", place / "prometheus"
    watched.mkdir()
    rules = {RULES_NAME: quick_rules()} if with_alerts else None
    make_town(folder, EnvironmentSettings(), SystemClock())
    settings = folder / SETTINGS_NAME
    text = settings.read_text("utf-8").replace("\nspeaking:\n", QUICK_CHECKPOINTS)
    settings.write_text(text, "utf-8")
    with Running("--town", folder, env=env) as running:
        target = running.address.removeprefix("http://").rstrip("/")
        with PrometheusServer(program, watched, [target], rules) as prometheus:
            people = BusyTown(folder, env, running.address)
            yield MonitoredTown(folder, env, running.address.rstrip("/"), people, prometheus)


def quick_rules() -> str:
    """Return every alert and recording as declared, with all spans of time a twentieth as long.

    What alerts compare with is as declared: only how long they look back and wait is less. Whether
    the town answers at all waits as long as declared: a busy machine is late for seconds on end.
    """
    quick = [_quicker_group(group) for group in (*RECORDINGS, *ALERT_GROUPS)]
    text: str = yaml.safe_dump(groups_of(quick), sort_keys=False)
    return text


def _quicker_group(group: Group) -> Group:
    rules = tuple(
        replace(rule, expr=quicker(rule.expr), for_seconds=_wait_of(rule))
        if isinstance(rule, Alert)
        else replace(rule, expr=quicker(rule.expr))
        for rule in group.rules
    )
    return Group(group.name, rules, interval_seconds=QUICKEST_SECONDS)


def quicker(expression: str) -> str:
    """Return an expression that looks back a twentieth as far."""
    return _SPAN.sub(_shorter, expression)


def _shorter(found: re.Match[str]) -> str:
    seconds = int(found["count"]) * _UNIT_SECONDS[found["unit"]] // TIMES_QUICKER
    least = QUICKEST_SECONDS if found["before"] == ":" else _WINDOW_SECONDS_MIN
    return f"{found['before']}{max(seconds, least)}s"


def _wait_of(alert: Alert) -> int:
    fewer = max(alert.for_seconds // TIMES_QUICKER, QUICKEST_SECONDS)
    return alert.for_seconds if alert.name == ALIVE else fewer


def series_of(prometheus: PrometheusServer, selector: str) -> Sequence[str]:
    """Return the names of metrics that Prometheus has, by a selector."""
    found = prometheus.query(f"count by (__name__) ({selector})")
    return [each["metric"]["__name__"] for each in found]
