"""The budget of dead letters over a window of events."""

import pytest

from services.runtime.errors import DeadLetterLimitError
from services.runtime.limits import DeadLetterBudget, StageLimits

LIMITS = StageLimits(dead_letters_max=3, dead_letters_window=10)


def test_a_few_dead_letters_are_borne() -> None:
    """At the limit a stage goes on."""
    budget = DeadLetterBudget(LIMITS)

    budget.spend(10, 3)

    assert budget._letters == 3


def test_too_many_in_the_window_stop_the_stage() -> None:
    """One over the limit is too many, and the message says what to do."""
    budget = DeadLetterBudget(LIMITS)
    budget.spend(5, 2)

    with pytest.raises(DeadLetterLimitError, match="dead-letters list"):
        budget.spend(5, 2)


def test_old_dead_letters_are_forgotten() -> None:
    """What lies further back than the window no longer counts."""
    budget = DeadLetterBudget(LIMITS)
    budget.spend(5, 3)
    budget.spend(10, 0)

    budget.spend(5, 3)

    assert budget._letters == 3
