"""The gate over engines of every temper: it never raises for them, and never gives way."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from services.policy.bundle import Bundle
from services.policy.gate import EngineGate
from services.runtime.errors import EngineUnavailableError
from services.runtime.gate import Facts
from tests.gate_facts import facts

BUNDLE = Bundle("r" * 64, ("content/length",), {}, {})
GOOD = {"revision": BUNDLE.revision, "checked": ["content/length"], "reasons": []}


@dataclass
class ToldEngine:
    """Answers, or fails, as it is told; keeps what it was asked."""

    answer: Any = field(default_factory=lambda: dict(GOOD))
    revision: str = BUNDLE.revision
    asked: list[Facts] = field(default_factory=list)

    def evaluate(self, facts: Facts) -> object:
        """Return the answer, or raise it."""
        self.asked.append(facts)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def close(self) -> None:
        """Do nothing."""


def test_a_whole_answer_is_judged() -> None:
    """The engine is asked once about exactly the facts, and its answer counts."""
    engine = ToldEngine()

    verdict = EngineGate(engine, BUNDLE).judge(facts())

    assert ("allow", [facts()]) == (verdict.decision, engine.asked)


def test_an_unavailable_engine_holds_with_its_reason() -> None:
    """The sentence says in plain words what is the matter and what follows."""
    engine = ToldEngine(answer=EngineUnavailableError("the engine is not running"))

    verdict = EngineGate(engine, BUNDLE).judge(facts())

    assert "hold" == verdict.decision
    expected = (
        "The rules could not be checked just now (the engine is not running); "
        "nothing is sent until they can."
    )
    assert expected == verdict.failure


@pytest.mark.parametrize("told", [{}, {"phase": "sending"}, facts(evidence={"x": "x" * 9_000})])
def test_facts_that_are_none_are_not_asked_about(told: dict[str, Any]) -> None:
    """An engine that is asked about half an act might have nothing against it."""
    engine = ToldEngine()

    verdict = EngineGate(engine, BUNDLE).judge(told)

    assert ("hold", []) == (verdict.decision, engine.asked)
    assert verdict.failure is not None


def test_an_engine_with_other_rules_is_not_asked() -> None:
    """What it would say is not what is in force."""
    engine = ToldEngine(revision="q" * 64)

    verdict = EngineGate(engine, BUNDLE).judge(facts())

    assert ("hold", BUNDLE.revision, []) == (verdict.decision, verdict.revision, engine.asked)


def test_a_failure_of_any_length_is_told_within_bounds() -> None:
    """However much an engine has to say, the sentence stays one."""
    engine = ToldEngine(answer=EngineUnavailableError("x" * 5_000))

    verdict = EngineGate(engine, BUNDLE).judge(facts())

    assert verdict.failure is not None
    assert len(verdict.failure) < 512
