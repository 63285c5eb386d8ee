"""Polls each source in one process of several: in the one that holds the source's lease."""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

import structlog

from services.ingest.embedded_source import SourceRunner
from services.runtime.errors import RetryLaterError
from services.runtime.repeated_work import RepeatedWork

LOOK_SECONDS: Final = 2.0
"""How soon a source whose process died is polled by another one, beside what the database needs
to notice that its connection is gone."""

log = structlog.get_logger(__name__)


class SourceLeases(Protocol):
    """Leases held by one process at a time; see `services/store/postgres_leases.py`."""

    def hold(self, name: str) -> bool:
        """Take a lease, or keep it; return whether it is ours."""
        ...

    def holds(self, name: str) -> bool:
        """Return whether a lease is still ours."""
        ...

    def release(self, name: str) -> None:
        """Give a lease back."""
        ...


def lease_of(source: str) -> str:
    """Return the name of a source's lease."""
    return f"source:{source}"


class LeasedSources:
    """Starts a source's runner when its lease is ours, and ends it when it no longer is.

    `builds` makes a source's runner afresh: each takes up where the stored state of its source
    stands. A runner that goes on for a moment after its lease is lost harms nothing: the door it
    hands in at refuses what was read from an older state.
    """

    def __init__(
        self,
        builds: Mapping[str, Callable[[], SourceRunner]],
        leases: SourceLeases,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._builds = builds
        self._leases = leases
        self._runners: dict[str, SourceRunner] = {}
        self._repeated = RepeatedWork("leases", self.look, look_seconds, at_once=True)

    @property
    def crashed_with(self) -> BaseException | None:
        """The bug that ended it, if one did."""
        return self._repeated.crashed_with

    def start(self) -> None:
        """Begin to ask for leases in a thread of its own."""
        self._repeated.start()

    def stop(self) -> None:
        """End after the polls in hand, and give every lease back."""
        self._repeated.stop()
        for name in tuple(self._runners):
            self._end(name)
            try:
                self._leases.release(lease_of(name))
            except RetryLaterError as error:
                # The lease ends with the connection.
                log.warning("lease not given back", source=name, reason=str(error))

    def runner(self, name: str) -> SourceRunner | None:
        """Return a source's runner where it is polled here."""
        return self._runners.get(name)

    def runners(self) -> Mapping[str, SourceRunner]:
        """Return the runners of all sources that are polled here, by name."""
        return dict(self._runners)

    def crash(self) -> BaseException | None:
        """Return the bug that ended a runner, or the looking after them, if one did."""
        crashes = (runner.crashed_with for runner in self.runners().values())
        return self.crashed_with or next((crash for crash in crashes if crash), None)

    def look(self) -> None:
        """Ask once for every lease; begin and end runners as they turn out to be ours or not."""
        for name in self._builds:
            ours = self._is_ours(name)
            if ours and name not in self._runners:
                runner = self._builds[name]()
                self._runners[name] = runner
                runner.start()
                log.info("source polled here", source=name)
            elif not ours and name in self._runners:
                self._end(name)
                log.warning("source polled elsewhere", source=name)

    def _is_ours(self, name: str) -> bool:
        lease = lease_of(name)
        try:
            if name in self._runners and self._leases.holds(lease):
                return True
            return self._leases.hold(lease)
        except RetryLaterError as error:
            log.warning("lease cannot be asked for", source=name, reason=str(error))
            return False

    def _end(self, name: str) -> None:
        self._runners.pop(name).stop()
