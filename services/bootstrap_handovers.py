"""Wires handovers: the platforms that accounts are read on, and the work behind it in a thread."""

from collections.abc import Callable
from typing import Final

import structlog

from services.bootstrap_speaking_foundation import SpeakingFoundation
from services.policy.handover_turns import HandoverParts, HandoverTurns
from services.runtime.account_state import AccountState
from services.runtime.desk import Desk
from services.runtime.errors import NotFoundError, RetryLaterError
from services.runtime.repeated_work import RepeatedWork

EVERY_SECONDS: Final = 0.25
"""Whoever ends a slot and closes it at once is not kept waiting for the account to be read."""
EVERY_SECONDS_SHARED: Final = 1.0

log = structlog.get_logger(__name__)


def handover_turns_of(speaking: SpeakingFoundation, desk: Desk) -> HandoverTurns:
    """Return the work behind handovers, which proposes at the desk what reverts a change."""
    foundation = speaking.foundation

    def state_of(account: str, limit: int) -> AccountState:
        platform = speaking.platforms.get(account)
        if platform is None:
            raise NotFoundError(f"{account} is on no platform that can be read from here.")
        return platform.state_of(account, speaking.credential(account), limit)

    return HandoverTurns(
        HandoverParts(
            store=foundation.journal.store,
            journal=foundation.journal,
            sealer=speaking.sealer,
            clock=foundation.clock,
            desk=desk,
            state_of=state_of,
        )
    )


class HandoverWork:
    """Looks after handovers again and again until it is stopped.

    Where several processes have one, `may_work` says whether this is the one that does now.
    """

    def __init__(
        self,
        speaking: SpeakingFoundation,
        desk: Desk,
        may_work: Callable[[], bool] = lambda: True,
        *,
        every_seconds: float = EVERY_SECONDS,
    ) -> None:
        self._turns = handover_turns_of(speaking, desk)
        self._may_work = may_work
        self._repeated = RepeatedWork("handovers", self._turn, every_seconds, at_once=True)

    @property
    def crashed_with(self) -> BaseException | None:
        """The bug that ended it, if one did."""
        return self._repeated.crashed_with

    def start(self) -> None:
        """Begin."""
        self._repeated.start()

    def stop(self) -> None:
        """End after the turn in hand."""
        self._repeated.stop()

    def _turn(self) -> None:
        try:
            if self._may_work():
                self._turns.turn()
        except RetryLaterError as error:
            log.warning("handovers wait", reason=str(error))
