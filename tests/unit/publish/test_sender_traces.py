"""Acts on their way, as part of the trace of what they answer."""

from typing import Any

import pytest
from structlog.contextvars import get_contextvars, merge_contextvars
from structlog.testing import capture_logs

from services.runtime.effects import Key
from services.runtime.trace_context import handled_now
from tests.kept_spans import KeptSpans
from tests.unit.publish.platform_double import Fault
from tests.unit.publish.stand import Stand

ACT = "ac" * 16
POST = "b0" * 16


def stand_with(
    post_id: str | None = POST, *faults: Fault, **values: Any
) -> tuple[Stand, KeptSpans]:
    """Return an account with one act approved, that answers a post or nothing."""
    kept = KeptSpans()
    stand = Stand(values, tracing=kept)
    stand.platform.faults.extend(faults)
    stand.gate.approve(ACT)
    key = Key("acts", ACT)
    row = stand.memory.rows[key]
    assert row is not None
    stand.memory.rows[key] = {**row, "post_id": post_id}
    return stand, kept


@pytest.mark.parametrize(("post_id", "trace_id"), [(POST, POST), (None, ACT)])
def test_others_are_told_in_the_posts_trace(post_id: str | None, trace_id: str) -> None:
    """An act that answers nothing has a trace of its own."""
    stand, _ = stand_with(post_id)

    stand.run()

    (event,) = stand.performed()
    assert f"00-{trace_id}-{trace_id[16:]}-01" == event.traceparent


def test_each_attempt_is_a_span_on_the_posts_beginning() -> None:
    """One that the platform put off failed; the words of neither are told."""
    stand, kept = stand_with(POST, "deferred")

    stand.run(seconds=60)

    assert [("send", POST, POST[16:])] * 2 == [
        (span.name, span.trace_id, span.parent) for span in kept.spans
    ]
    assert [(1, True), (2, False)] == [
        (span.attributes["mercat.sending.attempt"], span.failed) for span in kept.spans
    ]
    assert "Answer of" not in str(kept.spans)


def test_an_act_of_its_own_trace_hangs_on_nothing() -> None:
    """Nothing of that trace came before it."""
    stand, kept = stand_with(None)

    stand.run()

    assert [(ACT, None)] == [(span.trace_id, span.parent) for span in kept.spans]


def test_the_time_a_platform_took_remembers_the_trace() -> None:
    """Whoever sees a slow one can look for it."""
    stand, _ = stand_with()

    stand.run()

    (family,) = stand.metrics.publish_send_seconds.collect()
    remembered = [each.exemplar.labels for each in family.samples if each.exemplar is not None]
    assert [{"trace_id": POST}] == remembered


def test_an_answer_that_is_written_down_later_is_so_in_its_trace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The store was away when the platform answered; what is tried again is the same act's."""
    stand, _ = stand_with()
    stand.platform.meanwhile = lambda: setattr(stand, "refusals", 1)
    traces: list[str | None] = []
    record = stand.ledger.record

    def noted(*given: Any, **named: Any) -> None:
        here = handled_now()
        traces.append(None if here is None else here.trace_id)
        record(*given, **named)

    monkeypatch.setattr(stand.ledger, "record", noted)
    stand.run(seconds=5)

    assert [POST, POST] == traces
    assert "sent" == stand.sending(ACT).state


def test_lines_about_an_act_name_its_trace_and_nothing_stays_bound() -> None:
    """What awaits a person is found with the post it answers."""
    stand, _ = stand_with(POST, "lost after", takes_keys=False, reads_back=False)

    with capture_logs(processors=[merge_contextvars]) as lines:
        stand.run(seconds=60)

    told = [line["trace_id"] for line in lines if "settle" in line["event"]]
    assert [POST] == told
    assert {} == get_contextvars()
