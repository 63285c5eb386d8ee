"""Work that one process of several does now and then: what retention ends, what tables need."""

import threading
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import structlog

from services.runtime.errors import RetryLaterError

LEASE: Final = "housekeeping"

log = structlog.get_logger(__name__)


class Lease(Protocol):
    """A lease that one process holds at a time."""

    def hold(self, name: str) -> bool:
        """Take a lease, or keep it; return whether it is ours."""
        ...


class Housekeeping:
    """Does its chores at the start and then every so often, where the lease is this process's."""

    def __init__(
        self, lease: Lease, chores: Sequence[Callable[[], object]], every_seconds: float
    ) -> None:
        self._lease = lease
        self._chores = chores
        self._every_seconds = every_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)
        self.crashed_with: BaseException | None = None

    def start(self) -> None:
        """Begin in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """End after the chore in hand."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def turn(self) -> bool:
        """Do every chore once, if the lease is ours; return whether it was.

        What the database would not do now is done with the next turn.
        """
        try:
            if not self._lease.hold(LEASE):
                return False
            for chore in self._chores:
                if self._stopping.is_set():
                    break
                chore()
        except RetryLaterError as error:
            log.warning("housekeeping waits", reason=str(error))
        return True

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self.turn()
                self._stopping.wait(self._every_seconds)
        except BaseException as error:  # noqa: BLE001 - handed up: the process ends with it
            self.crashed_with = error
