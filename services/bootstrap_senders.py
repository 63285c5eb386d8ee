"""The senders of a body's accounts, wired on what speaks: one for each account."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from services.bootstrap_foundation import Foundation
from services.bootstrap_speaking_foundation import SpeakingFoundation
from services.console.parts import PartStatus
from services.publish.answer_counts import AnswerCounts
from services.publish.leave_to_send import ALONE, LeaveToSend
from services.publish.restored import RestoredAccount
from services.publish.sender import SenderRunner


def answer_counts_of(foundation: Foundation) -> AnswerCounts:
    """Return what counts first answers to cases."""
    teams = [team.id for team in foundation.settings.routing.teams]
    return AnswerCounts(foundation.metrics, foundation.journal.store, teams)


class Senders:
    """Every account's sender. Iterating gives them in the order of the settings.

    `leave` says of which accounts this process is the one that sends.
    """

    def __init__(self, speaking: SpeakingFoundation, leave: LeaveToSend = ALONE) -> None:
        self._speaking = speaking
        self._leave = leave
        foundation = speaking.foundation
        self.answers = answer_counts_of(foundation)
        self.all: Sequence[SenderRunner] = tuple(map(self._sender, speaking.accounts))

    def start(self) -> None:
        """Begin to send what is approved."""
        for sender in self.all:
            sender.start()

    def stop(self) -> None:
        """End once what is on its way has ended and is written down."""
        for sender in self.all:
            sender.stop()

    def crash(self) -> BaseException | None:
        """Return the bug that ended a sender, if one did."""
        return next((each.crashed_with for each in self.all if each.crashed_with), None)

    def wake(self, accounts: AbstractSet[str] | None = None) -> None:
        """Say that something may be sent now, of some accounts or of any."""
        for sender in self.all:
            if accounts is None or sender.account in accounts:
                sender.wake()

    def halted(self, ago_seconds: float = 0.0) -> None:
        """Say that a halt was committed, now or some seconds ago."""
        for sender in self.all:
            sender.halted(ago_seconds)

    def _sender(self, account: str) -> SenderRunner:
        speaking, foundation = self._speaking, self._speaking.foundation
        platform = speaking.platforms[account]
        restored = RestoredAccount(
            account,
            platform,
            store=foundation.journal.store,
            ledger=speaking.ledger,
            gate=speaking.approved,
            sealer=speaking.sealer,
            clock=foundation.clock,
            credential=speaking.credential,
        )
        return SenderRunner(
            account,
            platform,
            gate=speaking.approved,
            ledger=speaking.ledger,
            clock=foundation.clock,
            metrics=foundation.metrics,
            credential=speaking.credential,
            platform_seconds_max=speaking.settings.platform_seconds_max,
            restored=restored,
            leave=self._leave,
            recorded=self.answers.recorded,
            tracing=foundation.tracing,
        )


def clock_statuses(senders: Iterable[SenderRunner]) -> Sequence[PartStatus]:
    """Return what platforms showed to be wrong with this machine's clock, each once."""
    troubles = dict.fromkeys(each.clock_trouble for each in senders)
    return [
        PartStatus(name="clock", kind="sender", working=False, needed=False, sentence=trouble)
        for trouble in troubles
        if trouble is not None
    ]
