"""Begins one act: asks the gate, starts it in the transaction that the gate bound, and sends it."""

from collections.abc import Callable
from typing import Final

from schemas.act import ActContent
from services.publish.last_answer import LastAnswer
from services.publish.passed_acts import PassedActs
from services.publish.platform_clock import PlatformClock
from services.publish.sender_parts import POLL_SECONDS, SenderParts
from services.publish.sending import Sending
from services.publish.sending_outcomes import hold
from services.publish.steps import NotCleared, Step
from services.runtime.effects import Value
from services.runtime.errors import RejectError, StaleStateError
from services.runtime.failpoints import reach
from services.runtime.gate import Clearance
from services.runtime.platform import Deferred, Performed, PlatformReply, PlatformRequest
from services.runtime.trace_context import exemplar_now, handled_now
from services.runtime.tracing import Span

ABSENT_CREDENTIAL_SECONDS: Final = 5.0
CLEAR_TRIES_MAX: Final = 3
OVERTAKEN: Final = (
    "What it rests on changed each time it was about to be sent; look at it and approve it again."
)
NOT_ASKED: Final = "Writing down that it is sent took so long that the platform was not asked yet."


class Beginning:
    """Begins acts of one account. What is in doubt and was not cleared goes to `carry_out`."""

    def __init__(
        self,
        parts: SenderParts,
        answer: LastAnswer,
        passed: PassedActs,
        carry_out: Callable[[Sending, Step], float],
        platform_clock: PlatformClock,
    ) -> None:
        self._parts = parts
        self._answer = answer
        self._passed = passed
        self._carry_out = carry_out
        self._platform_clock = platform_clock

    def begin(self, act_id: str, before: Sending | None) -> float | None:
        """Begin an act, or carry out what the gate wants of it instead.

        Returns how many seconds to wait before the next thing is done; None where this process has
        lost its leave and nothing was begun.
        """
        parts = self._parts
        try:
            credential = parts.credential(parts.account)
        except RejectError as error:
            parts.standing.say(f"cannot send: {error}", working=False)
            return ABSENT_CREDENTIAL_SECONDS
        for _ in range(CLEAR_TRIES_MAX):
            leave = parts.ledger.leave_version(parts.account)
            clearance = parts.gate.clear(act_id)
            try:
                if not clearance.cleared:
                    return self._not_cleared(clearance, before, leave)
                if self._passed and self._has_changed_since_passing():
                    return 0.0
                if not parts.leave.holds(parts.account):
                    return None
                since_seconds = parts.clock.elapsed_seconds()
                sending = self._start(clearance, before)
            except StaleStateError:
                continue
            return self._perform(sending, clearance.content, credential, since_seconds)
        return self._overtaken(act_id, before)

    def _start(self, clearance: Clearance, before: Sending | None) -> Sending:
        self._parts.drain.begin()
        try:
            return self._parts.ledger.start(clearance, before, self._parts.now_ms())
        except BaseException:
            self._parts.drain.end()
            raise

    def _perform(
        self, sending: Sending, content: ActContent, credential: str, since_seconds: float
    ) -> float:
        """Ask the platform for an act that was begun at `since_seconds`.

        Others leave it alone for `platform_seconds_max` from then on: of that a request may take
        what writing its start down left, and where nothing is left none is made.
        """
        parts = self._parts
        parts.standing.say(f"sending act {sending.act_id}")
        request = PlatformRequest(parts.account, content, sending.request_key)
        begun_seconds, begun_ms = parts.clock.elapsed_seconds(), parts.now_ms()
        left_seconds = parts.platform_seconds_max
        if parts.leave.shared:
            left_seconds -= begun_seconds - since_seconds
        reply: PlatformReply = Deferred(0.0, NOT_ASKED)
        try:
            reach("sending.perform.before")
            if left_seconds > 0:
                reply = parts.platform.perform(request, credential, left_seconds)
            reach("sending.perform.after")
        finally:
            parts.drain.end()
        took_seconds = parts.clock.elapsed_seconds() - begun_seconds
        seconds = parts.metrics.publish_send_seconds
        seconds.labels(parts.platform.facts.name).observe(took_seconds, exemplar_now())
        self._trace(sending, reply, took_seconds)
        self._platform_clock.heard(sending, reply, begun_ms)
        self._answer.take(sending, reply)
        return 0.0

    def _trace(self, sending: Sending, reply: PlatformReply, took_seconds: float) -> None:
        here, parts = handled_now(), self._parts
        if here is None or not parts.tracing.wants(here.trace_id):
            return
        span = Span(
            name="send",
            trace_id=here.trace_id,
            parent=here.span_id,
            seconds=took_seconds,
            kind="client",
            attributes={
                "mercat.act.id": sending.act_id,
                "mercat.act.kind": sending.kind,
                "mercat.sending.attempt": sending.attempt,
                "mercat.platform": parts.platform.facts.name,
            },
            failed=not isinstance(reply, Performed),
        )
        parts.tracing.ended(span)

    def _not_cleared(self, clearance: Clearance, before: Sending | None, leave: Value) -> float:
        """Carry out what the gate wants of an act it did not clear, or leave one in doubt alone."""
        parts = self._parts
        parts.standing.say(f"not sent: {clearance.sentence}")
        if before is not None and before.state == "unknown":
            # The act may be on the platform: it is not the gate's to hold until that is known.
            if not clearance.judged and not parts.platform.facts.reads_back:
                return POLL_SECONDS
            return self._carry_out(before, parts.next(before, NotCleared(clearance.sentence)))
        if not clearance.judged:
            return POLL_SECONDS
        if not (clearance.commit.writes or clearance.commit.entries):
            self._passed.add(clearance.act_id, leave)
            return 0.0
        hold(parts, before, clearance.sentence, clearance.commit)
        return 0.0

    def _has_changed_since_passing(self) -> bool:
        """Begin the line anew where a release may have come after an act was passed over."""
        version = self._parts.ledger.leave_version(self._parts.account)
        if not self._passed.outdated(version):
            return False
        self._passed.clear()
        return True

    def _overtaken(self, act_id: str, before: Sending | None) -> float:
        """Hold an act whose ground kept changing; one in doubt is only left for a while."""
        if before is not None and before.state == "unknown":
            return POLL_SECONDS
        hold(self._parts, before, OVERTAKEN, self._parts.gate.hold_back(act_id, OVERTAKEN))
        return 0.0
