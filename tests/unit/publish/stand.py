"""One account with its runner, platform and gate in memory, for tests to turn by hand."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from schemas.act import ActPerformed
from schemas.codec import decode_event
from schemas.topics import ACTS_PERFORMED
from services.publish.leave_to_send import ALONE, LeaveToSend
from services.publish.ledger import Ledger
from services.publish.sender import SenderRunner
from services.publish.sending import Sending, sending_of
from services.publish.settlement import Settlement
from services.runtime.clock import ManualClock
from services.runtime.effects import Key
from services.runtime.errors import NotFoundError, RetryLaterError, StorageRefusedError
from services.runtime.metrics import Metrics
from services.runtime.ports import Commit
from services.runtime.tracing import NO_TRACING, Tracing
from tests.fakes import MOMENT
from tests.unit.publish.gate_double import GateDouble, OpenSealer, SpeakingMemory
from tests.unit.publish.platform_double import PlatformDouble
from tests.unit.publish.samples import ACCOUNT, facts


@dataclass
class Stand:
    """Everything around one account; `refusals` commits are refused before any is taken again.

    `refused_as` is what they are refused with. Each commit takes `commit_seconds`.
    """

    values: dict[str, Any] = field(default_factory=dict)
    refusals: int = 0
    refused_as: type[RetryLaterError] = StorageRefusedError
    commit_seconds: float = 0.0
    credential: str | None = "the credential of town"
    tracing: Tracing = NO_TRACING

    def __post_init__(self) -> None:
        self.clock = ManualClock(MOMENT)
        self.memory = SpeakingMemory(self._fault)
        self.gate = GateDouble(self.memory)
        self.platform = PlatformDouble(self.clock, facts(**self.values))
        self.metrics = Metrics()
        self.sealer = OpenSealer()
        self.ledger = Ledger(store=self.memory, journal=self.memory, sealer=self.sealer)
        self.settled: list[Sending] = []
        self.settle = Settlement(
            gate=self.gate, ledger=self.ledger, clock=self.clock, settled=self.settled.append
        )
        self.start_again()

    def _fault(self, commit: Commit) -> None:
        del commit
        self.clock.advance(self.commit_seconds)
        if self.refusals:
            self.refusals -= 1
            raise self.refused_as("the disk is full")

    def start_again(self) -> None:
        """Put a new runner in the place of the old: nothing but the rows is left of it."""
        self.runner = self.another(ALONE)

    def another(self, leave: LeaveToSend) -> SenderRunner:
        """Return one more runner for the account, as another process would have."""
        return SenderRunner(
            ACCOUNT,
            self.platform,
            gate=self.gate,
            ledger=self.ledger,
            clock=self.clock,
            metrics=self.metrics,
            credential=self._credential_of,
            platform_seconds_max=20.0,
            leave=leave,
            tracing=self.tracing,
        )

    def _credential_of(self, account: str) -> str:
        assert account == ACCOUNT
        if self.credential is None:
            raise NotFoundError("There is no credential of account town.")
        return self.credential

    def turn(self, times: int = 1) -> float:
        """Let the runner do the next things, one after another without waiting."""
        wait_seconds = 0.0
        for _ in range(times):
            wait_seconds = self.runner.turn()
        return wait_seconds

    def run(self, seconds: float = 0.0, turns_max: int = 400) -> None:
        """Let the runner work, time passing as it waits, until some seconds have gone."""
        end = self.clock.now() + timedelta(seconds=seconds)
        for _ in range(turns_max):
            wait_seconds = self.runner.turn()
            if wait_seconds and self.clock.now() >= end:
                return
            self.clock.advance(min(wait_seconds, 1.0))
        raise AssertionError("it never came to rest")

    def sending(self, act_id: str = "act-1") -> Sending:
        """Return an act's sending as the store has it."""
        return sending_of(act_id, self.memory.rows[Key("sendings", act_id)])

    def performed(self) -> list[ActPerformed]:
        """Return what others were told."""
        records = self.memory.log.read(ACTS_PERFORMED.name, 0, 100)
        events = [decode_event(ACTS_PERFORMED.name, record.value) for record in records]
        return [event for event in events if isinstance(event, ActPerformed)]

    def kinds(self) -> list[str]:
        """Return the kinds of the audit's entries, in order."""
        return [row["kind"] for row in self.memory.table("audit_entries")]

    def counted(self, name: str, **labels: str) -> float:
        """Return a metric's value."""
        return self.metrics.registry.get_sample_value(name, labels) or 0.0
