"""A service without pages answers whether it lives, whether it is ready, and its figures."""

import asyncio
from typing import Any, Final

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp

from services.bootstrap_services import Standing
from services.console.api import create_api
from services.console.http_webhook import webhook_routes
from services.console.parts import PartStatus
from services.console.service_app import create_service_app, create_starting_app
from services.runtime.errors import StorageRefusedError
from services.runtime.metrics import Metrics
from tests.integration.console.console_parts import FakeMercat, signed

PROMETHEUS_ASKS: Final = (
    "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;"
    "q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)


def part(sentence: str = "nothing waiting", *, working: bool = True) -> PartStatus:
    """Return how a stage is."""
    return PartStatus(name="route", kind="stage", working=working, needed=True, sentence=sentence)


def asked(app: ASGIApp, path: str, method: str = "GET", **given: Any) -> httpx.Response:
    """Return an app's answer, without a network."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            return await client.request(method, path, **given)

    return asyncio.run(ask())


def series_in(text: str) -> set[str]:
    """Return the series of an answer, each with its labels."""
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return {line.partition(" # ")[0].rpartition(" ")[0] for line in lines}


def app_of(*statuses: PartStatus, alive: bool = True, metrics: Metrics | None = None) -> FastAPI:
    """Return a service's app."""
    registry = (metrics or Metrics()).registry
    return create_service_app(registry, lambda: statuses, alive=lambda: alive)


@pytest.mark.parametrize(("working", "status"), [(True, 200), (False, 503)])
def test_readiness_tells_how_the_parts_are(*, working: bool, status: int) -> None:
    """A part that does not work makes the service unready, and its sentence says why."""
    answer = asked(app_of(part("Kafka is away", working=working)), "/readyz")

    assert (status, working) == (answer.status_code, answer.json()["ready"])
    assert "Kafka is away" == answer.json()["parts"][0]["sentence"]


@pytest.mark.parametrize(("alive", "status"), [(True, 200), (False, 503)])
def test_a_service_that_is_stuck_asks_for_a_new_start(*, alive: bool, status: int) -> None:
    """Only where events wait and none moves does it say that it does not live."""
    answer = asked(app_of(part(), alive=alive), "/healthz")

    assert (status, {"alive": alive}) == (answer.status_code, answer.json())


def test_a_store_that_is_away_makes_a_service_unready() -> None:
    """Where nobody can even say how the parts are, that is the answer, not a failure."""

    def away() -> list[PartStatus]:
        raise StorageRefusedError("PostgreSQL is away")

    answer = asked(create_service_app(Metrics().registry, away), "/readyz")

    assert (503, "PostgreSQL is away") == (
        answer.status_code,
        answer.json()["parts"][0]["sentence"],
    )


def test_openmetrics_names_the_same_series_and_traces_beside_them() -> None:
    """A scraper that asks for it is told more of the same; another reads what it always did."""
    metrics = Metrics()
    metrics.stage_events.labels("route", "handled").inc(3)
    metrics.publish_send_seconds.labels("house").observe(0.2, {"trace_id": "b" * 32})
    app = app_of(part(), metrics=metrics)

    plain = asked(app, "/metrics")
    open_metrics = asked(app, "/metrics", headers={"accept": PROMETHEUS_ASKS})

    assert plain.headers["content-type"].startswith("text/plain")
    assert open_metrics.headers["content-type"].startswith("application/openmetrics-text")
    assert series_in(plain.text) == series_in(open_metrics.text.partition("# EOF")[0])
    assert 'trace_id="' + "b" * 32 in open_metrics.text
    assert "trace_id" not in plain.text
    assert "_created" not in open_metrics.text


def test_figures_are_told() -> None:
    """The service's own metrics are served for Prometheus."""
    metrics = Metrics()
    metrics.stage_events.labels("route", "handled").inc(3)

    text = asked(app_of(part(), metrics=metrics), "/metrics").text

    assert 'mercat_stage_events_total{result="handled",stage="route"} 3.0' in text


def test_nothing_else_is_served() -> None:
    """A service has no pages, no description of itself, no way to order anything."""
    app = app_of(part())

    assert [404] * 4 == [
        asked(app, path).status_code for path in ("/", "/control", "/docs", "/openapi.json")
    ]


def test_webhooks_are_taken_in_where_a_service_has_them() -> None:
    """The routes of the console take deliveries for a service as well."""
    mercat = FakeMercat()
    app = create_service_app(
        Metrics().registry, lambda: [part()], routers=(webhook_routes(mercat.parts),)
    )

    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            given = signed({"id": "17", "text": "The bins."})
            return await client.post("/webhooks/form", **given)

    assert 202 == asyncio.run(call()).status_code
    assert 1 == len(mercat.door.taken)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_not_open_yet_asks_to_come_again(method: str) -> None:
    """A sender that is told of no such path would give up; health is told as ever."""
    waiting = part("waits for PostgreSQL", working=False)
    app = create_starting_app(Metrics().registry, lambda: [waiting])

    answer = asked(app, "/webhooks/form", method)

    assert (503, "5") == (answer.status_code, answer.headers["retry-after"])
    assert "waits for PostgreSQL; send the same again later" in answer.json()["detail"]
    assert [200, 503] == [asked(app, path).status_code for path in ("/healthz", "/readyz")]


def test_one_app_stands_in_until_the_other_is_there() -> None:
    """What answers during the start gives way to the service's own app, at one address."""
    standing = Standing(app_of(part("waits for PostgreSQL", working=False)))
    before = asked(standing, "/readyz")
    standing.app = app_of(part())

    assert [503, 200] == [before.status_code, asked(standing, "/readyz").status_code]


def test_the_framework_tells_nobody_of_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own spans would name paths with people's names in them, whoever turned it on."""
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")

    apps = [app_of(part()), FakeMercat().app, create_api(FakeMercat().parts)]

    signals = ("tracing", "metrics", "logs", "auto_configure")
    told = [app._telemetry.get(signal) for app in apps for signal in signals]
    assert [False] * len(told) == told
