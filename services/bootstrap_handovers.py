"""Wires handovers: the platforms that accounts are read on, and the work behind it in a thread."""

from collections.abc import Callable

from services.bootstrap_speaking_foundation import SpeakingFoundation
from services.policy.handover_turns import HandoverParts, HandoverTurns
from services.runtime.account_state import AccountState
from services.runtime.desk import Desk
from services.runtime.errors import NotFoundError
from services.runtime.patient_work import PatientWork


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


def handover_work_of(
    speaking: SpeakingFoundation,
    desk: Desk,
    may_work: Callable[[], bool] = lambda: True,
    *,
    every_seconds: float,
) -> PatientWork:
    """Return what looks after handovers, while this process is the one that may."""
    turns = handover_turns_of(speaking, desk)
    return PatientWork("handovers", turns.turn, every_seconds, may_work)
