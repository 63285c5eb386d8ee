"""Chooses what one account's sender does next: settle what was begun, then begin the next in line.

One act of an account is on its way at a time, and nothing new is begun while the program is still
finding out what became of the one before: that is what keeps an account's order.
"""

from typing import Final

from services.publish.last_answer import LastAnswer
from services.publish.passed_acts import PassedActs
from services.publish.platform_clock import PlatformClock
from services.publish.reading_back import read_back
from services.publish.sender_gauges import SenderGauges
from services.publish.sender_parts import POLL_SECONDS, SenderParts
from services.publish.sending import Sending
from services.publish.sending_beginning import Beginning
from services.publish.sending_outcomes import settle
from services.publish.steps import (
    AskPerson,
    Begin,
    ReadBack,
    Record,
    Rest,
    RetryWithKey,
    Step,
    Wait,
    is_ahead,
)
from services.runtime.clock import from_epoch_ms
from services.runtime.errors import StateConflictError
from services.runtime.trace_context import handling_act

ROUND_ACTS_MAX: Final = 64
"""How many acts that a halt keeps waiting are looked at before one behind them cannot overtake."""


class Turns:
    """What is done for one account, a piece at a time; `answer` is what its platform said last.

    Where several processes have turns for an account, the one with leave works and the others
    stand by: they write down no more than what the platform answered before they lost it.
    """

    def __init__(self, parts: SenderParts) -> None:
        self._parts = parts
        self.answer = LastAnswer(parts)
        self._gauges = SenderGauges(parts)
        self._passed = PassedActs()
        self.platform_clock = PlatformClock(parts)
        self._beginning = Beginning(
            parts, self.answer, self._passed, self._carry_out, self.platform_clock
        )
        self._quiet_until_ms: int | None = None

    def turn(self) -> float:
        """Do the next useful thing and return how many seconds to wait before the one after.

        Raises RetryLaterError where it is to be tried again later, StopError where going on would
        do harm.
        """
        parts = self._parts
        if self.answer.waits:
            self.answer.write_down()
            return 0.0
        if not parts.leave.hold(parts.account):
            return self._stand_by()
        self._gauges.count()
        wait_seconds = None if parts.restored is None else parts.restored.turn()
        if parts.restored is not None and wait_seconds is not None:
            parts.standing.say(parts.restored.sentence, working=False)
            return wait_seconds
        sending = parts.ledger.open(parts.account)
        if sending is not None:
            return self._go_on(sending)
        self._quiet_until_ms = None
        return self._begin_next()

    def _stand_by(self) -> float:
        """Leave everything to whoever has leave, and keep nothing in mind that they may change."""
        self._quiet_until_ms = None
        self._passed.clear()
        self._parts.standing.say("stands by: another process sends for this account")
        self._gauges.count_nothing()
        return POLL_SECONDS

    def _begin_next(self) -> float:
        """Begin the first act in line that the gate lets go; what waits for a release is passed."""
        parts = self._parts
        put_off = parts.ledger.deferred(parts.account, ROUND_ACTS_MAX)
        for sending in put_off:
            step = parts.next(sending, None)
            if isinstance(step, Wait):
                return self._wait(sending, step.until_ms, parts.now_ms())
        befores = {sending.act_id: sending for sending in put_off}
        line = [*befores, *parts.gate.due(parts.account, ROUND_ACTS_MAX)]
        act_id = next((each for each in line if each not in self._passed), None)
        if act_id is not None:
            return self._begin(act_id, befores.get(act_id) or parts.ledger.find(act_id))
        if not line:
            parts.standing.say("nothing waits to be sent")
        self._passed.clear()
        return POLL_SECONDS

    def _begin(self, act_id: str, before: Sending | None) -> float:
        with handling_act(act_id, self._parts.ledger.trace_of(act_id)):
            wait_seconds = self._beginning.begin(act_id, before)
        return self._stand_by() if wait_seconds is None else wait_seconds

    def _go_on(self, sending: Sending) -> float:
        """Go on with a sending that the program itself can still bring to an end."""
        parts, now_ms = self._parts, self._parts.now_ms()
        if self._quiet_until_ms is None and parts.leave.shared and sending.state == "sending":
            # Whoever began it may have lost no more than its leave, and be waiting for an answer.
            self._quiet_until_ms = sending.begun_at_ms + round(parts.platform_seconds_max * 1_000)
        if self._quiet_until_ms is not None and is_ahead(self._quiet_until_ms, now_ms):
            return self._wait(sending, self._quiet_until_ms, now_ms)
        self._quiet_until_ms = None
        with handling_act(sending.act_id, parts.ledger.trace_of(sending.act_id)):
            return self._carry_out(sending, parts.next(sending, None))

    def _carry_out(self, sending: Sending, step: Step) -> float:
        parts = self._parts
        match step:
            case Wait(until_ms):
                self._quiet_until_ms = until_ms
                return self._wait(sending, until_ms, parts.now_ms())
            case RetryWithKey():
                return self._begin(sending.act_id, sending)
            case ReadBack(since_ms):
                heard = read_back(parts, sending, since_ms)
                return self._carry_out(sending, parts.next(sending, heard))
            case Record() | AskPerson():
                settle(parts, sending, step)
            case Begin() | Rest():
                raise StateConflictError(
                    f"act {sending.act_id} is not in doubt and was taken for it"
                )
        return 0.0

    def _wait(self, sending: Sending, until_ms: int, now_ms: int) -> float:
        why = sending.detail or "the platform has not shown yet whether it was sent"
        until = f"{from_epoch_ms(until_ms):%H:%M:%S} UTC"
        self._parts.standing.say(f"waits until {until}: {why}")
        return max(0.0, (until_ms - now_ms) / 1_000)
