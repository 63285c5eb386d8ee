"""Requests as part of a trace: whose, what is written meanwhile, and what is told of them."""

import asyncio
from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI
from structlog.contextvars import get_contextvars, merge_contextvars
from structlog.testing import capture_logs

from services.console.traced_requests import RequestTraces, TracedRequests
from tests.kept_spans import KeptSpans

TRACE = "0af7651916cd43dd8448eb211c80319c"
SPAN = "b7ad6b7169203331"
HEADER = f"00-{TRACE}-{SPAN}-01"

log = structlog.get_logger(__name__)


class Place:
    """An app whose every path writes a line, with requests traced; each reading takes a second."""

    def __init__(self, unwanted: str = "") -> None:
        self.kept = KeptSpans([unwanted])
        numbers, seconds = count(1), count()
        self.app = FastAPI()
        self.app.mount("/api/v1", _api())
        self.app.add_middleware(
            TracedRequests,
            traces=RequestTraces(
                fresh_id=lambda: f"{next(numbers):x}".rjust(32, "f"),
                elapsed_seconds=lambda: float(next(seconds)),
                tracing=self.kept,
            ),
        )

        @self.app.get("/metrics")
        @self.app.get("/page")
        def page() -> None:
            log.info("asked")

    def ask(self, path: str, *traceparent: str) -> tuple[httpx.Response, dict[str, Any]]:
        """Return an answer, and the line that was written meanwhile."""
        headers = [("traceparent", each) for each in traceparent]

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://m") as client:
                return await client.get(path, headers=headers)

        with capture_logs(processors=[merge_contextvars]) as lines:
            answer = asyncio.run(asked())
        # A thread that another test left behind may write meanwhile.
        asked_for = [line for line in lines if line["event"] == "asked"]
        return answer, dict(asked_for[0]) if asked_for else {}


def _api() -> FastAPI:
    api = FastAPI()

    @api.get("/people/{login}")
    def person(login: str) -> None:
        log.info("asked")
        if login == "nobody":
            raise RuntimeError

    return api


@pytest.fixture(autouse=True)
def _nothing_stays_bound() -> Iterator[None]:
    yield
    assert {} == get_contextvars()


def test_a_program_has_its_request_handled_in_its_own_trace() -> None:
    """Lines and answer name it, and the span hangs on the caller's."""
    place = Place()

    answer, line = place.ask("/api/v1/people/ann", HEADER)

    (span,) = place.kept.spans
    assert TRACE == answer.headers["x-trace-id"] == line["trace_id"] == span.trace_id
    assert SPAN == span.parent
    assert line["span_id"] == span.span_id != SPAN


@pytest.mark.parametrize("headers", [(), ("00-nonsense",), (HEADER, HEADER)])
def test_who_names_no_trace_gets_a_new_one(headers: tuple[str, ...]) -> None:
    """A header that is not as the standard has it counts as none."""
    place = Place()

    answer, line = place.ask("/api/v1/people/ann", *headers)

    assert TRACE != answer.headers["x-trace-id"] == line["trace_id"]
    assert [None] == [span.parent for span in place.kept.spans]


def test_a_page_begins_its_own_trace() -> None:
    """What a browser sends along is nobody's word."""
    answer, line = Place().ask("/page", HEADER)

    assert TRACE != answer.headers["x-trace-id"] == line["trace_id"]


def test_metrics_and_health_are_not_traced() -> None:
    """They are asked every few seconds, and tell nothing of anybody's work."""
    place = Place()

    answer, line = place.ask("/metrics", HEADER)

    assert ("x-trace-id" not in answer.headers, "trace_id" not in line) == (True, True)
    assert [] == place.kept.spans


def test_a_span_tells_the_path_as_declared() -> None:
    """What stands in its place may be somebody's name; how long it took is told."""
    place = Place()

    place.ask("/api/v1/people/ann")

    (span,) = place.kept.spans
    assert ("GET /api/v1/people/{login}", "server", 1.0) == (span.name, span.kind, span.seconds)
    assert 200 == span.attributes["http.response.status_code"]
    assert "ann" not in str(span)


def test_a_request_that_fails_is_told_as_failed() -> None:
    """A bug does not lose its span."""
    place = Place()

    answer, _ = place.ask("/api/v1/people/nobody")

    assert ([True], 500) == ([span.failed for span in place.kept.spans], answer.status_code)


@pytest.mark.parametrize(("header", "unwanted"), [(HEADER, TRACE), (f"00-{TRACE}-{SPAN}-00", "")])
def test_a_trace_that_is_not_kept_has_no_spans(header: str, unwanted: str) -> None:
    """A caller may keep a trace out, and cannot get one in that is not sampled here."""
    place = Place(unwanted)

    answer, _ = place.ask("/api/v1/people/ann", header)

    assert TRACE == answer.headers["x-trace-id"]
    assert [] == place.kept.spans
