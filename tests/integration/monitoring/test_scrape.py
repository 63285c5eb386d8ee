"""A running town before a real Prometheus: what is scraped, and which alert each drill turns on.

All in one file, since each of the processes that share the tests starts its town anew.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest

from deploy.monitoring.alerts import ALERTS
from services.runtime import listening_metrics as listening
from services.runtime import speaking_metrics as speaking
from services.runtime.drill import (
    DEAD_LETTERS,
    DISK,
    DRILLS,
    ENGINE_DOWN,
    PLATFORM_DOWN,
    SOURCE_SILENT,
)
from services.runtime.metric import Metric
from services.runtime.metric_catalogue import CATALOGUE
from tests.mercat_process import call
from tests.monitored_town import MonitoredTown, monitored_town

SERIES_MAX: Final = 3_000
PAGES: Final = {alert.name for alert in ALERTS if alert.severity == "page"}
ALONE: Final = "on one machine there is no relay"
NO_MAIL: Final = "nobody in the town is told by mail or webhook"
QUIET: Final[Mapping[Metric, str]] = {
    listening.STAGE_RETRIES: "no store refused anything",
    listening.DEAD_LETTERS: "nothing is set aside",
    listening.LOG_RECORDS_PRUNED: "nothing is old enough to be deleted",
    listening.RELAY_ROWS: ALONE,
    listening.RELAY_WAITING_ROWS: ALONE,
    listening.RELAY_OLDEST_AGE_SECONDS: ALONE,
    listening.RELAY_HELD_SHARDS: ALONE,
    speaking.BELL_MESSAGES: NO_MAIL,
    speaking.BELL_WAITING: NO_MAIL,
}
"""What may have no series in a town in which an answer went out, and why."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MonitoredTown]:
    """The town, with alerts that wait a twentieth as long."""
    with monitored_town(tmp_path_factory.mktemp("watched"), with_alerts=True) as town:
        town.prometheus.until(lambda: len(town.people.cases()) > 1)
        yield town


def drilled(town: MonitoredTown, *words: str) -> dict[str, Any]:
    """Begin, end or look at a drill."""
    ended = call("drill", *words, "--folder", town.folder, "--json", env=town.env)
    assert ended.code == 0, ended.err
    told: dict[str, Any] = json.loads(ended.out)
    return told


def answered(town: MonitoredTown) -> str:
    """Have somebody answered, and the answer agreed to; return the act's id."""
    town.people.ask("A Resident", "When is the library open on Sunday?")
    case = town.people.cases()[0]
    act = town.people.reply(case)
    town.people.agree(act)
    return str(act["id"])


def test_prometheus_has_every_metric_of_a_town_that_answers(town: MonitoredTown) -> None:
    """What may have no series there is listed, with a reason."""
    answered(town)
    missing: set[str] = set()

    def none_is_missing() -> bool:
        found = town.prometheus.query('count by (__name__) ({__name__=~"mercat_.+"})')
        names = {each["metric"]["__name__"] for each in found}
        missing.clear()
        missing.update(
            metric.name
            for metric in CATALOGUE
            if (f"{metric.name}_count" if metric.kind == "histogram" else metric.name) not in names
            and metric not in QUIET
        )
        return not missing

    town.prometheus.until(none_is_missing, tries_max=600, seen=lambda: missing)

    assert set() == missing
    assert 1 == town.prometheus.value('up{job="mercat"}')


def test_a_town_keeps_to_its_budget_of_series(town: MonitoredTown) -> None:
    """With what Prometheus adds of its own, and none of them twice."""
    town.await_fresh()

    count = town.prometheus.value('count({job="mercat"})')
    lines = [line for line in town.metrics().splitlines() if not line.startswith("#")]
    series = [line.rpartition(" ")[0] for line in lines]

    assert count is not None
    assert 100 < count < SERIES_MAX
    assert len(set(series)) == len(series)


def test_every_rule_is_one_that_prometheus_can_evaluate(town: MonitoredTown) -> None:
    """On a town's own series none ends in an error."""
    town.prometheus.until(lambda: all(r["health"] != "unknown" for r in town.prometheus.rules()))

    rules = town.prometheus.rules()

    assert {alert.name for alert in ALERTS} <= {rule["name"] for rule in rules}
    assert [] == [(rule["name"], rule.get("lastError")) for rule in rules if rule["health"] != "ok"]


@pytest.mark.parametrize(
    "name",
    [
        ENGINE_DOWN,
        SOURCE_SILENT,
        pytest.param(PLATFORM_DOWN, marks=pytest.mark.long),
        pytest.param(DEAD_LETTERS, marks=pytest.mark.long),
        pytest.param(DISK, marks=pytest.mark.long),
    ],
)
def test_a_drill_turns_its_alert_on_and_off_and_pages_for_nothing_else(
    town: MonitoredTown, name: str
) -> None:
    """On while the fault lasts, off after it; whoever is woken is woken by this alert alone."""
    prometheus, alert, seen = town.prometheus, DRILLS[name].alert, set[str]()

    def fires() -> bool:
        now = prometheus.alerts()
        seen.update(now)
        return alert in now

    assert alert not in prometheus.alerts()
    drilled(town, name)
    try:
        if name == PLATFORM_DOWN:
            answered(town)
        prometheus.until(fires)
    finally:
        drilled(town, "end")
    prometheus.until(lambda: not fires())

    assert seen & PAGES <= {alert}


def test_a_drill_is_seen_wherever_people_look(town: MonitoredTown) -> None:
    """At readiness, at the front page, by the doctor, and on record; so is its end."""
    begun = drilled(town, DISK, "--minutes", "1")
    (part,) = [part for part in town.parts() if part["kind"] == "drill"]
    examined = call("doctor", "--folder", town.folder, env=town.env)
    refused = call("drill", ENGINE_DOWN, "--folder", town.folder, env=town.env)
    listed = call("drill", "--folder", town.folder, env=town.env)
    ended = drilled(town, "end")
    record = call("audit", "show", "--as", "amy", "--folder", town.folder, "--json", env=town.env)

    assert (DISK, "MercatDiskFills") == (begun["drill"], begun["alert"])
    assert (DISK, False, False) == (part["name"], part["working"], part["needed"])
    assert "WARNING  drill disk: on, and made on purpose." in examined.out
    assert (1, True) == (refused.code, "the drill disk is on" in refused.err)
    assert "Turns on: MercatDiskFills, after 2 minutes or so." in listed.out
    assert "engine-down    The rules are not asked" in listed.out
    assert (None, True) == (ended["drill"], "is over" in ended["sentence"])
    assert [] == [part for part in town.parts() if part["kind"] == "drill"]
    assert "began a drill, with a fault made on purpose: disk." in record.out
    assert "ended a drill: disk." in record.out
