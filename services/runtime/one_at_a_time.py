"""Lets one of many threads and processes at a time do a piece of work that must not overlap."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol

import structlog

from services.runtime.clock import Clock
from services.runtime.errors import OverloadedError, RetryLaterError

LOOK_SECONDS: Final = 0.05

log = structlog.get_logger(__name__)


class WorkLeases(Protocol):
    """Leases that one process holds at a time; see `services/store/postgres_leases.py`."""

    def hold(self, name: str) -> bool:
        """Take a lease, or keep it; return whether it is ours."""
        ...

    def release(self, name: str) -> None:
        """Give a lease back."""
        ...


class OneAtATime:
    """A lock for the threads here, and behind it a lease for the processes beside this one.

    Whoever waits longer than `wait_seconds_max` is sent away with OverloadedError.
    """

    def __init__(self, leases: WorkLeases, clock: Clock, wait_seconds_max: float) -> None:
        self._leases = leases
        self._clock = clock
        self._wait_seconds_max = wait_seconds_max
        self._lock = threading.Lock()

    @contextmanager
    def __call__(self, work: str) -> Iterator[None]:
        """Let nobody else do this work meanwhile. Raises what the leases raise, too."""
        until_seconds = self._clock.elapsed_seconds() + self._wait_seconds_max
        if not self._lock.acquire(timeout=self._wait_seconds_max):
            raise _busy(work)
        try:
            pause = threading.Event()
            while not self._leases.hold(work):
                if self._clock.elapsed_seconds() >= until_seconds:
                    raise _busy(work)
                pause.wait(LOOK_SECONDS)
            try:
                yield
            finally:
                self._give_back(work)
        finally:
            self._lock.release()

    def _give_back(self, work: str) -> None:
        """Give the lease back; where the database is away, it ends with its connection."""
        try:
            self._leases.release(work)
        except RetryLaterError as error:
            log.warning("lease not given back", work=work, reason=str(error))


def _busy(work: str) -> OverloadedError:
    return OverloadedError(f"others do the same ({work}) at this moment; try again in a moment")
