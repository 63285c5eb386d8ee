"""The open loop: arrivals at moments fixed beforehand, and waits counted from those moments."""

import pytest

from bench.arrivals import Schedule, waits_ms
from services.runtime.clock import ManualClock
from tests.unit.bench.samples import MONDAY


def handed_in(schedule: Schedule, clock: ManualClock, slow: dict[int, float]) -> list[float]:
    """Return when each arrival was handed in, where some take seconds to hand in."""
    moments = []
    for number in schedule.due(clock.elapsed_seconds, clock.advance):
        moments.append(clock.elapsed_seconds())
        clock.advance(slow.get(number, 0.0))
    return moments


def test_arrivals_are_spaced_evenly() -> None:
    """Arrival n is due n intervals after the start."""
    schedule = Schedule(start_seconds=10.0, per_second=4.0, count=8)

    due = [schedule.due_seconds(number) for number in (0, 1, 4)]

    assert [10.0, 10.25, 11.0] == due
    assert schedule.end_seconds == 12.0


def test_each_arrival_waits_for_its_moment() -> None:
    """Where handing in takes no time, every arrival comes exactly when it is due."""
    clock = ManualClock(MONDAY)

    moments = handed_in(Schedule(1.0, 2.0, 4), clock, {})

    assert pytest.approx([1.0, 1.5, 2.0, 2.5]) == moments


def test_a_slow_answer_moves_no_later_arrival() -> None:
    """What is late is handed in at once, and the schedule is caught up with, not put off."""
    clock = ManualClock(MONDAY)

    moments = handed_in(Schedule(0.0, 2.0, 6), clock, {1: 1.2})

    assert pytest.approx([0.0, 0.5, 1.7, 1.7, 2.0, 2.5]) == moments


def test_a_wait_counts_from_the_moment_due() -> None:
    """A post handed in late has waited since it was due."""
    due, routed = {"a": 1.0, "b": 1.5}, {"a": 1.25, "b": 3.5}

    assert pytest.approx([250.0, 2_000.0]) == waits_ms(due, routed)


def test_a_post_never_due_is_a_bug() -> None:
    """What was routed without having been handed in cannot be passed over."""
    with pytest.raises(KeyError):
        waits_ms({}, {"a": 1.0})
