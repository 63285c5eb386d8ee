"""Verdicts on an act are given, and told to others, in the trace of the post that it answers."""

from typing import Any

import pytest
from structlog.contextvars import get_contextvars

from schemas.codec import decode_event
from schemas.topics import ACTS_JUDGED
from schemas.verdict import Verdict
from services.runtime.trace_context import handled_now
from tests.desk_rig import DeskRig


@pytest.fixture
def judged_in(rig: DeskRig, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str | None]]:
    """Return the trace and span in which each verdict was asked for."""
    places: list[tuple[str, str | None]] = []
    judge = rig.gate.judge

    def noted(facts: Any) -> Verdict:
        here = handled_now()
        assert here is not None
        places.append((here.trace_id, here.span_id))
        return judge(facts)

    monkeypatch.setattr(rig.gate, "judge", noted)
    return places


def told(rig: DeskRig) -> list[str | None]:
    """Return the traces of what others were told."""
    records = rig.journal.log.read(ACTS_JUDGED.name, 0, 100)
    return [decode_event(ACTS_JUDGED.name, record.value).traceparent for record in records]


def test_a_proposal_and_a_sending_are_judged_in_the_posts_trace(
    rig: DeskRig, judged_in: list[tuple[str, str | None]]
) -> None:
    """Nothing stays bound afterwards."""
    act = rig.approved()
    rig.send(act)

    post = rig.row("acts", act["id"])["post_id"]
    assert {(post, post[16:])} == set(judged_in)
    assert {f"00-{post}-{post[16:]}-01"} == set(told(rig))
    assert len(told(rig)) >= 2
    assert {} == get_contextvars()


def test_a_statement_is_judged_in_a_trace_of_its_own(
    rig: DeskRig, judged_in: list[tuple[str, str | None]]
) -> None:
    """It answers nothing, so its trace is its id, and hangs on nothing."""
    act = rig.held(case_id=None, post_id=None, kind="statement", account="town")

    assert {(act["id"], None)} == set(judged_in)
    assert {f"00-{act['id']}-{act['id'][16:]}-01"} == set(told(rig))
