"""The questions that verdicts are measured with: what a real act comes to, good and bad."""

import json

from bench.verdicts import question
from services.policy.fact_shape import checked_facts
from services.runtime.gate import FACTS_BYTES_MAX


def test_every_question_is_one_the_gate_takes() -> None:
    """A question that was refused for its form would be answered too soon."""
    told = [question(number) for number in range(30)]

    assert told == [checked_facts(facts)[0] for facts in told]
    assert all(500 < len(json.dumps(facts)) < FACTS_BYTES_MAX for facts in told)


def test_questions_are_of_every_sort() -> None:
    """Some acts may go, some wait for consent, and some hold a personal datum."""
    told = [question(number) for number in range(30)]

    assert {0, 1} == {len(facts["approvals"]) for facts in told}
    assert {0, 1} == {facts["findings"]["personal_data"] for facts in told}
