"""What everything that sends for one account stands on: its ports, and how it stands in words."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from services.publish.drain import Drain
from services.publish.leave_to_send import ALONE, LeaveToSend
from services.publish.ledger import Ledger
from services.publish.restored import RestoredAccount
from services.publish.sending import Sending
from services.publish.steps import Heard, Step, next_step
from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.gate import SendingGate
from services.runtime.metric_labels import SENDING_RESULT
from services.runtime.metrics import Metrics
from services.runtime.platform import Platform
from services.runtime.tracing import NO_TRACING, Tracing

POLL_SECONDS: Final = 1.0


@dataclass(slots=True)
class Standing:
    """How an account's sender stands, for people: a sentence, and whether it works."""

    sentence: str = "not begun yet"
    working: bool = True

    def say(self, sentence: str, *, working: bool = True) -> None:
        """Stand so from now on."""
        self.sentence = sentence
        self.working = working


def nothing_more(sending: Sending) -> None:
    """Do nothing about a sending that was written down."""
    del sending


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderParts:
    """The parts by name, shared by all that works for one account.

    `credential` gives an account's, and raises RejectError where there is none. A request to the
    platform may take `platform_seconds_max`. `recorded` is told each sending once it is on disk.
    """

    account: str
    platform: Platform
    gate: SendingGate
    ledger: Ledger
    clock: Clock
    metrics: Metrics
    credential: Callable[[str], str]
    platform_seconds_max: float
    drain: Drain
    restored: RestoredAccount | None = None
    leave: LeaveToSend = ALONE
    standing: Standing = field(default_factory=Standing)
    recorded: Callable[[Sending], None] = nothing_more
    tracing: Tracing = NO_TRACING

    def __post_init__(self) -> None:
        """Let what is counted begin at nothing, so that the first is seen as a rise."""
        name = self.platform.facts.name
        self.metrics.publish_send_seconds.labels(name)
        for result in SENDING_RESULT.values:
            self.metrics.publish_sendings.labels(name, result)

    def now_ms(self) -> int:
        """Return the time, in milliseconds."""
        return to_epoch_ms(self.clock.now())

    def next(self, sending: Sending, heard: Heard | None) -> Step:
        """Return what is to be done next about a sending."""
        return next_step(sending, heard, self.platform.facts, self.now_ms())

    def tally(self, result: str) -> None:
        """Count what became of an act."""
        self.metrics.publish_sendings.labels(self.platform.facts.name, result).inc()
