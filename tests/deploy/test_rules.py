"""The rules over manifests, and that they find nothing in ours and something in spoilt ones."""

import copy
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import cast

import pytest

from tests.deploy.facts import facts
from tests.deploy.places import K8S, OVERLAYS, RULES, Manifest, compose_file, kustomized
from tests.deploy.rule_checks import sentences

HOUSE_ON_MANY_NODES = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [{full}]
components: [{house}]
"""


def of(manifests: Sequence[Manifest], kind: str, name: str) -> Manifest:
    """Return one manifest by kind and name."""
    (found,) = (
        each for each in manifests if (each["kind"], each["metadata"]["name"]) == (kind, name)
    )
    return found


def container(manifests: Sequence[Manifest], deployment: str, name: str) -> Manifest:
    """Return one container of a Deployment by its name."""
    pod = of(manifests, "Deployment", deployment)["spec"]["template"]["spec"]
    (found,) = (each for each in pod["containers"] if each["name"] == name)
    return cast("Manifest", found)


def test_the_rules_pass_their_own_tests(opa_program: Path) -> None:
    """Each rule finds the fault it is there for in a small manifest, and nothing in a sound one."""
    tried = subprocess.run(
        [str(opa_program), "test", "--timeout=120s", str(RULES)],
        capture_output=True,
        check=False,
        text=True,
    )

    assert tried.returncode == 0, tried.stdout + tried.stderr


def test_the_rules_are_strict_and_formatted(opa_program: Path) -> None:
    """The rules pass OPA's strict check and stand in its one form."""
    checked = subprocess.run(
        [str(opa_program), "check", "--strict", str(RULES)],
        capture_output=True,
        check=False,
        text=True,
    )
    listed = subprocess.run(
        [str(opa_program), "fmt", "--list", str(RULES)], capture_output=True, check=True, text=True
    )

    assert checked.returncode == 0, checked.stderr
    assert not listed.stdout


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_rules_have_nothing_against_an_overlay(
    overlay: str, overlays: Mapping[str, Sequence[Manifest]], opa_program: Path
) -> None:
    """What Kustomize builds keeps every rule."""
    found = sentences(opa_program, {"manifests": overlays[overlay], "facts": facts()})

    assert not found, "\n".join(found)


def test_the_rules_have_nothing_against_compose(opa_program: Path) -> None:
    """The compose file keeps every rule."""
    found = sentences(opa_program, {"compose": compose_file(), "facts": facts()})

    assert not found, "\n".join(found)


def test_the_house_may_be_added_to_many_nodes(
    kustomize: Path, opa_program: Path, tmp_path: Path
) -> None:
    """The house platform's component fits the full overlay, and its pods keep together."""
    (tmp_path / "kustomization.yaml").write_text(
        HOUSE_ON_MANY_NODES.format(
            full=relative(K8S / "overlays" / "full", tmp_path),
            house=relative(K8S / "components" / "house", tmp_path),
        ),
        encoding="utf-8",
    )

    manifests = kustomized(kustomize, tmp_path)

    together = {
        each["metadata"]["name"]
        for each in manifests
        if each["kind"] == "Deployment"
        and "podAffinity" in each["spec"]["template"]["spec"].get("affinity", {})
    }
    assert {"ingest", "publish", "console"} == together
    assert not sentences(opa_program, {"manifests": manifests, "facts": facts()})


def relative(place: Path, folder: Path) -> str:
    """Return the way from a folder to a place, as Kustomize wants it."""
    return "/".join([".."] * (len(folder.resolve().parts) - 1) + list(place.resolve().parts[1:]))


def _latest(manifests: Sequence[Manifest]) -> None:
    container(manifests, "console", "opa")["image"] = "openpolicyagent/opa:latest"


def _without_budget(manifests: Sequence[Manifest]) -> None:
    of(manifests, "PodDisruptionBudget", "relay")["spec"]["selector"] = {"matchLabels": {"a": "b"}}


def _without_denial(manifests: Sequence[Manifest]) -> None:
    of(manifests, "NetworkPolicy", "deny-by-default")["spec"]["policyTypes"] = ["Ingress"]


def _wide_engine(manifests: Sequence[Manifest]) -> None:
    container(manifests, "policy", "opa")["args"].append("--addr=0.0.0.0:8181")


def _more_workers(manifests: Sequence[Manifest]) -> None:
    of(manifests, "ScaledObject", "route")["spec"]["maxReplicaCount"] = 13


def _other_variable(manifests: Sequence[Manifest]) -> None:
    variables = container(manifests, "relay", "mercat")["env"]
    variables.append({"name": "MERCAT_KAFKA_SERVER", "value": "a:1"})


def _other_group(manifests: Sequence[Manifest]) -> None:
    acls = of(manifests, "KafkaUser", "kafka-route")["spec"]["authorization"]["acls"]
    acls[1]["resource"]["name"] = "route"


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (
            _latest,
            "Deployment console, opa: the image openpolicyagent/opa:latest "
            "stands at no fixed version",
        ),
        (_without_budget, "Deployment relay: runs 2 times and has 0 budgets"),
        (_without_denial, "StatefulSet route: is under no policy that denies by default"),
        (_wide_engine, "Deployment policy: OPA does not listen to 127.0.0.1:8181 alone"),
        (
            _more_workers,
            "ScaledObject route: up to 13 workers for 12 partitions of posts.classified.v1",
        ),
        (_other_variable, "Deployment relay: nobody reads MERCAT_KAFKA_SERVER"),
        (_other_group, "KafkaUser kafka-route: group route is none of ours"),
    ],
)
def test_a_spoilt_overlay_is_found(
    spoil: Callable[[Sequence[Manifest]], None],
    sentence: str,
    overlays: Mapping[str, Sequence[Manifest]],
    opa_program: Path,
) -> None:
    """A fault put into what Kustomize built is told in a sentence."""
    manifests = copy.deepcopy(overlays["full"])
    spoil(manifests)

    found = sentences(opa_program, {"manifests": manifests, "facts": facts()})

    assert sentence in found


def test_a_spoilt_compose_file_is_found(opa_program: Path) -> None:
    """A port open to other machines is told."""
    compose = compose_file()
    compose["services"]["console"]["ports"] = ["8484:8490"]

    found = sentences(opa_program, {"compose": compose, "facts": facts()})

    assert ["service console: is open to other machines at 8484:8490"] == found
