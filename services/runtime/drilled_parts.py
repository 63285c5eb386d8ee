"""Parts of a demonstration that a drill can make fail: each asks whether its drill is on."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from services.runtime.account_state import AccountState
from services.runtime.drill import FREE_BYTES_TOLD
from services.runtime.errors import EngineUnavailableError
from services.runtime.gate import Engine, Facts
from services.runtime.gauges import Figure, Reading
from services.runtime.machine_metrics import FOLDER_FREE_BYTES
from services.runtime.platform import (
    Deferred,
    OwnAct,
    Platform,
    PlatformFacts,
    PlatformReply,
    PlatformRequest,
)

PLATFORM_WAIT_SECONDS: Final = 5.0
"""A sender asks again so soon, and so goes on that soon after the drill."""


class DrilledEngine:
    """An engine that cannot be asked while its drill is on.

    The first question it answers is asked in any case: new rules are tried by it, and a drill must
    not have sound ones refused.
    """

    def __init__(self, engine: Engine, is_on: Callable[[], bool]) -> None:
        self._engine = engine
        self._is_on = is_on
        self._has_answered = False

    @property
    def revision(self) -> str:
        """The revision of the bundle that was loaded."""
        return self._engine.revision

    def evaluate(self, facts: Facts) -> object:
        """Return the engine's answer. Raises EngineUnavailableError while the drill is on."""
        if self._has_answered and self._is_on():
            raise EngineUnavailableError("a drill has the rules not asked")
        answer = self._engine.evaluate(facts)
        self._has_answered = True
        return answer

    def close(self) -> None:
        """Let the engine go."""
        self._engine.close()


class DrilledPlatform:
    """A platform that takes no act while its drill is on; what accounts show is read as ever."""

    def __init__(self, platform: Platform, is_on: Callable[[], bool]) -> None:
        self._platform = platform
        self._is_on = is_on

    @property
    def facts(self) -> PlatformFacts:
        """What is so of the platform."""
        return self._platform.facts

    def perform(
        self, request: PlatformRequest, credential: str, timeout_seconds: float
    ) -> PlatformReply:
        """Carry an act out, or have it wait: then the platform is not asked at all."""
        if self._is_on():
            return Deferred(PLATFORM_WAIT_SECONDS, "a drill has the platform take nothing")
        return self._platform.perform(request, credential, timeout_seconds)

    def own_acts(
        self, account: str, credential: str, since: datetime, limit: int
    ) -> Sequence[OwnAct]:
        """Return what the account did since a moment, newest first."""
        return self._platform.own_acts(account, credential, since, limit)

    def state_of(self, account: str, credential: str, limit: int) -> AccountState:
        """Return how the account stands."""
        return self._platform.state_of(account, credential, limit)


class DrilledReading:
    """A reading of gauges that tells of a nearly full disk while its drill is on."""

    def __init__(self, reading: Reading, is_on: Callable[[], bool]) -> None:
        self._reading = reading
        self._is_on = is_on

    def __call__(self) -> Sequence[Figure]:
        """Return the figures."""
        figures = self._reading()
        if not self._is_on():
            return figures
        return [
            figure._replace(value=min(figure.value, FREE_BYTES_TOLD))
            if figure.metric is FOLDER_FREE_BYTES
            else figure
            for figure in figures
        ]
