"""Wires takeovers: what the desk is given for them, who reads them, and the clock behind them."""

from collections.abc import Callable
from typing import Final

import structlog

from services.bootstrap_foundation import Foundation
from services.policy.file_takeover_terms import TermsFile
from services.policy.takeover_parts import TakeoverParts
from services.policy.takeover_reading import TakeoverReading
from services.policy.takeover_turns import TakeoverTurns
from services.runtime.audit_entry import Sealer
from services.runtime.errors import RetryLaterError
from services.runtime.repeated_work import RepeatedWork

EVERY_SECONDS: Final = 2.0

log = structlog.get_logger(__name__)


def takeover_parts_of(foundation: Foundation) -> TakeoverParts:
    """Return what the desk is given for takeovers."""
    settings = foundation.settings
    return TakeoverParts(settings.takeovers, settings.body.zone, TermsFile(foundation.folder))


def takeover_reading_of(foundation: Foundation) -> TakeoverReading:
    """Return what reads takeovers."""
    parts = takeover_parts_of(foundation)
    return TakeoverReading(foundation.journal.store, foundation.clock, parts)


class TakeoverClock:
    """Moves takeovers every few seconds until it is stopped.

    Where several processes have one, `may_move` says whether this is the one that does now.
    """

    def __init__(
        self, foundation: Foundation, sealer: Sealer, may_move: Callable[[], bool] = lambda: True
    ) -> None:
        journal = foundation.journal
        settings = foundation.settings.takeovers
        self._turns = TakeoverTurns(journal, journal.store, sealer, foundation.clock, settings)
        self._may_move = may_move
        self._repeated = RepeatedWork("takeovers", self._turn, EVERY_SECONDS, at_once=True)

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
            if self._may_move():
                self._turns.turn()
        except RetryLaterError as error:
            log.warning("the clock of takeovers waits", reason=str(error))
