"""What is told of a batch once it is kept: lines for dead letters, spans for traces."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from schemas.envelope import Event, caused_id, caused_trace, digest_id, trace_parent
from schemas.topics import POSTS_RECEIVED, POSTS_ROUTED, team_topic
from services.runtime.batch_told import SPANS_A_BATCH_MAX, BatchTold
from services.runtime.clock import ManualClock
from services.runtime.ports import Append
from services.runtime.step import Outcome, intake_of, step
from services.runtime.tracing import Span
from tests.contract.passing_stage import PassingStage
from tests.fakes import append_of, received, record_of
from tests.integration.console.console_parts import routed
from tests.kept_spans import KeptSpans


def in_trace(event: Any, trace_id: str) -> Any:
    """Return an event as part of a trace."""
    return event.model_copy(update={"traceparent": trace_parent(trace_id, event.id)})


def arrival(number: int = 1) -> tuple[str, Any]:
    """Return a post that came in, and its trace."""
    trace_id = digest_id("post", str(number))
    event = received(number).model_copy(update={"id": digest_id("event", str(number))})
    return trace_id, in_trace(event, trace_id)


def answer_to(cause: Event, number: int = 1) -> Any:
    """Return what a post came to."""
    event = routed(number)
    event_id = caused_id(cause.id, event.type, 0)
    trace = caused_trace(cause.traceparent, event_id)
    told = {"id": event_id, "causationid": cause.id, "traceparent": trace}
    return event.model_copy(update=told)


def told_of(
    clock: ManualClock, *appends: Append, stage: str = "route", seconds: float = 0.0
) -> KeptSpans:
    """Return what is told of a batch that took so long."""
    kept = KeptSpans()
    began_at = clock.now() - timedelta(seconds=seconds)
    BatchTold(stage, clock, tracing=kept)(Outcome(appends=[*appends], began_at=began_at))
    return kept


def test_spans_of_a_post_hang_together_over_steps(clock: ManualClock) -> None:
    """What a post's trace begins with, then its arrival, then what came of it, each on the last."""
    trace_id, post = arrival()
    answer = answer_to(post)

    came = told_of(clock, append_of(post, POSTS_RECEIVED.name), stage="ingest").spans
    went = told_of(clock, append_of(answer, POSTS_ROUTED.name)).spans

    beginning, ingest = came
    (route,) = went
    assert ["post", "ingest", "route"] == [beginning.name, ingest.name, route.name]
    assert {trace_id} == {span.trace_id for span in (beginning, ingest, route)}
    assert beginning.parent is None
    assert beginning.span_id == ingest.parent
    assert ingest.span_id == route.parent


def test_a_span_takes_as_long_as_its_batch_and_tells_nothing_that_anybody_wrote(
    clock: ManualClock,
) -> None:
    """Of an event it tells the type and the id."""
    _, post = arrival()

    (span,) = told_of(clock, append_of(answer_to(post), POSTS_ROUTED.name), seconds=1.5).spans

    assert 1.5 == span.seconds
    assert {"mercat.event.type", "mercat.event.id"} == span.attributes.keys()


def test_a_copy_for_a_team_is_no_second_event(clock: ManualClock) -> None:
    """One event on two topics is one span."""
    answer = answer_to(arrival()[1])
    appends = [append_of(answer, topic) for topic in (POSTS_ROUTED.name, team_topic("waste"))]

    assert ["route"] == told_of(clock, *appends).names


def test_events_of_a_child_process_are_traced_by_their_bytes(clock: ManualClock) -> None:
    """They come back encoded alone."""
    append = append_of(answer_to(arrival()[1]), POSTS_ROUTED.name)

    assert ["route"] == told_of(clock, append._replace(event=None)).names


def test_only_traces_that_are_wanted_are_told(clock: ManualClock) -> None:
    """What has no trace is not, and neither is what is not sampled."""
    trace_id, post = arrival(1)
    other = arrival(2)[1]
    kept = KeptSpans(unwanted=[trace_id])
    bare = received(3).model_copy(update={"traceparent": None})
    appends = [append_of(each, POSTS_RECEIVED.name) for each in (post, other, bare)]

    BatchTold("ingest", clock, tracing=kept)(Outcome(appends=appends))

    assert {digest_id("post", "2")} == {span.trace_id for span in kept.spans}


def test_a_storm_is_told_of_in_part(clock: ManualClock) -> None:
    """A batch has so many events told, however many it had."""
    appends = [
        append_of(answer_to(arrival(number)[1]), POSTS_ROUTED.name)
        for number in range(SPANS_A_BATCH_MAX + 3)
    ]

    assert SPANS_A_BATCH_MAX == len(told_of(clock, *appends).spans)


@pytest.mark.parametrize("value", ["00-0-0-01", "nonsense", "00-" + "g" * 32 + "-" + "a" * 16])
def test_what_is_no_trace_context_is_passed_over(clock: ManualClock, value: str) -> None:
    """Another program's event may say anything there."""
    event = received(1).model_copy(update={"traceparent": value})

    assert [] == told_of(clock, append_of(event, POSTS_RECEIVED.name)).spans


def test_a_dead_letter_leaves_a_line_with_its_trace(clock: ManualClock, tmp_path: Path) -> None:
    """The line says where and why, never what somebody wrote; its span says that it failed."""
    trace_id = digest_id("post", "1")
    post = in_trace(received(1, "please refuse this").model_copy(update={"id": "e" * 32}), trace_id)
    stage = PassingStage(tmp_path)
    outcome = step(stage, [intake_of(record_of(post, 0))], dict.fromkeys, clock.now())
    kept = KeptSpans()

    with capture_logs() as lines:
        BatchTold("pass", clock, tracing=kept)(outcome)

    (line,) = lines
    assert ("event set aside", trace_id) == (line["event"], line["trace_id"])
    assert ("pass", "refused") == (line["stage"], line["cause"])
    assert "please" not in str(line)
    failed: list[Span] = [span for span in kept.spans if span.failed]
    assert [("pass", "e" * 16)] == [(span.name, span.parent) for span in failed]


def test_a_dead_letter_without_a_trace_leaves_a_line_without_one(
    clock: ManualClock, tmp_path: Path
) -> None:
    """What never became an event is known by its place."""
    record = record_of(received(1), 0)._replace(value=b"no event", event=None)
    outcome = step(PassingStage(tmp_path), [intake_of(record)], dict.fromkeys, clock.now())

    with capture_logs() as lines:
        BatchTold("pass", clock)(outcome)

    assert ["not an event"] == [line["cause"] for line in lines]
    assert "trace_id" not in lines[0]


def test_counts_are_told_first_and_nothing_else_is_looked_at(clock: ManualClock) -> None:
    """Without traces and dead letters a batch's events are left alone."""
    heard: list[Outcome] = []
    outcome = Outcome(appends=[Append("no such topic", "key", b"")])

    BatchTold("route", clock, heard.append)(outcome)

    assert [outcome] == heard
