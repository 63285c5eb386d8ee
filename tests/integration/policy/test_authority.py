"""Authority end to end: what people do at the desk, told as facts, and what the rules say of it."""

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest

from schemas.verdict import Verdict
from services.policy.file_bundle import read_bundle
from services.policy.gate import EngineGate
from services.policy.regopy_engine import RegopyEngine
from services.runtime.clock import DAY_MS, HOUR_MS
from services.runtime.gate import FACTS_BYTES_MAX
from tests.desk_rig import CLEAN, DeskRig

HOUR_SECONDS: Final = 3_600
OTHER: Final = "Mill Lane is on Friday's round; case number {} is closed when the crew has been."
PROMISE: Final = "We will look into this within 2 days."


@pytest.fixture(scope="module")
def real_gate() -> Iterator[EngineGate]:
    """The rules of Mercat in the engine of one machine."""
    bundle = read_bundle()
    engine = RegopyEngine(bundle, seconds_max=30.0)
    yield EngineGate(engine, bundle)
    engine.close()


def judged(rig: DeskRig, gate: EngineGate, **findings: int) -> Verdict:
    """Return what the rules of Mercat say of what the desk asked last, with findings added."""
    facts = rig.gate.asked[-1]
    verdict = gate.judge({**facts, "findings": {**facts["findings"], **findings}})
    assert verdict.failure is None
    return verdict


def said(rig: DeskRig, gate: EngineGate) -> set[str]:
    """Return the messages of authority's rules about what the desk asked last."""
    reasons = judged(rig, gate).reasons
    found = {reason.message for reason in reasons if reason.rule.startswith("authority/")}
    return found - {"authority.second_person"}


def test_an_ordinary_answer_waits_for_a_second_person_and_no_more(
    rig: DeskRig, real_gate: EngineGate
) -> None:
    """Approved, it goes out."""
    act = rig.approved()
    assert set() == said(rig, real_gate)
    rig.clear(act)

    assert "allow" == judged(rig, real_gate).decision


def test_who_writes_without_end_is_held_by_their_quota(rig: DeskRig, real_gate: EngineGate) -> None:
    """And is free again an hour later."""
    for number in range(30):
        rig.held(OTHER.format(number) + " " + "abcdefghij"[number % 10] * 40 * (number + 1))
    before = said(rig, real_gate)
    rig.held("The last of many, on something else altogether, as it happens.")
    over = said(rig, real_gate)
    rig.clock.advance(HOUR_SECONDS + 1)
    rig.held("An hour later there is room for this one, whatever was said before.")

    assert "authority.author_quota" not in before
    assert "authority.author_quota" in over
    assert "authority.author_quota" not in said(rig, real_gate)


def test_a_colleague_who_answers_the_same_is_told_and_then_held(
    rig: DeskRig, real_gate: EngineGate
) -> None:
    """As advice while writing; whoever began first is free."""
    first = rig.do("draft", "ines", case_id="case-1", text="Friday it is, in the morning.")
    rig.do("advise", "curt", case_id="case-1", text="It will be Friday, I think.")
    advice = judged(rig, real_gate).reasons
    rig.held("It will be Friday, I think.", who="curt")
    held = said(rig, real_gate)
    rig.do("propose", "ines", act_id=first["id"])

    severities = {each.message: each.severity for each in advice}
    assert "advice" == severities["authority.others_answering"]
    assert {"authority.others_answering"} == held
    assert set() == said(rig, real_gate)


def test_the_same_answer_twice_in_a_conversation_is_held(
    rig: DeskRig, real_gate: EngineGate
) -> None:
    """A quarter of an hour later, when nobody else is at it any more."""
    rig.send(rig.approved())
    rig.clock.advance(HOUR_SECONDS)
    rig.held(CLEAN.upper())

    assert {"authority.same_in_conversation"} == said(rig, real_gate)


def test_a_promise_is_held_to_what_closed_cases_took(rig: DeskRig, real_gate: EngineGate) -> None:
    """With figures in its parameters; with too few cases it is advice alone."""
    rig.held(PROMISE)
    without = judged(rig, real_gate, timescale_days_min=2)
    for number in range(25):
        closed = rig.now_ms - HOUR_MS
        times = {"opened_at_ms": closed - 9 * DAY_MS, "closed_at_ms": closed}
        case: dict[str, Any] = {"team": "waste", "theme": "bins", "outcome": "answered", **times}
        rig.write("cases", f"closed-{number}", state="closed", **case)
    rig.clock.advance(8 * 24 * HOUR_SECONDS)
    rig.held(PROMISE)

    measured = judged(rig, real_gate, timescale_days_min=2)
    assert "authority.timescale_unmeasured" in {each.message for each in without.reasons}
    (reason,) = [each for each in measured.reasons if each.message.endswith("beats_cases")]
    assert {"promised_days": 2, "closed_days": 9, "closed_cases": 25} == reason.parameters


def test_in_an_emergency_only_those_who_lead_agree(rig: DeskRig, real_gate: EngineGate) -> None:
    """Two of them, since all that is said then reaches far."""
    act = rig.held()
    rig.do("set-mode", "dora", account="town", mode="emergency", why="the river")
    rig.approve(act, "moira")
    alone = judged(rig, real_gate)
    other = rig.held("The river is falling; keep away from Mill Lane until noon.", who="curt")
    rig.gate.approvers_needed = 2
    rig.approve(other, "dora")
    one = judged(rig, real_gate)
    rig.approve(other, "greta")

    held = {each.message for each in alone.reasons if each.severity == "hold"}
    assert {"authority.emergency_consent", "authority.high_impact"} == held
    assert "authority.high_impact" in {e.message for e in one.reasons if e.severity == "hold"}
    assert "allow" == judged(rig, real_gate).decision


def test_facts_of_the_longest_draft_are_judged(rig: DeskRig, real_gate: EngineGate) -> None:
    """They stay within what an engine is given, whatever goes on around."""
    for number in range(8):
        rig.held(f"{number} " + "é" * 900 + " 07700 900123 jo@example.org" * 20, who="curt")
    written = json.dumps(dict(rig.gate.asked[-1]), ensure_ascii=False).encode()

    assert len(written) <= FACTS_BYTES_MAX
    assert "deny" == judged(rig, real_gate).decision
