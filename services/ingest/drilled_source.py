"""A source of a demonstration that does not answer while a drill is on."""

from collections.abc import Callable
from typing import Final

from services.ingest.source import Poll, Source, State
from services.runtime.errors import SourceUnavailableError

WAIT_SECONDS: Final = 2.0
"""It is asked again so soon, and so answers that soon after the drill."""


class DrilledSource:
    """Any source; what comes in at it meanwhile is read afterwards, from where it stood."""

    def __init__(self, source: Source, is_on: Callable[[], bool]) -> None:
        self._source = source
        self._is_on = is_on

    @property
    def name(self) -> str:
        """The source's name in the settings."""
        return self._source.name

    def poll(self, state: State) -> Poll:
        """Return what follows. Raises SourceUnavailableError while the drill is on, too."""
        if self._is_on():
            raise SourceUnavailableError("a drill has it not asked", wait_seconds=WAIT_SECONDS)
        return self._source.poll(state)

    def close(self) -> None:
        """Let go of what is open."""
        self._source.close()
