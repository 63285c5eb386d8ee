"""Dashboards and alerts before a real Prometheus and a real Grafana, over a town that works."""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from deploy.monitoring.alerts import ALERTS
from deploy.monitoring.dashboard import PLACES
from tests.busy_town import CHEERFUL, PROMISE, SLIP
from tests.conftest import absent
from tests.deploy.dashboard_queries import (
    Asked,
    filled,
    mark_queries,
    panel_queries,
    variable_queries,
)
from tests.grafana_server import GrafanaServer, grafana_is_there, grafana_program
from tests.monitored_town import MonitoredTown, monitored_town

WAIT_TRIES_MAX: Final = 600
ALL: Final = {"team": ".*", "source": ".*", "stage": ".*", "before": "1", "after": "2"}
QUIET: Final = {
    "mercat-listening: Drift (A)": "there is none before the second day",
    "mercat-service: First answers by team (A)": "by the hour, all may be late",
    "mercat-service: First answers by team (B)": "by the hour, none may be late",
}
"""What may give nothing here, and why."""


@pytest.fixture(scope="module")
def rig(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[MonitoredTown, GrafanaServer | None]]:
    """A town in which everything has happened that people do, and a Grafana where there is one."""
    place = tmp_path_factory.mktemp("monitored")
    with ExitStack() as ends:
        town = ends.enter_context(monitored_town(place))
        grafana = None
        if grafana_is_there():
            # While it starts and tries its rules, people work.
            server = GrafanaServer(grafana_program(), place, town.prometheus.address)
            grafana = ends.enter_context(server)
        work(town, place / "rules")
        yield town, grafana


@pytest.fixture(scope="module")
def town(rig: tuple[MonitoredTown, GrafanaServer | None]) -> MonitoredTown:
    """The town, and its Prometheus."""
    return rig[0]


@pytest.fixture(scope="module")
def grafana(rig: tuple[MonitoredTown, GrafanaServer | None]) -> GrafanaServer:
    """The Grafana that asks it."""
    if rig[1] is None:
        absent("Grafana is not there (MERCAT_TEST_GRAFANA or MERCAT_TEST_GRAFANA_URL names one)")
    assert rig[1] is not None, "absent does not return"
    return rig[1]


def work(town: MonitoredTown, rules: Path) -> None:
    """Have people do everything that a dashboard tells of, under two sets of rules."""
    people, cases = town.people, town.people.cases()
    town.await_fresh()
    for text in (SLIP, PROMISE):
        people.reply(cases[0], text)
    for case in cases[1:4]:
        people.agree(people.reply(case))
    people.halt()
    people.change_rules(rules)
    town.await_fresh()
    for text in (CHEERFUL, PROMISE):
        people.reply(cases[4], text)
    people.release()
    people.hand_over()
    people.agree(people.state())
    people.agree(people.reply(cases[5]))
    town.await_fresh()


def gives_nothing(town: MonitoredTown, query: Asked) -> bool:
    """Tell whether Prometheus has no value for a query: no series, or none that is a number."""
    found = town.prometheus.query(filled(query.expr, values=ALL))
    return all(each["value"][1] == "NaN" for each in found)


def gives_something(town: MonitoredTown, query: Asked) -> bool:
    """Tell whether Prometheus has a value for a query."""
    return not gives_nothing(town, query)


def test_every_panel_and_every_variable_has_something_to_show(town: MonitoredTown) -> None:
    """In a town in which all of it happens; what gives nothing there is known, with a reason."""
    silent = {query.name: query for query in (*panel_queries(), *variable_queries())}

    def only_the_quiet_are_silent() -> bool:
        for name, query in [*silent.items()]:
            if not gives_nothing(town, query):
                del silent[name]
        return silent.keys() <= QUIET.keys()

    town.prometheus.until(only_the_quiet_are_silent, tries_max=WAIT_TRIES_MAX)


def test_every_decision_is_marked_on_the_time_lines(town: MonitoredTown) -> None:
    """Rules that were activated, a takeover that went live, and a halt."""
    for mark in {query.place: query for query in mark_queries()}.values():
        lately = mark._replace(expr=f"max_over_time(({mark.expr})[3m:1s])")
        town.prometheus.until(partial(gives_something, town, lately), tries_max=WAIT_TRIES_MAX)


def test_grafana_takes_all_that_is_provisioned(grafana: GrafanaServer) -> None:
    """Without an error in its log, and with every dashboard to be found."""
    assert {place.uid for place in PLACES} == grafana.dashboards()
    assert [] == grafana.faults()


def test_grafana_answers_every_panel(grafana: GrafanaServer) -> None:
    """Through its own door to Prometheus, which puts its own variables in."""
    queries = {query.name: query for query in panel_queries()}
    filled_in = [filled(query.expr, values=ALL) for query in queries.values()]

    counts = dict(zip(queries, grafana.answers(filled_in), strict=True))

    assert {name for name, count in counts.items() if not count} <= QUIET.keys()


def test_grafana_evaluates_every_alert(grafana: GrafanaServer) -> None:
    """Each is tried within half a minute, and says of itself that it is well."""

    def waiting() -> set[str]:
        rules = grafana.rules()
        assert {alert.name for alert in ALERTS} == set(rules)
        return {name for name, rule in rules.items() if rule["health"] != "ok"}

    grafana.until(lambda: not waiting())
    assert set() == waiting()
