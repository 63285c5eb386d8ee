"""A service waits for what it stands on, for so long, and says for what."""

import threading
from collections.abc import Sequence
from typing import Any, cast

import pytest

from services.bootstrap_services import SERVICES, Service, opened
from services.cli_serve import NAMES
from services.runtime.clock import ManualClock
from services.runtime.errors import LogUnavailableError, SettingsError, StorageRefusedError

OPEN = cast("Service", object())


class Waiting(threading.Event):
    """An order to stop that is waited for at no cost: the clock moves instead."""

    def __init__(self, clock: ManualClock, stops_at: int | None = None) -> None:
        super().__init__()
        self._clock = clock
        self._stops_at = stops_at
        self.waits: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        """Move the clock on; give the order once it is time."""
        assert timeout is not None
        self.waits.append(timeout)
        self._clock.advance(timeout)
        if len(self.waits) == self._stops_at:
            self.set()
        return self.is_set()


class Opening:
    """Opens a service once all refusals were given; the last one again and again, if told so."""

    def __init__(self, *refusals: Exception, for_ever: bool = False) -> None:
        self._refusals: Sequence[Exception] = refusals
        self._for_ever = for_ever
        self.tries = 0

    def __call__(self) -> Service:
        """Return the service, or refuse."""
        self.tries += 1
        if self.tries <= len(self._refusals):
            raise self._refusals[self.tries - 1]
        if self._for_ever:
            raise self._refusals[-1]
        return OPEN


def waited(opening: Opening, stopping: Waiting, clock: ManualClock) -> tuple[Any, list[str]]:
    """Return what came of waiting two minutes at most, and what was said meanwhile."""
    said: list[str] = []
    service = opened(opening, clock=clock, stopping=stopping, say=said.append, seconds_max=120.0)
    return service, said


def test_a_start_waits_until_everything_answers(clock: ManualClock) -> None:
    """What is away is asked again, less and less often, and what is waited for is told."""
    opening = Opening(StorageRefusedError("PostgreSQL is away"), LogUnavailableError("no Kafka"))
    stopping = Waiting(clock)

    service, said = waited(opening, stopping, clock)

    assert service is OPEN
    assert ["PostgreSQL is away", "no Kafka"] == said
    assert [0.5, 1.0] == stopping.waits


def test_a_start_gives_up_after_its_time(clock: ManualClock) -> None:
    """What never answers ends the wait with its own error, which says to try again later."""
    opening = Opening(StorageRefusedError("PostgreSQL is away"), for_ever=True)
    stopping = Waiting(clock)

    with pytest.raises(StorageRefusedError):
        waited(opening, stopping, clock)

    assert 100.0 < sum(stopping.waits) <= 120.0
    assert 10.0 == max(stopping.waits)


def test_what_no_waiting_mends_is_told_at_once(clock: ManualClock) -> None:
    """A setting that is wrong is not waited for."""
    opening = Opening(SettingsError("no such topic"))

    with pytest.raises(SettingsError):
        waited(opening, Waiting(clock), clock)

    assert 1 == opening.tries


def test_an_order_to_stop_ends_the_wait(clock: ManualClock) -> None:
    """Nothing is opened after it."""
    opening = Opening(StorageRefusedError("PostgreSQL is away"), for_ever=True)

    service, _ = waited(opening, Waiting(clock, stops_at=2), clock)

    assert service is None
    assert 2 == opening.tries


def test_the_command_offers_the_services_there_are() -> None:
    """The command line names each service of the table, and no other."""
    assert tuple(SERVICES) == NAMES
