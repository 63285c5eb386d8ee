"""The port by which spans leave Mercat, where somebody keeps traces; by default nobody does.

A span is told once it has ended, and only of what is on record by then: what a batch came to is
read off its events, so that the pure code which made them knows nothing of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from services.runtime.trace_context import TraceContext

Attribute = str | int | bool
SpanKind = Literal["internal", "server", "client", "consumer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Something that took `seconds` and has ended just now, as part of a trace.

    `parent` is the id of the span it was done for, None for what a trace begins with. `link` is
    another trace that it was done within. `span_id` None: any will do. `attributes` never hold a
    text, a person or a place.
    """

    name: str
    trace_id: str
    seconds: float
    span_id: str | None = None
    parent: str | None = None
    kind: SpanKind = "internal"
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    failed: bool = False
    link: TraceContext | None = None


class Tracing(Protocol):
    """Where spans go. It never raises and never waits: what cannot be kept is dropped.

    Any number of threads may tell it at once.
    """

    def wants(self, trace_id: str) -> bool:
        """Return whether spans of a trace are kept: the same in every process, and cheap."""
        ...

    def ended(self, span: Span) -> None:
        """Keep a span of a trace that is wanted."""
        ...

    def close(self) -> None:
        """Send what is kept, within a few seconds, and end."""
        ...


class NoTracing:
    """Wants nothing."""

    def wants(self, trace_id: str) -> bool:
        """Return False."""
        del trace_id
        return False

    def ended(self, span: Span) -> None:
        """Forget a span."""
        del span

    def close(self) -> None:
        """Nothing to end."""


NO_TRACING: Final[Tracing] = NoTracing()
