"""The board of gauges: what is told is shown, what is told no more is taken off, age is seen."""

from collections.abc import Sequence

import pytest
from prometheus_client import CollectorRegistry

from services.runtime import listening_metrics, speaking_metrics
from services.runtime.clock import ManualClock
from services.runtime.errors import StorageRefusedError
from services.runtime.gauges import Figure, GaugeBoard, age_seconds
from services.runtime.metric import OTHER
from services.runtime.metrics import Metrics

OPEN = listening_metrics.CASES_OPEN
HELD = speaking_metrics.OLDEST_HELD_AGE_SECONDS
READ = "mercat_gauges_read_timestamp_seconds"


def shown(registry: CollectorRegistry, name: str) -> dict[str, float]:
    """Return a gauge's values by the value of its one label."""
    return {
        sample.labels.get("team", ""): sample.value
        for family in registry.collect()
        for sample in family.samples
        if sample.name == name
    }


class Told:
    """A reading that tells what it is given."""

    def __init__(self, *figures: Figure) -> None:
        self.figures: Sequence[Figure] = figures
        self.refused: bool = False

    def __call__(self) -> Sequence[Figure]:
        """Tell it, or refuse."""
        if self.refused:
            raise StorageRefusedError("the disk is gone")
        return self.figures


def test_what_is_told_is_shown_and_goes_when_it_is_told_no_more(clock: ManualClock) -> None:
    """A team that is no more has no line; a gauge without labels falls to nothing."""
    metrics, told = Metrics(), Told(Figure(OPEN, 2, ("roads",)), Figure(HELD, 9.0))
    board = GaugeBoard(metrics, clock, [told])
    board.turn()
    first = shown(metrics.registry, OPEN.name) | shown(metrics.registry, HELD.name)

    told.figures = [Figure(OPEN, 3, ("parks",))]
    board.turn()

    assert {"roads": 2, "": 9} == first
    assert {"parks": 3} == shown(metrics.registry, OPEN.name)
    assert {"": 0} == shown(metrics.registry, HELD.name)


def test_a_reading_does_not_take_off_what_another_tells(clock: ManualClock) -> None:
    """Each has its own share of a gauge."""
    metrics, roads, parks = Metrics(), Told(Figure(OPEN, 2, ("roads",))), Told()
    board = GaugeBoard(metrics, clock, [roads, parks])

    board.turn()
    board.turn()

    assert {"roads": 2} == shown(metrics.registry, OPEN.name)


def test_where_the_store_refuses_what_is_shown_stays_and_grows_old(clock: ManualClock) -> None:
    """The moment of the last whole reading does not move, which an alert sees."""
    metrics, told = Metrics(), Told(Figure(OPEN, 2, ("roads",)))
    board = GaugeBoard(metrics, clock, [told])
    board.turn()
    before = shown(metrics.registry, READ)
    clock.advance(60)
    told.refused = True

    with pytest.raises(StorageRefusedError):
        board.turn()

    assert before == shown(metrics.registry, READ) != {}
    assert {"roads": 2} == shown(metrics.registry, OPEN.name)


def test_a_reading_that_is_refused_keeps_no_other_from_being_read(clock: ManualClock) -> None:
    """How full the disk is has to be told when the store is refused for it."""
    metrics, refused, disk = Metrics(), Told(), Told(Figure(HELD, 5.0))
    refused.refused = True

    with pytest.raises(StorageRefusedError):
        GaugeBoard(metrics, clock, [refused, disk]).turn()

    assert {"": 5} == shown(metrics.registry, HELD.name)


def test_teams_beyond_the_bound_are_told_together(clock: ManualClock) -> None:
    """Nothing is lost of the sum, and the series stay bounded."""
    metrics, teams = Metrics(), OPEN.labels[0].values_max
    told = Told(*(Figure(OPEN, 1, (f"team-{n}",)) for n in range(teams + 5)))

    GaugeBoard(metrics, clock, [told]).turn()

    seen = shown(metrics.registry, OPEN.name)
    assert (teams + 1, 5) == (len(seen), seen[OTHER])


@pytest.mark.parametrize(("at_ms", "seconds"), [(4_000, 6.0), (None, 0.0), (12_000, 0.0)])
def test_an_age_is_never_below_nothing(at_ms: int | None, seconds: float) -> None:
    """Nothing waits, or a clock was set back: both are 0."""
    assert seconds == age_seconds(10_000, at_ms)
