"""Which trace what is done now is part of: read off a header, and bound to log lines.

https://www.w3.org/TR/trace-context/
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Final, NamedTuple

from structlog.contextvars import bind_contextvars, get_contextvars, unbind_contextvars

HEADER: Final = "traceparent"
TRACE_ID: Final = "trace_id"
SPAN_ID: Final = "span_id"
LENGTH_MAX: Final = 512

_PARTS: Final = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_NAME: Final = b'"traceparent":"'
_IN_VALUE: Final = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-")
_NO_VERSION: Final = "ff"
_SAMPLED: Final = 1


class TraceContext(NamedTuple):
    """A place in a trace: the trace, the span, and whether whoever began it may have kept it."""

    trace_id: str
    span_id: str
    sampled: bool = True


def trace_context_of(header: str) -> TraceContext | None:
    """Return what a `traceparent` header says; None where it is not as the standard has it.

    A version to come may say more behind what is known; the first version may not.
    """
    parts = _PARTS.fullmatch(header) if len(header) <= LENGTH_MAX else None
    if parts is None or parts[1] == _NO_VERSION or (parts[1] == "00" and parts[5]):
        return None
    if not parts[2].strip("0") or not parts[3].strip("0"):
        return None
    return TraceContext(parts[2], parts[3], sampled=bool(int(parts[4], 16) & _SAMPLED))


def one_trace_context_of(headers: Sequence[str]) -> TraceContext | None:
    """Return what a request's `traceparent` headers say: nothing, unless there is exactly one."""
    return trace_context_of(headers[0]) if len(headers) == 1 else None


def trace_of_value(value: bytes) -> str | None:
    """Return the trace that an encoded event is part of, without decoding it.

    Within a text each quotation mark has a backslash before it: no post can say this of itself.
    """
    # Looking for the name first takes a tenth of the time that looking for the whole would.
    start = value.find(_NAME)
    found = _IN_VALUE.match(value, start + len(_NAME)) if start > 0 else None
    return None if found is None else found[1].decode()


class Handled(NamedTuple):
    """What a thread works at: a trace, the span it is done for, and the trace around it, if any.

    `span_id` None: nothing of this trace came before. `within` is a request's, say, of somebody who
    proposes an act.
    """

    trace_id: str
    span_id: str | None
    within: TraceContext | None


_within: Final[ContextVar[TraceContext | None]] = ContextVar("within", default=None)


@contextmanager
def handling(trace_id: str, span_id: str | None = None) -> Iterator[None]:
    """Have every log line of this thread name a trace while something of it is handled.

    What was bound before is bound again afterwards.
    """
    before, outer = get_contextvars(), handled_now()
    token = _within.set(_place_of(outer) if outer and outer.trace_id != trace_id else None)
    unbind_contextvars(SPAN_ID)
    bind_contextvars(**{TRACE_ID: trace_id, **({} if span_id is None else {SPAN_ID: span_id})})
    try:
        yield
    finally:
        _within.reset(token)
        unbind_contextvars(TRACE_ID, SPAN_ID)
        bind_contextvars(**{name: before[name] for name in (TRACE_ID, SPAN_ID) if name in before})


def handling_act(act_id: str, trace_id: str) -> AbstractContextManager[None]:
    """Do the same for an act: within a post's trace it is done for what that begins with."""
    return handling(trace_id, None if trace_id == act_id else trace_id[16:])


def handled_now() -> Handled | None:
    """Return what this thread works at, where anything is bound."""
    bound = get_contextvars()
    if TRACE_ID not in bound:
        return None
    return Handled(bound[TRACE_ID], bound.get(SPAN_ID), _within.get())


def _place_of(outer: Handled) -> TraceContext | None:
    return None if outer.span_id is None else TraceContext(outer.trace_id, outer.span_id)


def exemplar_of(trace_id: str | None) -> dict[str, str] | None:
    """Return what a metric remembers of the trace that it counted last."""
    return None if trace_id is None else {TRACE_ID: trace_id}


def exemplar_now() -> dict[str, str] | None:
    """Return the same of the trace that this thread works at."""
    here = handled_now()
    return exemplar_of(None if here is None else here.trace_id)
