"""How far a consumer may commit, whatever its library believes."""

import pytest

from services.runtime.errors import StateConflictError
from services.runtime.offset_guard import OffsetGuard
from services.runtime.ports import Record


def records(*offsets: int, partition: int = 0) -> list[Record]:
    """Return records at some offsets of a partition."""
    return [Record("t", offset, "k", b"", None, partition) for offset in offsets]


def test_what_was_handled_may_be_committed_and_not_an_event_more() -> None:
    """A batch that was only looked at counts for nothing."""
    guard = OffsetGuard()
    guard.begin(0, 10)
    guard.check(records(10, 11))
    guard.handled(records(10, 11))
    guard.check(records(12, 13))

    assert guard.end(0) == 12


def test_a_partition_that_was_never_given_may_not_be_committed() -> None:
    """Without a beginning there is nothing to go on from."""
    guard = OffsetGuard()

    assert guard.end(3) == 0
    with pytest.raises(StateConflictError, match="partition 3 was read and never given"):
        guard.check(records(0, partition=3))


def test_an_event_left_out_after_a_partition_came_back_stops_the_worker() -> None:
    """A reading older than the rebalance may have moved the consumer past events."""
    guard = OffsetGuard()
    guard.begin(0, 10)
    guard.begin(0, 10)

    with pytest.raises(StateConflictError, match="offset 10 was left out, the one at 12"):
        guard.check(records(12))


def test_an_event_left_out_within_a_run_stops_the_worker_after_a_partition_came_back() -> None:
    """Each event is held against the one before it, within a batch too."""
    guard = OffsetGuard()
    guard.begin(0, 10)
    guard.begin(0, 10)
    guard.check(records(10, 11))

    with pytest.raises(StateConflictError, match="offset 13 was left out"):
        guard.check(records(12, 14))


def test_a_log_may_have_gaps_of_its_own_in_the_first_run_of_a_partition() -> None:
    """Offsets that a transaction took are no events; a fresh process has no older readings."""
    guard = OffsetGuard()
    guard.begin(0, 10)
    guard.check(records(12, 15))
    guard.handled(records(12, 15))

    assert guard.end(0) == 16


def test_repeats_are_handled_again_and_take_nothing_back() -> None:
    """What comes twice lowers neither what is expected nor what may be committed."""
    guard = OffsetGuard()
    guard.begin(0, 10)
    guard.begin(0, 10)
    for _ in range(2):
        guard.check(records(10, 11))
        guard.handled(records(10, 11))
    guard.check(records(12))

    assert guard.end(0) == 12


def test_a_partition_that_came_back_further_on_begins_there() -> None:
    """Another worker handled what lies between."""
    guard = OffsetGuard()
    guard.begin(0, 10)
    guard.begin(0, 50)
    guard.check(records(50))
    guard.handled(records(50))

    assert guard.end(0) == 51


def test_partitions_are_counted_apart() -> None:
    """What one partition did moves no other."""
    guard = OffsetGuard()
    guard.begin(0, 5)
    guard.begin(1, 7)
    guard.check([*records(5), *records(7, partition=1)])
    guard.handled(records(7, partition=1))

    assert (guard.end(0), guard.end(1)) == (5, 8)
