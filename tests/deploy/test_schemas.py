"""Manifests and the compose file as the programs that will read them take them, key by key."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.deploy.foreign_schemas import COMPOSE_SCHEMA, Schemas
from tests.deploy.places import OVERLAYS, Manifest, compose_file
from tests.deploy.strict_schemas import CLUSTER_VERSIONS, faults, is_own

OPERATORS = {
    ("Kafka", "mercat-kafka"),
    ("KafkaNodePool", "brokers"),
    ("KafkaUser", "kafka-route"),
    ("Cluster", "mercat-postgres"),
    ("ScaledObject", "route"),
    ("TriggerAuthentication", "kafka-scaler"),
    ("PodMonitor", "mercat"),
    ("PrometheusRule", "mercat"),
}


def named(manifests: Sequence[Manifest], kind: str, name: str) -> Manifest:
    """Return a copy of one manifest by kind and name."""
    (found,) = (
        each for each in manifests if (each["kind"], each["metadata"]["name"]) == (kind, name)
    )
    return copy.deepcopy(found)


def put(manifest: Manifest, path: str, value: Any) -> None:
    """Set what lies at a path of keys and numbers with strokes between them."""
    *steps, last = (int(step) if step.isdigit() else step for step in path.split("/"))
    place: Any = manifest
    for step in steps:
        place = place[step]
    place[last] = value


@pytest.mark.parametrize("version", CLUSTER_VERSIONS)
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_cluster_takes_its_own_resources(
    overlay: str, version: str, overlays: Mapping[str, Sequence[Manifest]]
) -> None:
    """Every resource that clusters have by themselves fits their schema, without unknown keys."""
    own = [manifest for manifest in overlays[overlay] if is_own(manifest)]

    found = [sentence for manifest in own for sentence in faults(manifest, {}, version)]

    assert len(own) > 20
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("kind", "name", "path", "value"),
    [
        ("StatefulSet", "route", "spec/replica", 1),
        ("StatefulSet", "route", "spec/template/spec/containers/0/livenesProbe", {}),
        ("StatefulSet", "route", "spec/template/spec/containers/0/ports/0/containerPort", "8490"),
        ("NetworkPolicy", "policy", "spec/policyTypes", "Ingress"),
        ("PodDisruptionBudget", "relay", "spec/maxUnavailables", 1),
        ("Job", "migrate", "spec/template/spec/containers/0/env/0", {"nam": "A"}),
    ],
)
def test_a_slip_in_a_clusters_own_resource_is_found(
    kind: str, name: str, path: str, value: Any, overlays: Mapping[str, Sequence[Manifest]]
) -> None:
    """A key that is none, and a value of another type, are told."""
    manifest = named(overlays["full"], kind, name)
    put(manifest, path, value)

    assert faults(manifest, {}, CLUSTER_VERSIONS[0])


@pytest.mark.scaled
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_operators_take_their_resources(
    overlay: str, overlays: Mapping[str, Sequence[Manifest]], foreign: Schemas
) -> None:
    """Every resource of an operator fits the schema that this operator installs."""
    theirs = [manifest for manifest in overlays[overlay] if not is_own(manifest)]

    found = [
        sentence
        for manifest in theirs
        for sentence in faults(manifest, foreign, CLUSTER_VERSIONS[0])
    ]

    assert theirs
    assert not found, "\n".join(found)


@pytest.mark.scaled
def test_every_operator_is_looked_at(overlays: Mapping[str, Sequence[Manifest]]) -> None:
    """The full overlay has a resource of each operator that schemas are fetched for."""
    found = {(each["kind"], each["metadata"]["name"]) for each in overlays["full"]}

    assert found >= OPERATORS


@pytest.mark.scaled
@pytest.mark.parametrize(
    ("kind", "name", "path", "value"),
    [
        ("Kafka", "mercat-kafka", "spec/kafka/listener", []),
        ("Kafka", "mercat-kafka", "spec/kafka/listeners/0/type", "inside"),
        ("KafkaNodePool", "brokers", "spec/roles", ["broom"]),
        ("KafkaUser", "kafka-route", "spec/authorization/acls/0/operations", ["Look"]),
        ("Cluster", "mercat-postgres", "spec/instances", "three"),
        ("Cluster", "mercat-postgres", "spec/bootstrap/initdb/owners", "mercat"),
        ("ScaledObject", "route", "spec/maxReplicas", 12),
        ("TriggerAuthentication", "kafka-scaler", "spec/secretTargetRef/0/secret", "a"),
        ("PodMonitor", "mercat", "spec/podMetricsEndpoints/0/interval", "often"),
        ("PrometheusRule", "mercat", "spec/groups/0/rules/0/for", "a while"),
    ],
)
def test_a_slip_in_an_operators_resource_is_found(
    kind: str,
    name: str,
    path: str,
    value: Any,
    overlays: Mapping[str, Sequence[Manifest]],
    foreign: Schemas,
) -> None:
    """A key that is none, and a value that the operator would not take, are told."""
    manifest = named(overlays["full"], kind, name)
    put(manifest, path, value)

    assert faults(manifest, foreign, CLUSTER_VERSIONS[0])


@pytest.mark.scaled
def test_a_resource_without_schema_is_found(foreign: Schemas) -> None:
    """A resource of a kind that nobody declares passes for no other reason."""
    manifest = {
        "apiVersion": "kafka.strimzi.io/v1beta2",
        "kind": "Kafka",
        "metadata": {"name": "a"},
    }

    (sentence,) = faults(manifest, foreign, CLUSTER_VERSIONS[0])

    assert "Kafka a: no schema of kafka.strimzi.io/v1beta2 Kafka is at hand" == sentence


@pytest.mark.scaled
def test_compose_takes_its_file(foreign: Schemas) -> None:
    """The compose file fits the schema of the compose specification."""
    validator = Draft202012Validator(foreign[COMPOSE_SCHEMA])

    assert [] == [error.message for error in validator.iter_errors(compose_file())]


@pytest.mark.scaled
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("services/route/comand", ["serve", "route"]),
        ("services/route/depends_on/migrate/condition", "service_done"),
        ("services/route/healthcheck/test", 1),
        ("secrets/grafana-password/files", "a"),
    ],
)
def test_a_slip_in_the_compose_file_is_found(path: str, value: Any, foreign: Schemas) -> None:
    """A key that is none, and a value that compose would not take, are told."""
    compose = copy.deepcopy(compose_file())
    put(compose, path, value)

    assert list(Draft202012Validator(foreign[COMPOSE_SCHEMA]).iter_errors(compose))
