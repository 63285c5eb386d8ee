"""The settings that come with deployments: read as Mercat reads them, and at one with the rest."""

import re
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from services.runtime.metrics import Metrics
from services.settings import EnvironmentSettings, read_body, read_rules
from tests.deploy.places import DEPLOY, K8S, OVERLAYS, compose_file, documents

BODIES = [*(K8S / "overlays" / name / "body" for name in OVERLAYS), DEPLOY / "compose" / "body"]
MONITORING = DEPLOY / "monitoring"
SERIES = re.compile(r"\bmercat_\w+")


def read(place: Path) -> Any:
    """Return the one document of a YAML file."""
    (found,) = documents(place.read_text(encoding="utf-8"))
    return found


def series_of(registry: CollectorRegistry) -> set[str]:
    """Return the names of the time series that metrics give, with or without a sample by now."""
    names: set[str] = set()
    for family in registry.collect():
        names.add(family.name)
        if family.type == "counter":
            names.add(f"{family.name}_total")
        if family.type == "histogram":
            names |= {f"{family.name}_{end}" for end in ("bucket", "count", "sum")}
    return names


@pytest.mark.parametrize("body", BODIES, ids=lambda body: str(body.relative_to(DEPLOY)))
def test_mercat_takes_the_settings(body: Path) -> None:
    """Settings and rules of every deployment are read without a fault."""
    settings = read_body(body, EnvironmentSettings())

    assert read_rules(body, settings).rules
    assert settings.scaled.kafka.replicas >= settings.scaled.kafka.replicas_in_sync_min


def test_one_node_has_the_house_and_many_have_not() -> None:
    """Where the house platform's file cannot be shared, the settings do not ask for it."""
    small, full, compose = (read_body(body, EnvironmentSettings()) for body in BODIES)

    assert small.has_house
    assert compose.has_house
    assert not full.has_house


def test_compose_reads_its_secrets_where_they_are_put() -> None:
    """The name of the database's password is that of the copy in the keys folder."""
    settings = read_body(DEPLOY / "compose" / "body", EnvironmentSettings())
    name = settings.scaled.postgres.password
    copying = compose_file()["services"]["secrets"]["command"][0]

    assert f"/run/secrets/{name} > /var/lib/mercat/keys/{name}" in copying
    assert "umask 077" in copying


def test_compose_names_hosts_that_it_has() -> None:
    """Kafka and PostgreSQL are looked for by names of services."""
    scaled = read_body(DEPLOY / "compose" / "body", EnvironmentSettings()).scaled
    services = compose_file()["services"]

    assert ("kafka:9092",) == scaled.kafka.servers
    assert "@postgres:5432/" in scaled.postgres.address
    assert {"kafka", "postgres"} <= set(services)


def test_the_cluster_has_the_alerts_of_compose() -> None:
    """Both ways wake somebody by the same rules."""
    rules = read(K8S / "components" / "monitoring" / "rules.yaml")

    alerts, recordings = (
        read(MONITORING / "prometheus" / f"{name}.yaml")["groups"]
        for name in ("alerts", "recording")
    )
    assert [*recordings, *alerts] == rules["spec"]["groups"]


def test_alerts_are_about_metrics_that_there_are() -> None:
    """Every series that an alert asks for is one that Mercat gives."""
    known = series_of(Metrics().registry)
    asked = {
        name
        for name in ("alerts", "recording")
        for group in read(MONITORING / "prometheus" / f"{name}.yaml")["groups"]
        for rule in group["rules"]
        for name in SERIES.findall(rule["expr"])
    }

    assert "mercat_stage_events_total" in asked
    assert asked <= known


def test_prometheus_asks_every_service_of_compose() -> None:
    """Each service of Mercat is asked at the port where it answers."""
    jobs = {
        job["job_name"]: job
        for job in read(MONITORING / "prometheus" / "prometheus.yaml")["scrape_configs"]
    }
    services = {
        f"{name}:{service['environment']['MERCAT_SERVICE_PORT']}"
        for name, service in compose_file()["services"].items()
        if service.get("command", [""])[0] == "serve"
    }

    assert services == set(jobs["mercat"]["static_configs"][0]["targets"])


def test_compose_mounts_files_that_there_are() -> None:
    """Whatever a service reads of the checkout is in it, and its secrets are kept out."""
    folder = DEPLOY / "compose"
    mounted = [
        folder / volume["source"]
        for service in compose_file()["services"].values()
        for volume in service.get("volumes", [])
        if volume["type"] == "bind"
    ]

    assert mounted
    assert [] == [place for place in mounted if not place.exists()]
    assert "secrets/" in (folder / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_grafana_is_given_prometheus_and_the_dashboards() -> None:
    """What is provisioned names variables; compose sets them to its own parts."""
    provisioning = MONITORING / "provisioning"
    (source,) = read(provisioning / "datasources" / "prometheus.yaml")["datasources"]
    (provider,) = read(provisioning / "dashboards" / "mercat.yaml")["providers"]
    grafana = compose_file()["services"]["grafana"]
    told = grafana["environment"]
    mounted = {each["target"]: each["source"] for each in grafana["volumes"]}

    assert "$MERCAT_PROMETHEUS_URL" == source["url"]
    assert "http://prometheus:9090" == told["MERCAT_PROMETHEUS_URL"]
    assert "$MERCAT_DASHBOARDS" == provider["options"]["path"]
    assert "../monitoring/dashboards" == mounted[told["MERCAT_DASHBOARDS"]]
    assert "../monitoring/provisioning" == mounted["/etc/grafana/provisioning"]
