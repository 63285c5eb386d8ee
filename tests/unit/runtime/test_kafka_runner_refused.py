"""The Kafka runner, turn by turn, where commits are refused: what it retries, and what ends it."""

import pytest

from services.runtime.clock import ManualClock
from services.runtime.errors import (
    CursorMovedError,
    InputInvalidError,
    RuleBrokenError,
    StateConflictError,
)
from services.runtime.kafka_runner import CONFLICTS_MAX
from services.runtime.ports import Commit
from tests.unit.runtime.test_kafka_runner import Rig, turned


def refusing(error: Exception, times: int) -> "_Fault":
    """Return a fault that befalls the first commits."""
    return _Fault(error, times)


class _Fault:
    def __init__(self, error: Exception, times: int) -> None:
        self._error = error
        self._left = times

    def __call__(self, _: Commit) -> None:
        if self._left:
            self._left -= 1
            raise self._error


def test_a_cursor_that_moved_is_read_anew_however_often(clock: ManualClock) -> None:
    """Another worker had the partition: that is what the fence is for, and no bug."""
    rig = Rig(clock, 50)
    rig.fault = refusing(CursorMovedError("count is not at offset 0"), 4 * CONFLICTS_MAX)

    turned(rig.runner(), turns=150)

    assert 50 == rig.counted()


def test_a_store_at_odds_with_itself_ends_the_stage(clock: ManualClock) -> None:
    """Beginning again a few times is patience; for ever would be a stage that stands still."""
    rig = Rig(clock, 50)
    rig.fault = refusing(StateConflictError("a write broke the store's rules"), 1_000)

    with pytest.raises(StateConflictError, match="broke the store's rules"):
        turned(rig.runner(), turns=150)

    assert 0 == rig.counted()


def test_a_conflict_that_passes_costs_nothing(clock: ManualClock) -> None:
    """What was kept in between counts as a new beginning."""
    rig = Rig(clock, 50)
    rig.fault = refusing(StateConflictError("a write broke the store's rules"), CONFLICTS_MAX)

    turned(rig.runner(), turns=150)

    assert 50 == rig.counted()


@pytest.mark.parametrize(
    "error", [RuleBrokenError("CheckViolation"), InputInvalidError("an event is too large")]
)
def test_a_refusal_that_passes_sets_nothing_aside(clock: ManualClock, error: Exception) -> None:
    """A rule that was in the way for a moment leaves smaller batches behind, and no dead letter."""
    rig = Rig(clock, 50, in_database=isinstance(error, RuleBrokenError))
    rig.fault = refusing(error, 2)

    turned(rig.runner(), turns=150)

    assert 50 == rig.journal.log.end_offset("teams.count.posts.v1")
    assert 0 == rig.journal.log.end_offset("deadletters.written.v1")


def test_a_refusal_amid_a_change_of_partitions_is_the_next_owners(clock: ManualClock) -> None:
    """What is refused while partitions go elsewhere is dropped, and worked out anew over there."""
    rig = Rig(clock, 50)
    rig.fault = refusing(RuleBrokenError("CheckViolation"), 1)
    first, second = rig.runner(), rig.runner()
    first.turn()

    turned(first, second, turns=100)

    assert 50 == rig.counted()
    assert rig.ends() == rig.cursors()
