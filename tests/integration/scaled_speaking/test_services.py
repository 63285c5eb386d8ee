"""The console and the policy service over PostgreSQL, with Kafka away."""

import asyncio
import io
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

from services.bootstrap_console_service import ConsoleService
from services.bootstrap_services import Order
from services.bootstrap_speaking_services import PolicyService
from services.log.tailed_log import TailedLog
from services.policy.bundle_archive import SIGNATURES, bundle_files
from services.policy.file_bundle import read_bundle
from services.policy.http_bundle import PLACE
from services.policy.takeover import Takeover
from services.runtime.effects import Row
from services.runtime.ports import Commit, Journal
from services.settings import CONTROL_NAME
from tests.fakes import wait_until
from tests.scaled_town import ScaledTown

GAUGES_READ = "mercat_gauges_read_timestamp_seconds"
PATIENCE_SECONDS = 0.5
"""So long a question waits here for a Kafka that is away."""


def ask(app: FastAPI, method: str, path: str, **given: Any) -> httpx.Response:
    """Return an app's answer, whole."""

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://mercat") as client:
            return await client.request(method, path, **given)

    return asyncio.run(asked())


def parts_of(answer: httpx.Response) -> dict[str, dict[str, Any]]:
    """Return what readiness says, part by part."""
    return {part["name"]: part for part in answer.json()["parts"]}


def told(answer: httpx.Response) -> dict[str, list[float]]:
    """Return the values of each metric."""
    families = text_string_to_metric_families(answer.text)
    return {each.name: [sample.value for sample in each.samples] for each in families}


@contextmanager
def policy_at_work(town: ScaledTown) -> Iterator[PolicyService]:
    """Open and start a policy service, and end it cleanly."""
    service = town.policy()
    service.start()
    try:
        yield service
    finally:
        service.stop()


def written(town: ScaledTown) -> list[int]:
    """Return the numbers of the checkpoints in the database."""
    rows = town.store.select("audit_checkpoints_after", (0, 1_000))
    return [int(str(row["number"])) for row in rows]


def exported(town: ScaledTown) -> int:
    """Return how many checkpoints are in the folder."""
    (file,) = (town.folder.parent / "checkpoints").glob("checkpoints-*.jsonl")
    return len(file.read_text("ascii").splitlines()) - 1


def test_the_console_tells_of_what_it_does_and_of_nothing_else(town: ScaledTown) -> None:
    """Answers that people settle there, and whether it can ask the rules; no relay's rows."""
    town.console.start()

    wait_until(lambda: bool(told(ask(town.console.app, "GET", "/metrics"))[GAUGES_READ]))

    metrics = told(ask(town.console.app, "GET", "/metrics"))
    assert {0.0} == set(metrics["mercat_route_case_answers"])
    assert 1 == len(metrics["mercat_policy_engine_answering"])
    assert [] == metrics["mercat_relay_waiting_rows"]


def test_the_console_is_ready_and_says_that_kafka_is_away(
    town: ScaledTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Speaking does not hang on Kafka: only the live posts stand still."""
    monkeypatch.setattr("services.log.kafka_marks.ANSWER_SECONDS_MAX", PATIENCE_SECONDS)
    town.console.start()
    wait_until(lambda: "not been read" not in str(town.console._tail.trouble))

    answer = ask(town.console.app, "GET", "/readyz")

    parts = parts_of(answer)
    assert (200, True) == (answer.status_code, parts["rules"]["working"])
    assert not parts["live posts"]["working"]
    assert "shows no new posts: " in parts["live posts"]["sentence"]
    assert 200 == ask(town.console.app, "GET", "/").status_code
    assert [] == ask(town.console.app, "GET", "/live.json").json()["items"]
    assert town.console.crash() is None


def test_what_people_ask_of_the_api_is_answered_from_the_database(town: ScaledTown) -> None:
    """An act agreed to at the desk is shown, with a token that was issued there."""
    act = town.approved("The library opens at nine.")
    token = town.do("issue-token", "", login="bob", label="api", why="to look")["token"]

    answer = ask(
        town.console.app,
        "GET",
        f"/api/v1/acts/{act}",
        headers={"Authorization": f"Bearer {token}"},
    )

    assert (200, "approved") == (answer.status_code, answer.json()["state"])


@pytest.fixture
def placed(town: ScaledTown, monkeypatch: pytest.MonkeyPatch) -> Iterator[ConsoleService]:
    """One more console, told the port it answers at; it looks for nothing at Kafka."""
    monkeypatch.setattr(TailedLog, "look", lambda _tail: None)
    order: Order = town.order
    scaled = order.settings.scaled
    service = scaled.service.model_copy(update={"port": 8_490, "host": "0.0.0.0"})
    settings = order.settings.model_copy(
        update={"scaled": scaled.model_copy(update={"service": service})}
    )
    console = ConsoleService(
        Order(
            folder=order.folder,
            settings=settings,
            environment=order.environment,
            keys=order.keys,
        )
    )
    yield console
    console.stop()


def test_the_command_line_finds_the_console(town: ScaledTown, placed: ConsoleService) -> None:
    """Its address and token are in the folder while it runs, for nobody else to read."""
    control = town.folder / CONTROL_NAME

    placed.start()

    said = json.loads(control.read_text("utf-8"))
    assert ("http://127.0.0.1:8490/control", 0o600) == (said["url"], control.stat().st_mode & 0o777)
    order = {"verb": "object", "arguments": {"author": "@ann@social.example"}}
    headers = {"Authorization": f"Bearer {said['token']}"}
    assert 200 == ask(placed.app, "POST", "/control", json=order, headers=headers).status_code
    assert 401 == ask(placed.app, "POST", "/control", json=order).status_code


def test_a_console_that_ends_leaves_another_ones_address(
    town: ScaledTown, placed: ConsoleService
) -> None:
    """Only its own word is taken away."""
    control: Path = town.folder / CONTROL_NAME
    placed.start()
    control.write_text(json.dumps({"url": "http://127.0.0.1:1/control", "token": "t"}), "utf-8")

    placed.stop()

    assert "t" == json.loads(control.read_text("utf-8"))["token"]
    control.unlink()


def test_the_policy_service_serves_the_rules_in_force(town: ScaledTown) -> None:
    """It is ready as soon as it does, and says which revision that is."""
    bundle = read_bundle()
    with policy_at_work(town) as service:
        archive = ask(service.app, "GET", PLACE)
        ready = ask(service.app, "GET", "/readyz")

    with tarfile.open(fileobj=io.BytesIO(archive.content), mode="r:gz") as held:
        names = set(held.getnames())
    assert 200 == archive.status_code
    assert {*bundle_files(bundle), SIGNATURES} == names
    assert 200 == ready.status_code
    assert bundle.revision[:12] in parts_of(ready)["bundle"]["sentence"]


def test_one_process_at_a_time_writes_checkpoints(town: ScaledTown) -> None:
    """Their numbers have no gap, each is exported once, and another goes on where one ended."""
    with policy_at_work(town) as first:
        wait_until(lambda: bool(town.store.select("audit_checkpoint_last")))
        with policy_at_work(town) as second:
            town.approved("Said in between.")
            first.stop()
            before = written(town)
            town.approved("Said after.")
            wait_until(lambda: len(written(town)) > len(before))
            assert second.crash() is None

    numbers = written(town)
    assert (list(range(1, len(numbers) + 1)), len(numbers)) == (numbers, exported(town))


def slot_now(town: ScaledTown) -> Row:
    """Return the slot as it is kept."""
    row = town.row("takeovers", "slot-1")
    assert row is not None
    return row


def test_the_policy_service_makes_the_moves_of_takeovers_that_are_the_clocks(
    town: ScaledTown,
) -> None:
    """A slot that went by without a curator is taken back, once, whoever is looking."""
    slot = Takeover(
        id="slot-1",
        account="library",
        title="A week that nobody came for",
        duty_officer_id="dot",
        starts_at_ms=1,
        ends_at_ms=2,
        zone="Europe/London",
    )
    journal: Journal = town.embedded.journal
    journal.commit(Commit(writes={slot.key: slot.row()})).result()

    with policy_at_work(town), policy_at_work(town):
        wait_until(lambda: slot_now(town)["state"] == "closed")

    moved = slot_now(town)
    assert ("withdrawn", 2) == (moved["outcome"], moved["version"])
