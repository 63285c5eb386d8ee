"""Tells of a batch once it is kept: a log line for each dead letter, spans for what traces it."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import structlog

from schemas.codec import decode_event
from schemas.dead_letter import DeadLetterWritten
from schemas.topics import DEAD_LETTERS, TEAM_POSTS, topic_declared
from services.runtime.clock import Clock
from services.runtime.ports import Append
from services.runtime.step import Outcome
from services.runtime.trace_context import TRACE_ID, trace_of_value
from services.runtime.tracing import NO_TRACING, Span, Tracing

SPANS_A_BATCH_MAX: Final = 64
"""So many spans a batch at most: in a storm the traces that come first are whole."""
RECEIVED: Final = "mercat.posts.received.v1"
Committed = Callable[[Outcome], None]

log = structlog.get_logger(__name__)


class BatchTold:
    """What a runner calls with what a batch came to; `counts` are told first.

    Nothing is looked at event by event unless something was set aside, or traces are kept.
    """

    def __init__(
        self, stage: str, clock: Clock, *counts: Committed, tracing: Tracing = NO_TRACING
    ) -> None:
        self._stage = stage
        self._clock = clock
        self._counts = counts
        self._tracing = tracing
        self._traces = tracing is not NO_TRACING

    def __call__(self, outcome: Outcome) -> None:
        """Tell of a batch."""
        for count in self._counts:
            count(outcome)
        if outcome.rejected:
            log_set_aside(outcome.appends)
        if self._traces:
            self._trace(outcome)

    def _trace(self, outcome: Outcome) -> None:
        began_at = outcome.began_at
        seconds = 0.0 if began_at is None else (self._clock.now() - began_at).total_seconds()
        told = 0
        for append in outcome.appends:
            if topic_declared(append.topic) is TEAM_POSTS:
                continue  # the same event stands on the common topic
            trace_id = trace_of_value(append.value)
            if trace_id is None or not self._tracing.wants(trace_id):
                continue
            if told >= SPANS_A_BATCH_MAX:
                return
            for span in event_spans(self._stage, append, max(0.0, seconds)):
                self._tracing.ended(span)
            told += 1


def event_spans(stage: str, append: Append, seconds: float) -> Sequence[Span]:
    """Return the spans of one event that a stage gave rise to in `seconds`.

    Its span is named in its `traceparent`, that of its cause is the one that it hangs on. What
    comes from outside hangs on its trace's beginning, which a post that came in is.
    """
    event: Any = append.event or decode_event(append.topic, append.value)
    assert event.traceparent is not None, "only what is part of a trace is told of"
    _, trace_id, span_id, _ = event.traceparent.split("-")
    root = trace_id[16:]
    span = Span(
        name=stage,
        trace_id=trace_id,
        span_id=span_id,
        parent=root if event.causationid is None else event.causationid[:16],
        seconds=seconds,
        kind="consumer",
        attributes={"mercat.event.type": event.type, "mercat.event.id": event.id},
        failed=isinstance(event, DeadLetterWritten),
    )
    if event.type != RECEIVED:
        return (span,)
    return Span(name="post", trace_id=trace_id, span_id=root, seconds=seconds), span


def log_set_aside(appends: Sequence[Append]) -> None:
    """Write a line for each dead letter: where and why, and the trace; never what it says."""
    for append in appends:
        if append.topic != DEAD_LETTERS.name:
            continue
        event = append.event or decode_event(append.topic, append.value)
        assert isinstance(event, DeadLetterWritten), "nothing else goes there"
        trace_id = trace_of_value(append.value)
        log.warning(
            "event set aside",
            stage=event.data.stage,
            dead_letter=event.data.dead_letter_id,
            place=f"{event.data.origin} {event.data.place}",
            cause=event.data.cause,
            **({} if trace_id is None else {TRACE_ID: trace_id}),
        )
