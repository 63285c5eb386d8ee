"""How long a halt takes to hold."""

from services.publish.drain import Drain
from services.runtime.clock import ManualClock


def test_a_halt_with_nothing_on_its_way_holds_at_once(clock: ManualClock) -> None:
    """Nothing outlives it."""
    seen: list[float] = []
    drain = Drain(clock, seen.append)

    drain.halted()

    assert [0.0] == seen
    assert drain.last_seconds == 0.0


def test_an_act_on_its_way_outlives_a_halt_until_it_ends(clock: ManualClock) -> None:
    """What is measured is from the first halt to the end of that act."""
    seen: list[float] = []
    drain = Drain(clock, seen.append)
    drain.begin()
    clock.advance(1.0)
    drain.halted()
    clock.advance(0.25)
    drain.halted()
    clock.advance(0.5)
    drain.end()

    assert [0.75] == seen


def test_acts_without_a_halt_measure_nothing(clock: ManualClock) -> None:
    """Only a halt has an effect to measure, and only once."""
    seen: list[float] = []
    drain = Drain(clock, seen.append)
    drain.begin()
    drain.end()
    drain.halted()
    drain.begin()
    drain.end()

    assert [0.0] == seen


def test_a_halt_heard_of_late_is_measured_from_when_it_was_ordered(clock: ManualClock) -> None:
    """An act that ended after the halt, and before anybody heard of it here, outlived it."""
    seen: list[float] = []
    drain = Drain(clock, seen.append)
    drain.begin()
    clock.advance(1.0)
    drain.end()
    clock.advance(0.25)

    drain.halted(ago_seconds=0.75)
    drain.halted(ago_seconds=0.125)

    assert [0.5, 0.0] == seen


def test_a_late_halt_finds_an_act_that_is_still_on_its_way(clock: ManualClock) -> None:
    """Its end is measured from the order too."""
    seen: list[float] = []
    drain = Drain(clock, seen.append)
    drain.begin()
    clock.advance(1.0)

    drain.halted(ago_seconds=0.5)
    clock.advance(0.25)
    drain.end()

    assert [0.75] == seen
