"""A trace read off a header and off an event, and bound to what a thread writes meanwhile."""

from contextlib import suppress

import pytest
import structlog
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from schemas.codec import encode_event
from schemas.envelope import trace_parent
from services.runtime.trace_context import (
    TraceContext,
    exemplar_now,
    handled_now,
    handling,
    handling_act,
    one_trace_context_of,
    trace_context_of,
    trace_of_value,
)
from tests.fakes import received

TRACE = "0af7651916cd43dd8448eb211c80319c"
SPAN = "b7ad6b7169203331"
OTHER = "a1" * 16

log = structlog.get_logger(__name__)


@pytest.mark.parametrize(
    ("header", "sampled"),
    [
        (f"00-{TRACE}-{SPAN}-01", True),
        (f"00-{TRACE}-{SPAN}-00", False),
        (f"00-{TRACE}-{SPAN}-02", False),
        (f"00-{TRACE}-{SPAN}-ff", True),
        (f"01-{TRACE}-{SPAN}-01-what-is-to-come", True),
    ],
)
def test_a_header_names_a_trace(header: str, *, sampled: bool) -> None:
    """Flags and versions to come are taken as the standard asks of who does not know them."""
    assert TraceContext(TRACE, SPAN, sampled) == trace_context_of(header)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "00",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}-{SPAN}-01-more",
        f"01-{TRACE}-{SPAN}-01more",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE[1:]}-{SPAN}-01",
        f" 00-{TRACE}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01\n",
        f"00_{TRACE}_{SPAN}_01",
        f"01-{TRACE}-{SPAN}-01-{'a' * 500}",
    ],
)
def test_a_header_that_is_not_as_the_standard_has_it_names_none(header: str) -> None:
    """Whatever a caller sends, it is a trace or nothing."""
    assert trace_context_of(header) is None


def test_two_headers_name_none() -> None:
    """Nobody can tell which of them was meant."""
    header = f"00-{TRACE}-{SPAN}-01"

    assert one_trace_context_of([header]) is not None
    assert one_trace_context_of([header, header]) is None
    assert one_trace_context_of([]) is None


def test_an_event_tells_its_trace_without_being_decoded() -> None:
    """Its bytes are enough."""
    event = received(1).model_copy(update={"traceparent": trace_parent(TRACE)})

    assert TRACE == trace_of_value(encode_event(event))
    assert (
        trace_of_value(encode_event(received(1).model_copy(update={"traceparent": None}))) is None
    )


def test_a_text_cannot_put_an_event_into_another_trace() -> None:
    """What people write stands behind a backslash, however they write it."""
    event = received(1, f'{{"traceparent":"00-{OTHER}-{SPAN}-01"}}')
    event = event.model_copy(update={"traceparent": None})

    assert trace_of_value(encode_event(event)) is None


def test_lines_name_the_trace_that_is_handled_and_no_other() -> None:
    """What was bound before is bound again afterwards, also where handling it failed."""
    with capture_logs(processors=[merge_contextvars]) as lines:
        with handling(TRACE, SPAN):
            log.info("outer")
            with suppress(ValueError), handling(OTHER):
                log.info("inner")
                raise ValueError
            log.info("outer again")
        log.info("neither")

    told = [(line.get("trace_id"), line.get("span_id")) for line in lines]
    assert [(TRACE, SPAN), (OTHER, None), (TRACE, SPAN), (None, None)] == told


def test_an_act_of_a_posts_trace_is_done_for_what_that_begins_with() -> None:
    """One with a trace of its own is done for nothing before it."""
    with handling_act("act", TRACE):
        of_post = handled_now()
    with handling_act(TRACE, TRACE):
        of_its_own = handled_now()

    assert of_post is not None
    assert (TRACE, TRACE[16:]) == (of_post.trace_id, of_post.span_id)
    assert of_its_own is not None
    assert (TRACE, None) == (of_its_own.trace_id, of_its_own.span_id)


def test_what_is_handled_within_a_request_knows_it() -> None:
    """The trace around it is known while it is handled; the same trace is none around it."""
    with handling(TRACE, SPAN), handling(OTHER):
        inner = handled_now()
    with handling(TRACE, SPAN), handling(TRACE):
        same = handled_now()
    with handling(TRACE, SPAN):
        with handling(OTHER):
            pass
        after = handled_now()

    assert inner is not None
    assert TraceContext(TRACE, SPAN) == inner.within
    assert same is not None
    assert same.within is None
    assert after is not None
    assert after.within is None


def test_a_metric_remembers_the_trace_at_hand() -> None:
    """Where none is, it remembers none."""
    with handling(TRACE):
        assert {"trace_id": TRACE} == exemplar_now()

    assert exemplar_now() is None
