"""What every place that spans go to promises: which traces it wants, and that nobody waits."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from structlog.testing import capture_logs

from schemas.envelope import digest_id
from services.runtime.trace_context import TraceContext
from services.runtime.tracing import NO_TRACING, Span, Tracing
from tests.kept_spans import KeptSpans
from tests.otlp_server import OtlpServer

otel = pytest.importorskip(
    "services.runtime.otel_tracing", reason="the extra otel is not installed"
)
TRACES = [digest_id("trace", str(number)) for number in range(2_000)]


def tracing_to(address: str, ratio: float = 1.0) -> Tracing:
    """Return what sends spans to a receiver."""
    tracing: Tracing = otel.OtelTracing(
        address, ratio=ratio, service="mercat-route", instance="here", version="1"
    )
    return tracing


@pytest.fixture
def receiver() -> Iterator[OtlpServer]:
    """A receiver of spans."""
    with OtlpServer() as server:
        yield server


@pytest.fixture
def nobody() -> str:
    """An address at which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{bound.getsockname()[1]}"


@pytest.fixture(params=["none", "memory", "otel", "away"])
def tracing(request: pytest.FixtureRequest, nobody: str) -> Iterator[Tracing]:
    """Each place there is, one of them with its receiver away."""
    places: dict[str, Callable[[], Tracing]] = {
        "none": lambda: NO_TRACING,
        "memory": KeptSpans,
        "otel": lambda: tracing_to(request.getfixturevalue("receiver").address),
        "away": lambda: tracing_to(nobody),
    }
    made = places[request.param]()
    yield made
    made.close()


def span(trace_id: str = TRACES[0], name: str = "route", seconds: float = 0.25) -> Span:
    """Return a span."""
    return Span(name=name, trace_id=trace_id, seconds=seconds)


def test_a_trace_is_wanted_always_or_never(tracing: Tracing) -> None:
    """Asked again, each says the same."""
    first = [tracing.wants(trace_id) for trace_id in TRACES]

    assert first == [tracing.wants(trace_id) for trace_id in TRACES]


def test_nobody_waits_for_a_span(tracing: Tracing) -> None:
    """More than a queue holds are taken without an error, also where the receiver is away."""
    for trace_id in (*TRACES, *TRACES, *TRACES):
        if tracing.wants(trace_id):
            tracing.ended(span(trace_id))

    tracing.close()

    assert not [each for each in threading.enumerate() if each.name == "traces-end"]


def test_spans_arrive_as_they_were_told(receiver: OtlpServer) -> None:
    """Trace, span, parent, link, length and failure are those of the span."""
    tracing = tracing_to(receiver.address)
    around = TraceContext("e" * 32, "d" * 16)
    tracing.ended(
        Span(
            name="judge",
            trace_id=TRACES[0],
            span_id="a1" * 8,
            parent="b2" * 8,
            seconds=0.25,
            attributes={"mercat.phase": "sending"},
            failed=True,
            link=around,
        )
    )
    tracing.close()

    (came,) = receiver.spans
    assert (TRACES[0], "a1" * 8, "b2" * 8) == (came.trace_id, came.span_id, came.parent)
    assert ("judge", "mercat-route", True) == (came.name, came.service, came.failed)
    assert ["e" * 32] == came.links
    assert 0.25 == pytest.approx(came.seconds)
    assert {"mercat.phase"} == came.attributes.keys()


def test_a_trace_begins_with_a_span_of_its_own(receiver: OtlpServer) -> None:
    """It has the id of the trace that it was told for, though nothing came before it."""
    tracing = tracing_to(receiver.address)
    tracing.ended(span(TRACES[1]))
    tracing.ended(span(TRACES[2]))
    tracing.close()

    assert [(TRACES[1], ""), (TRACES[2], "")] == [
        (each.trace_id, each.parent) for each in receiver.spans
    ]
    assert 2 == len({each.span_id for each in receiver.spans})


def test_a_share_of_traces_is_wanted_and_the_same_by_every_process(nobody: str) -> None:
    """So a trace that joins over services is whole; what is not wanted is not sent either."""
    one, other = tracing_to(nobody, 0.1), tracing_to(nobody, 0.1)

    wanted = [trace_id for trace_id in TRACES if one.wants(trace_id)]

    assert wanted == [trace_id for trace_id in TRACES if other.wants(trace_id)]
    assert 0.05 < len(wanted) / len(TRACES) < 0.15
    one.close()
    other.close()


def test_a_receiver_that_is_away_is_said_once(nobody: str) -> None:
    """A line of ours, not one of the exporter's for each try."""
    tracing = tracing_to(nobody)
    tracing.ended(span())

    with capture_logs() as lines:
        tracing.close()

    assert ["traces are not taken"] == [line["event"] for line in lines]


@pytest.mark.parametrize(("ratio", "count"), [(0.0, 0), (1.0, len(TRACES))])
def test_none_or_all_are_wanted_at_the_ends(nobody: str, ratio: float, count: int) -> None:
    """Nought sends nothing, and one everything."""
    tracing = tracing_to(nobody, ratio)

    assert count == sum(map(tracing.wants, TRACES))
    tracing.close()


def test_what_is_wanted_is_what_the_sampler_keeps(receiver: OtlpServer) -> None:
    """The short way to ask gives the long way's answer, with a parent and without."""
    tracing = tracing_to(receiver.address, 0.3)
    for trace_id in TRACES[:300]:
        tracing.ended(span(trace_id))
        tracing.ended(Span(name="child", trace_id=trace_id, parent="b2" * 8, seconds=0.0))
    tracing.close()

    wanted = {trace_id for trace_id in TRACES[:300] if tracing.wants(trace_id)}
    for name in ("route", "child"):
        assert wanted == {each.trace_id for each in receiver.spans if each.name == name}
