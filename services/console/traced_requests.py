"""Has each HTTP request handled as part of a trace: the caller's where named, else a new one.

Log lines written meanwhile carry it, the answer says which it was (`x-trace-id`), and where traces
are kept the request is a span. https://www.w3.org/TR/trace-context/ : what is not as the standard
has it is taken for nothing said. Others' word on whether to keep a trace is taken where it is no.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.runtime.trace_context import (
    HEADER,
    TraceContext,
    handling,
    one_trace_context_of,
)
from services.runtime.tracing import NO_TRACING, Span, Tracing

ANSWER_HEADER: Final = "x-trace-id"
PROGRAMS_ASK: Final = ("/api/", "/webhooks/", "/control")
UNTRACED: Final = ("/metrics", "/healthz", "/readyz", "/assets/", "/live.json")
SPAN_ID_LENGTH: Final = 16
TRACE_ID_BYTES: Final = 16
SERVER_FAULT: Final = 500


UNTOLD: Final[dict[str, Any]] = {
    "telemetry": {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
}
"""Given to every FastAPI app: what it tells of requests by itself has names and texts in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTraces:
    """What tracing requests stands on; `fresh_id` gives 32 hexadecimal digits nobody has had."""

    fresh_id: Callable[[], str]
    elapsed_seconds: Callable[[], float]
    tracing: Tracing = NO_TRACING


class TracedRequests:
    """The ASGI middleware."""

    def __init__(self, app: ASGIApp, *, traces: RequestTraces) -> None:
        self._app = app
        self._traces = traces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the app answer, within a trace where the path is one that is traced."""
        if scope["type"] != "http" or scope["path"].startswith(UNTRACED):
            await self._app(scope, receive, send)
            return
        told = _told(scope)
        span_id = self._traces.fresh_id()[:SPAN_ID_LENGTH]
        trace_id = self._traces.fresh_id() if told is None else told.trace_id
        status = SERVER_FAULT

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[ANSWER_HEADER] = trace_id
            await send(message)

        begun_seconds = self._traces.elapsed_seconds()
        with handling(trace_id, span_id):
            try:
                await self._app(scope, receive, answer)
            finally:
                seconds = self._traces.elapsed_seconds() - begun_seconds
                if self._traces.tracing.wants(trace_id) and (told is None or told.sampled):
                    self._traces.tracing.ended(
                        _span(scope, TraceContext(trace_id, span_id), told, status, seconds)
                    )


def _told(scope: Scope) -> TraceContext | None:
    """Return the trace that a program is at when it asks; a browser's pages begin their own."""
    if not scope["path"].startswith(PROGRAMS_ASK):
        return None
    return one_trace_context_of(Headers(scope=scope).getlist(HEADER))


def _span(
    scope: Scope, here: TraceContext, told: TraceContext | None, status: int, seconds: float
) -> Span:
    """Return a request's span: its path as declared, since what stands in it may be a name."""
    method, route = scope["method"], _declared(scope)
    return Span(
        name=method if route is None else f"{method} {route}",
        trace_id=here.trace_id,
        span_id=here.span_id,
        parent=None if told is None else told.span_id,
        seconds=seconds,
        kind="server",
        attributes={
            "http.request.method": method,
            "http.response.status_code": status,
            **({} if route is None else {"http.route": route}),
        },
        failed=status >= SERVER_FAULT,
    )


def _declared(scope: Scope) -> str | None:
    route: Any = scope.get("route")
    path = getattr(route, "path", None)
    return None if path is None else f"{scope.get('root_path', '')}{path}"
