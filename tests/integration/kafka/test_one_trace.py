"""A receiver of spans sees each post pass real topics and four processes as one trace."""

from pathlib import Path

import pytest

from services.runtime.scaled_settings import KafkaSettings
from tests.folders import REPLAY, ROWS, make_folder
from tests.integration.kafka.scaled_body import WEBHOOK, ScaledBody
from tests.otlp_server import OtlpServer, Received
from tests.postgres_server import fresh_database

pytestmark = pytest.mark.scaled

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
SAID = ("A wire down in Mill Lane!", "The bins were not emptied, again.", "Thanks for the lights.")
STEPS = ["classify", "ingest", "post", "route"]


def traces(spans: list[Received]) -> list[dict[str, Received]]:
    """Return the spans of each post's trace by what they are called."""
    posts = [span.trace_id for span in spans if span.name == "post"]
    return [{span.name: span for span in spans if span.trace_id == post} for post in posts]


@pytest.mark.parametrize("runner", ["kafka", "faust"])
def test_a_trace_goes_on_over_the_topics(
    tmp_path: Path, kafka: KafkaSettings, postgres_server: str, runner: str
) -> None:
    """Each step hangs on the one before by what the topic's events bear, whoever runs it."""
    folder = make_folder(tmp_path / "body", ROWS, (REPLAY, WEBHOOK))
    with (folder / "mercat.yaml").open("a", encoding="utf-8") as settings:
        settings.write("tracing: {ratio: 1.0}\n")
    address = fresh_database(postgres_server)
    with (
        OtlpServer() as receiver,
        ScaledBody(tmp_path, kafka, address, folder=folder) as body,
    ):
        body.env[ENDPOINT] = receiver.address
        services = body.serve_all(runner)
        body.await_routed(*SAID)
        assert [0, 0, 0, 0] == [service.stop().code for service in reversed(services)]

    found = traces(receiver.spans)
    assert 4 == len(found)
    assert {"mercat-ingest", "mercat-classify", "mercat-route"} == {
        span.service for trace in found for span in trace.values()
    }
    for trace in found:
        assert STEPS == sorted(trace)
        assert "" == trace["post"].parent
        assert trace["post"].span_id == trace["ingest"].parent
        assert trace["ingest"].span_id == trace["classify"].parent
        assert trace["classify"].span_id == trace["route"].parent
