"""Sends spans to an OTLP receiver over HTTP by the OpenTelemetry SDK, which is an optional extra.

https://opentelemetry.io/docs/specs/otlp/ : spans wait in a bounded queue and go out in batches from
a thread of their own. Where the receiver is away, those that find no room are dropped.
"""

import logging
import threading
import time
from typing import Final

import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from services.runtime.trace_context import TraceContext
from services.runtime.tracing import Span

PATH: Final = "/v1/traces"
SEND_SECONDS_MAX: Final = 5.0
SPANS_WAITING_MAX: Final = 4_096
SPANS_A_REQUEST_MAX: Final = 512
SEND_EVERY_MS: Final = 2_000
CLOSE_SECONDS_MAX: Final = 3.0
GIVE_UP_SECONDS_MAX: Final = 1.0
SAID_EVERY_SECONDS: Final = 300.0
REASON_LENGTH_MAX: Final = 300
ATTRIBUTES_MAX: Final = 16
TRACE_BITS: Final = (1 << 64) - 1
NANOSECONDS: Final = 1_000_000_000

_KINDS: Final = {
    "internal": SpanKind.INTERNAL,
    "server": SpanKind.SERVER,
    "client": SpanKind.CLIENT,
    "consumer": SpanKind.CONSUMER,
}


log = structlog.get_logger(__name__)


class Troubles(logging.Handler):
    """Turns what the SDK says of a receiver into a line of ours, now and then one."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._said_at_seconds: float | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, unless one was written lately."""
        now_seconds = time.monotonic()
        said = self._said_at_seconds
        if said is None or now_seconds - said >= SAID_EVERY_SECONDS:
            self._said_at_seconds = now_seconds
            reason = record.getMessage()[:REASON_LENGTH_MAX]
            log.warning("traces are not taken", reason=reason)


class ChosenIds(IdGenerator):
    """Gives the ids that the thread has chosen for its next span, else random ones."""

    def __init__(self) -> None:
        self._random = RandomIdGenerator()
        self._chosen = threading.local()

    def choose(self, trace_id: int, span_id: int | None) -> None:
        """Choose the ids of this thread's next span; `span_id` None leaves it to chance."""
        self._chosen.trace_id, self._chosen.span_id = trace_id, span_id

    def generate_trace_id(self) -> int:
        """Return the trace chosen."""
        return int(self._chosen.trace_id)

    def generate_span_id(self) -> int:
        """Return the span chosen."""
        chosen: int | None = self._chosen.span_id
        return self._random.generate_span_id() if chosen is None else chosen


class OtelTracing:
    """Keeps the given share of all traces, each whole or not at all, whichever process has a part.

    `endpoint` is the receiver's address, `/v1/traces` left out; None: what the OTEL_EXPORTER_OTLP_
    variables say, which also bring headers and certificates. `service` names the process among
    others, `instance` among its like.
    """

    def __init__(
        self, endpoint: str | None, *, ratio: float, service: str, instance: str, version: str
    ) -> None:
        sampler = TraceIdRatioBased(ratio)
        self._bound = sampler.bound
        self._ids = ChosenIds()
        _hear(Troubles())
        self._exporter = OTLPSpanExporter(
            endpoint=None if endpoint is None else endpoint.rstrip("/") + PATH,
            timeout=SEND_SECONDS_MAX,
        )
        self._provider = TracerProvider(
            sampler=ParentBased(sampler, remote_parent_sampled=sampler),
            resource=Resource.create(
                {
                    "service.namespace": "mercat",
                    "service.name": service,
                    "service.instance.id": instance,
                    "service.version": version,
                }
            ),
            id_generator=self._ids,
            span_limits=SpanLimits(max_attributes=ATTRIBUTES_MAX, max_links=1, max_events=1),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(
            BatchSpanProcessor(
                self._exporter,
                max_queue_size=SPANS_WAITING_MAX,
                max_export_batch_size=SPANS_A_REQUEST_MAX,
                schedule_delay_millis=SEND_EVERY_MS,
            )
        )
        self._tracer = self._provider.get_tracer("mercat", version)

    def wants(self, trace_id: str) -> bool:
        """Return what the sampler says of any span of a trace, at a hundredth of the cost."""
        return int(trace_id, 16) & TRACE_BITS < self._bound

    def ended(self, span: Span) -> None:
        """Queue a span that has ended now; drop it where the queue is full."""
        end_ns = time.time_ns()
        trace_id = int(span.trace_id, 16)
        self._ids.choose(trace_id, None if span.span_id is None else int(span.span_id, 16))
        parent = None
        if span.parent is not None:
            remote = _context(trace_id, int(span.parent, 16))
            parent = set_span_in_context(NonRecordingSpan(remote))
        kept = self._tracer.start_span(
            span.name,
            context=parent,
            kind=_KINDS[span.kind],
            attributes=dict(span.attributes),
            links=_links(span.link),
            start_time=end_ns - round(span.seconds * NANOSECONDS),
        )
        if span.failed:
            kept.set_status(Status(StatusCode.ERROR))
        kept.end(end_ns)

    def close(self) -> None:
        """Send what waits, and end; a receiver that is away is given a few seconds.

        The SDK itself would try for half a minute.
        """
        ending = threading.Thread(target=self._provider.shutdown, name="traces-end", daemon=True)
        ending.start()
        ending.join(CLOSE_SECONDS_MAX)
        if ending.is_alive():
            self._exporter.shutdown()  # type: ignore[no-untyped-call]
            ending.join(GIVE_UP_SECONDS_MAX)


def _hear(troubles: Troubles) -> None:
    said = logging.getLogger("opentelemetry")
    said.handlers = [troubles]
    said.propagate = False


def _context(trace_id: int, span_id: int) -> SpanContext:
    return SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(1))


def _links(link: TraceContext | None) -> list[Link]:
    if link is None:
        return []
    return [Link(_context(int(link.trace_id, 16), int(link.span_id, 16)))]
