"""A receiver of spans sees each post pass real topics and four processes as one trace."""

from pathlib import Path

import pytest

from services.runtime.scaled_settings import KafkaSettings
from tests.folders import REPLAY, ROWS, make_folder
from tests.integration.kafka.scaled_body import SAID, WEBHOOK, ScaledBody
from tests.otlp_server import WAY_OF_A_POST, OtlpServer, hangs_on, trace_of
from tests.postgres_server import fresh_database

pytestmark = pytest.mark.scaled

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


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

    posts = [span.trace_id for span in receiver.spans if span.name == "post"]
    traces = [trace_of(receiver.spans, post) for post in posts]
    assert [WAY_OF_A_POST] * 4 == [hangs_on(trace) for trace in traces]
    assert {"mercat-ingest", "mercat-classify", "mercat-route"} == {
        span.service for trace in traces for span in trace.values()
    }
