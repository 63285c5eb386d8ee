"""A receiver of spans on this machine: what OTLP over HTTP brings it, decoded."""

import gzip
import threading
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Final, NamedTuple, Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Status

PATH: Final = "/v1/traces"
POLL_SECONDS: Final = 0.02
WAY_OF_A_POST: Final = {"post": "", "ingest": "post", "classify": "ingest", "route": "classify"}
"""What each span of a post's trace hangs on, on the way to its team."""


class Received(NamedTuple):
    """A span as it came over the wire; `parent` is empty where it has none."""

    service: str
    name: str
    trace_id: str
    span_id: str
    parent: str
    attributes: dict[str, str]
    links: list[str]
    failed: bool
    seconds: float


def trace_of(spans: Sequence[Received], trace_id: str) -> dict[str, Received]:
    """Return a trace's spans by what they are called."""
    return {span.name: span for span in spans if span.trace_id == trace_id}


def hangs_on(trace: Mapping[str, Received]) -> dict[str, str]:
    """Return for each span of a trace what that is called which it hangs on; empty for none."""
    names = {"": "", **{span.span_id: name for name, span in trace.items()}}
    return {name: names[span.parent] for name, span in trace.items()}


class OtlpServer:
    """Listens at a port of its own while it is entered; `spans` is all that came."""

    def __init__(self) -> None:
        self.spans: list[Received] = []
        self.headers: list[dict[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(POLL_SECONDS,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        """Return where it listens, as settings name it."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def take(self, body: bytes) -> None:
        """Keep the spans of a request."""
        request = ExportTraceServiceRequest.FromString(body)
        for part in request.resource_spans:
            told = {each.key: each.value.string_value for each in part.resource.attributes}
            for scope in part.scope_spans:
                self.spans.extend(
                    Received(
                        service=told["service.name"],
                        name=span.name,
                        trace_id=span.trace_id.hex(),
                        span_id=span.span_id.hex(),
                        parent=span.parent_span_id.hex(),
                        attributes={each.key: str(each.value).strip() for each in span.attributes},
                        links=[each.trace_id.hex() for each in span.links],
                        failed=span.status.code == Status.STATUS_CODE_ERROR,
                        seconds=(span.end_time_unix_nano - span.start_time_unix_nano) / 1e9,
                    )
                    for span in scope.spans
                )


def _handler(server: OtlpServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Takes a request in."""

        def do_POST(self) -> None:
            """Answer as a receiver does; another path is not there."""
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            if self.path != PATH:
                self.send_error(404)
                return
            server.headers.append({name.lower(): value for name, value in self.headers.items()})
            server.take(body)
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200)
            self.send_header("content-type", "application/x-protobuf")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    return Handler
