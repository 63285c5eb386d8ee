"""A service of one stage: how it is told to be, and what is let go of at its end."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from services.bootstrap_listening_services import FaustThread, StageService
from services.bootstrap_scaled import Scaled
from services.runtime.metrics import Metrics
from services.runtime.scaled_settings import ScaledSettings
from tests.fakes import wait_until


@dataclass
class FakeSettings:
    """A body's settings, as far as a stage's service reads them."""

    scaled: ScaledSettings = field(default_factory=ScaledSettings)


class FakeScaled:
    """What a service stands on; notes that it was let go of."""

    def __init__(self, ends: list[str]) -> None:
        self.settings = FakeSettings()
        self.metrics = Metrics()
        self._ends = ends

    def close(self) -> None:
        """Note the end."""
        self._ends.append("foundation")


@dataclass
class FakeRunner:
    """A stage's runner that is as it is told to be."""

    ends: list[str]
    stopped_because: str | None = None
    crashed_with: BaseException | None = None
    running: bool = True
    waiting: int = 0
    held: int = 12
    moves: bool = True

    def start(self) -> None:
        """Note the start."""
        self.ends.append("started")

    def stop(self) -> None:
        """Note the end."""
        self.ends.append("stage")

    def partitions(self) -> int:
        """Return how many partitions it has."""
        return self.held

    def lag(self) -> int:
        """Return how many events wait."""
        return self.waiting

    def alive(self, stuck_seconds_max: float) -> bool:
        """Return whether events move on."""
        assert stuck_seconds_max == ScaledSettings().service.stuck_seconds_max
        return self.moves


Made = tuple[StageService, FakeRunner, list[str]]


@pytest.fixture
def made() -> Made:
    """A service, its runner, and what happened to both in order."""
    ends: list[str] = []
    runner = FakeRunner(ends)
    closes: list[Callable[[], None]] = [lambda: ends.append("producer")]
    service = StageService("route", cast("Scaled", FakeScaled(ends)), runner, closes)
    return service, runner, ends


def test_a_stage_ends_before_what_it_stands_on(made: Made) -> None:
    """What is in flight comes home while there is still something to bring it home to."""
    service, _, ends = made
    service.start()
    service.stop()

    assert ["started", "stage", "producer", "foundation"] == ends


def test_what_never_began_is_let_go_of(made: Made) -> None:
    """A service whose start failed keeps nothing open."""
    service, _, ends = made
    service.stop()

    assert ["producer", "foundation"] == ends


@pytest.mark.parametrize(
    ("waiting", "sentence"),
    [(0, "nothing waiting"), (1, "1 event waiting"), (7, "7 events waiting")],
)
def test_it_tells_how_much_waits(made: Made, waiting: int, sentence: str) -> None:
    """The sentence counts as people do."""
    service, runner, _ = made
    runner.waiting = waiting

    (status,) = service.statuses()

    assert (True, True, sentence) == (status.working, status.needed, status.sentence)


def test_a_stage_without_partitions_does_not_say_that_nothing_waits(made: Made) -> None:
    """After a kill its group may keep what it had for the dead one, and events wait unseen."""
    service, runner, _ = made
    runner.held = 0

    (status,) = service.statuses()

    assert status.working
    assert status.sentence.startswith("no partition is its own")


def test_a_stage_that_stopped_for_a_reason_is_not_started_anew(made: Made) -> None:
    """It is not ready and says why, and counts as alive: a new start would do the same harm."""
    service, runner, _ = made
    runner.stopped_because, runner.running, runner.moves = "too many dead letters", False, False

    (status,) = service.statuses()

    assert (False, "too many dead letters") == (status.working, status.sentence)
    assert service.alive()
    assert "route stopped: too many dead letters" == service.stopped_because()


def test_a_stage_that_is_stuck_is_started_anew(made: Made) -> None:
    """Where events wait and none moves on, it does not count as alive."""
    service, runner, _ = made
    runner.moves = False

    assert not service.alive()
    assert service.stopped_because() is None


def test_a_bug_in_the_stage_is_handed_up(made: Made) -> None:
    """The process ends with it."""
    service, runner, _ = made
    runner.crashed_with = KeyError("no such column")

    assert service.crash() is runner.crashed_with


class FakeWorker:
    """A Faust worker that works until told to stop, or breaks at once."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.stopped_because: str | None = None
        self._fault = fault

    def run(self, stopping: threading.Event) -> int:
        """Work."""
        if self._fault is not None:
            raise self._fault
        stopping.wait()
        return 0

    def partitions(self) -> int:
        """Return that it has two."""
        return 2

    def lag(self) -> int:
        """Return that three events wait."""
        return 3

    def alive(self, stuck_seconds_max: float) -> Any:
        """Return whether it was asked about a minute."""
        return stuck_seconds_max == 60.0


def test_a_faust_worker_runs_beside_its_service() -> None:
    """It has a thread, is asked through it, and ends when it is told to."""
    worker = FaustThread(FakeWorker())
    worker.start()

    assert (True, 3, True) == (worker.running, worker.lag(), worker.alive(60.0))
    assert 2 == worker.partitions()
    worker.stop()
    assert not worker.running
    assert worker.crashed_with is None


def test_a_faust_worker_that_cannot_begin_is_a_crash() -> None:
    """Whatever it raised ends the service."""
    worker = FaustThread(FakeWorker(KeyError("no such setting")))
    worker.start()
    wait_until(lambda: worker.crashed_with is not None)

    assert isinstance(worker.crashed_with, KeyError)
    worker.stop()


def test_a_faust_worker_that_never_began_may_be_stopped() -> None:
    """A service whose start failed lets go of it all the same."""
    worker = FaustThread(FakeWorker())

    worker.stop()

    assert (worker.running, worker.crashed_with) == (False, None)
