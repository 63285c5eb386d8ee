"""Counts verdicts in the metrics: by rules, phase and decision, and the reasons behind them."""

import threading
from collections.abc import Iterable
from typing import Final

from services.policy.counted_gate import Judged
from services.runtime import metric_labels as labels
from services.runtime.metrics import Metrics
from services.runtime.trace_context import exemplar_now, handled_now
from services.runtime.tracing import NO_TRACING, Span, Tracing

ADVICE: Final = "advice"
OBJECTIONS: Final = ("hold", "deny")


class VerdictCounts:
    """Counts for the rules that were in force last; those of older rules are forgotten.

    A draft is judged at each word that is typed: what that advice said of single rules is left out,
    so that a reason counts once for each time somebody proposed or something was to be sent.
    """

    def __init__(self, metrics: Metrics, tracing: Tracing = NO_TRACING) -> None:
        self._metrics = metrics
        self._tracing = tracing
        self._numbers: list[str] = []
        self._lock = threading.Lock()

    def in_force(self, number: int, rules: Iterable[str] = ()) -> None:
        """Show which number is asked, and begin its counts, and those of its rules, at nothing."""
        self._metrics.rules_number.set(number)
        told = self._number(number)
        for each in rules:
            rule = self._metrics.values.bounded(labels.RULE, each)
            for severity in OBJECTIONS:
                self._metrics.verdict_reasons.labels(told, rule, severity)

    def refused(self) -> None:
        """Count a refused revision."""
        self._metrics.rules_refused.inc()

    def judged(self, told: Judged) -> None:
        """Count a verdict."""
        metrics, verdict, number = self._metrics, told.verdict, self._number(told.number)
        metrics.verdicts.labels(number, told.phase, verdict.decision).inc()
        metrics.verdict_seconds.labels(told.phase).observe(told.seconds, exemplar_now())
        self._trace(told)
        if verdict.failure is not None:
            metrics.engine_failures.inc()
        for reason in () if told.phase == ADVICE else verdict.reasons:
            if reason.severity != ADVICE:
                rule = metrics.values.bounded(labels.RULE, reason.rule)
                metrics.verdict_reasons.labels(number, rule, reason.severity).inc()

    def _trace(self, told: Judged) -> None:
        here = handled_now()
        if here is None or not self._tracing.wants(here.trace_id):
            return
        verdict = told.verdict
        span = Span(
            name="judge",
            trace_id=here.trace_id,
            parent=here.span_id,
            link=here.within,
            seconds=told.seconds,
            attributes={
                "mercat.phase": told.phase,
                "mercat.decision": verdict.decision,
                "mercat.rules.number": told.number,
            },
            failed=verdict.failure is not None,
        )
        self._tracing.ended(span)

    def _number(self, number: int) -> str:
        """Return a number as a label; the fifth makes the first of those told be forgotten."""
        told = str(number)
        with self._lock:
            if told not in self._numbers:
                self._numbers.append(told)
                self._begin(told)
            while len(self._numbers) > labels.RULES_NUMBER.values_max:
                self._forget(self._numbers.pop(0))
        return told

    def _begin(self, number: str) -> None:
        for phase in labels.PHASE.values:
            for decision in labels.DECISION.values:
                self._metrics.verdicts.labels(number, phase, decision)

    def _forget(self, number: str) -> None:
        for counter in (self._metrics.verdicts, self._metrics.verdict_reasons):
            counter.remove_by_labels({labels.RULES_NUMBER.name: number})
