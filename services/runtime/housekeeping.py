"""Work that one process of several does now and then: what retention ends, what tables need."""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

import structlog

from services.runtime.errors import RetryLaterError
from services.runtime.repeated_work import RepeatedWork

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
        self._repeated = RepeatedWork("housekeeping", self.turn, every_seconds, at_once=True)

    @property
    def crashed_with(self) -> BaseException | None:
        """The bug that ended it, if one did."""
        return self._repeated.crashed_with

    def start(self) -> None:
        """Begin in a thread of its own."""
        self._repeated.start()

    def stop(self) -> None:
        """End after the chore in hand."""
        self._repeated.stop()

    def turn(self) -> bool:
        """Do every chore once, if the lease is ours; return whether it was.

        What the database would not do now is done with the next turn.
        """
        try:
            if not self._lease.hold(LEASE):
                return False
            for chore in self._chores:
                if self._repeated.stopping:
                    break
                chore()
        except RetryLaterError as error:
            log.warning("housekeeping waits", reason=str(error))
        return True
