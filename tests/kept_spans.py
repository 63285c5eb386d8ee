"""Keeps spans in memory, for tests to look at."""

from collections.abc import Sequence

from services.runtime.tracing import Span


class KeptSpans:
    """Wants every trace but those named."""

    def __init__(self, unwanted: Sequence[str] = ()) -> None:
        self.spans: list[Span] = []
        self._unwanted = frozenset(unwanted)

    def wants(self, trace_id: str) -> bool:
        """Return whether a trace was not named."""
        return trace_id not in self._unwanted

    def ended(self, span: Span) -> None:
        """Keep a span."""
        self.spans.append(span)

    def close(self) -> None:
        """Keep what is kept."""

    @property
    def names(self) -> list[str]:
        """Return what the spans are called, in the order in which they came."""
        return [span.name for span in self.spans]
