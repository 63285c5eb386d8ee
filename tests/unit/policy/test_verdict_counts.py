"""Verdicts counted: by the rules that gave them, and no more rules than are shown."""

from typing import Any

from prometheus_client import CollectorRegistry

from schemas.verdict import Reason, Severity, Verdict
from services.policy.answers import failed
from services.policy.counted_gate import CountedGate, Judged
from services.policy.verdict_counts import VerdictCounts
from services.runtime.gate import Facts
from services.runtime.metric_labels import RULES_NUMBER
from services.runtime.metrics import Metrics
from services.runtime.trace_context import TraceContext, handling, handling_act
from tests.kept_spans import KeptSpans

VERDICTS = "mercat_policy_verdicts_total"
REASONS = "mercat_policy_verdict_reasons_total"


def value(registry: CollectorRegistry, name: str, **labels: str) -> float | None:
    """Return one series, or None where there is none."""
    return registry.get_sample_value(name, labels)


def reason(rule: str, severity: Severity) -> Reason:
    """Return why a rule objects."""
    return Reason(rule=rule, severity=severity, message="m", sentence="It does.")


def judged(number: int = 7, phase: str = "proposal", **verdict: Any) -> Judged:
    """Return what a gate tells."""
    return Judged(number, phase, Verdict(**{"decision": "hold", **verdict}), 0.02)


def test_a_verdict_counts_once_and_its_reasons_each() -> None:
    """Advice among the reasons asks for nothing, and is no reason for the decision."""
    metrics = Metrics()
    reasons = (reason("tone/anger", "hold"), reason("reach/length", "advice"))

    VerdictCounts(metrics).judged(judged(reasons=reasons))

    registry = metrics.registry
    held = {"number": "7", "decision": "hold"}
    assert 1 == value(registry, VERDICTS, **held, phase="proposal")
    assert 1 == value(registry, REASONS, **held, rule="tone/anger")
    assert value(registry, REASONS, number="7", decision="advice", rule="reach/length") is None
    assert 0.02 == value(registry, "mercat_policy_verdict_seconds_sum", phase="proposal")


def test_a_verdict_is_told_in_the_trace_of_its_act() -> None:
    """What the request around it was is told beside it; how long it took remembers the trace."""
    metrics, kept = Metrics(), KeptSpans()

    with handling("e" * 32, "d" * 16), handling_act("act", "b" * 32):
        VerdictCounts(metrics, kept).judged(judged())

    (span,) = kept.spans
    assert ("judge", "b" * 32, "b" * 16) == (span.name, span.trace_id, span.parent)
    assert TraceContext("e" * 32, "d" * 16) == span.link
    assert "hold" == span.attributes["mercat.decision"]
    (family,) = metrics.verdict_seconds.collect()
    remembered = [each.exemplar.labels for each in family.samples if each.exemplar is not None]
    assert [{"trace_id": "b" * 32}] == remembered


def test_a_verdict_outside_any_trace_has_no_span() -> None:
    """A trial of rules judges acts of nobody's."""
    kept = KeptSpans()

    VerdictCounts(Metrics(), kept).judged(judged())

    assert [] == kept.spans


def test_advice_while_typing_counts_no_rules() -> None:
    """A word that is typed and deleted is no reason that held anything."""
    metrics = Metrics()

    VerdictCounts(metrics).judged(judged(phase="advice", reasons=(reason("tone/anger", "hold"),)))

    assert 1 == value(metrics.registry, VERDICTS, number="7", phase="advice", decision="hold")
    assert not [each for each in metrics.verdict_reasons.collect() if each.samples]


def test_rules_that_could_not_be_asked_count_as_a_failure() -> None:
    """Such a verdict is a hold like others, so it is counted apart too."""
    metrics = Metrics()

    VerdictCounts(metrics).judged(Judged(7, "sending", failed("it is away", "r"), 2.0))

    assert 1 == value(metrics.registry, "mercat_policy_engine_failures_total")


def test_the_counts_of_older_rules_are_forgotten() -> None:
    """However often rules change while a process runs, its series stay as many."""
    metrics = Metrics()
    counts = VerdictCounts(metrics)
    for number in range(1, RULES_NUMBER.values_max + 3):
        counts.in_force(number)
        counts.judged(judged(number, reasons=(reason("tone/anger", "hold"),)))

    told = {
        sample.labels["number"] for each in metrics.verdicts.collect() for sample in each.samples
    }

    assert {"3", "4", "5", "6"} == told
    assert value(metrics.registry, REASONS, number="2", rule="tone/anger", decision="hold") is None
    assert 6 == value(metrics.registry, "mercat_rules_number")


def test_rules_that_come_into_force_begin_at_nothing() -> None:
    """So that the first verdict is seen as a rise from 0, and not missed."""
    metrics = Metrics()

    VerdictCounts(metrics).in_force(3, ["tone/anger"])

    assert 0 == value(metrics.registry, VERDICTS, number="3", phase="sending", decision="deny")
    assert [0, 0] == [
        value(metrics.registry, REASONS, number="3", rule="tone/anger", decision=each)
        for each in ("hold", "deny")
    ]


class AskedGate:
    """A gate that allows."""

    def judge(self, facts: Facts) -> Verdict:
        """Allow."""
        del facts
        return Verdict(decision="allow")


class Heard:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[Judged] = []

    def judged(self, told: Judged) -> None:
        """Keep it."""
        self.told.append(told)


def test_a_counted_gate_answers_as_the_gate_does_and_says_how_long_it_took() -> None:
    """The answer is handed on as it is."""
    heard, moments = Heard(), iter([10.0, 10.5])

    verdict = CountedGate(AskedGate(), 4, heard, lambda: next(moments)).judge({"phase": "sending"})

    assert Verdict(decision="allow") == verdict
    assert [Judged(4, "sending", verdict, 0.5)] == heard.told
