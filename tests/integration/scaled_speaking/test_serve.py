"""`mercat serve policy`, `publish` and `console` as processes, with an OPA that asks the first."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.policy.file_bundle import read_bundle
from services.policy.file_rule_set import read_rule_set
from services.settings import CONTROL_NAME
from tests.fakes import wait_until
from tests.mercat_process import environment
from tests.opa_server import OpaServer
from tests.rules_keys import rules_key_in
from tests.scaled_town import NO_KAFKA, ScaledTown
from tests.service_process import Service

TEXT = "The library opens at nine on Saturday."


@pytest.fixture
def env(folder: Path, address: str) -> dict[str, str]:
    """An environment in which PostgreSQL is there and Kafka is not."""
    return environment(
        folder.parent / "keys", MERCAT_POSTGRES_ADDRESS=address, MERCAT_KAFKA_SERVERS=NO_KAFKA
    )


@pytest.fixture
def policy(folder: Path, env: dict[str, str]) -> Iterator[Service]:
    """The policy service, serving the rules."""
    with Service("policy", folder, env=env) as service:
        wait_until(service.is_ready)
        yield service


@pytest.fixture
def opa(folder: Path, policy: Service, opa_program: Path) -> Iterator[OpaServer]:
    """An OPA that has fetched them."""
    key = rules_key_in(folder.parent / "keys")
    with OpaServer(opa_program, policy_address=policy.address, key=key) as server:
        yield server


def test_three_processes_and_an_engine_say_what_was_agreed(
    folder: Path, address: str, env: dict[str, str], policy: Service, opa: OpaServer
) -> None:
    """Each is ready once OPA has the rules; acts go out, also with the policy service away."""
    env = {**env, "MERCAT_OPA_PORT": str(opa.port)}
    with (
        Service("publish", folder, env=env) as publish,
        Service("console", folder, env=env) as console,
    ):
        wait_until(publish.is_ready)
        wait_until(console.is_ready)
        town = ScaledTown(folder, address, opa.port)
        town.set_up()

        act = town.approved(TEXT)
        wait_until(lambda: town.state(act) == "sent")
        policy.kill()
        later = town.approved("And on Sunday.")
        wait_until(lambda: town.state(later) == "sent")

        assert (publish.is_ready(), console.is_ready()) == (True, True)
        assert read_bundle().revision[:12] in console.ready().text
        control = json.loads((folder / CONTROL_NAME).read_text("utf-8"))
        assert f"{console.address}/control" == control["url"]
        assert TEXT in httpx.get(f"{console.address}/house", trust_env=False).text
        town.stop()
        ends = (publish.stop(), console.stop())

    assert [(0, True)] * 2 == [(end.code, end.err.endswith("Stopped cleanly.\n")) for end in ends]
    assert not (folder / CONTROL_NAME).exists()


def test_every_process_obeys_changed_rules_without_a_restart(
    folder: Path, address: str, env: dict[str, str], policy: Service, opa: OpaServer
) -> None:
    """Put in force at a console, they are fetched by OPA, signed, and asked by each process."""
    env = {**env, "MERCAT_OPA_PORT": str(opa.port)}
    with (
        Service("publish", folder, env=env) as publish,
        Service("console", folder, env=env) as console,
    ):
        wait_until(publish.is_ready)
        wait_until(console.is_ready)
        town = ScaledTown(folder, address, opa.port)
        town.set_up()
        order: dict[str, Any] = {"name": "Gus", "address": "gus@town.example"}
        town.do("add-person", "", login="gus", roles=("governance",), **order)
        files = dict(read_rule_set().files)
        files["gate/gate.rego"] += "# A line more.\n"
        changed: dict[str, Any] = {"title": "A line", "why": "as a test", "files": files}
        change = town.do("propose-rules", "gail", **changed)
        agreed = {"digest": change["digest"], "classes": tuple(change["classes"])}
        town.do("approve-rules", "gus", change_id=change["id"], **agreed)

        town.do("activate-rules", "gail", change_id=change["id"])

        for service in (policy, publish, console):
            wait_until(partial(_says, service, f"revision {change['revision'][:12]}"))
        wait_until(partial(_has_taken, town, 2))
        sent = town.approved(TEXT)
        wait_until(lambda: town.state(sent) == "sent")
        row = town.row("acts", sent) or {}
        assert change["revision"] == row["revision"]
        town.stop()


def test_publish_is_not_ready_while_no_engine_answers_and_console_reads_on(
    folder: Path, env: dict[str, str]
) -> None:
    """Both come up and say what is missing; publish gets no work, the console shows its pages."""
    env = {**env, "MERCAT_OPA_PORT": "1"}
    with (
        Service("publish", folder, env=env) as publish,
        Service("console", folder, env=env) as console,
    ):
        for service, code in ((publish, 503), (console, 200)):
            wait_until(partial(_says, service, "OPA does not answer"))

            assert code == service.ready().status_code
            assert 200 == service.ask("/healthz").status_code


def _has_taken(town: ScaledTown, number: int) -> bool:
    """Return whether the town's own console asks a number, after one more look."""
    rules = town.console._speaking.rules
    rules.look()
    return rules.number == number


def _says(service: Service, sentence: str) -> bool:
    """Return whether a service says something of being ready."""
    return sentence in service.ready().text
