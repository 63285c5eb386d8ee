"""The runner of one account's sendings: a thread that asks the gate, sends, and settles.

One act of an account is on its way at a time, and nothing new is begun while the program is still
finding out what became of the one before: that is what keeps an account's order. Where several
processes have a runner for an account, the one with leave works and the others stand by.
"""

import contextlib
import threading
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from schemas.act import ActContent
from services.publish.drain import Drain
from services.publish.leave_to_send import ALONE, LeaveToSend
from services.publish.ledger import NOTHING_ELSE, Ledger
from services.publish.matching import candidates, looks_like, reaches_back
from services.publish.restored import RestoredAccount
from services.publish.sending import Sending
from services.publish.steps import (
    AskPerson,
    Begin,
    Heard,
    Listed,
    NotCleared,
    ReadBack,
    Record,
    Rest,
    RetryWithKey,
    Step,
    Unreadable,
    Wait,
    is_ahead,
    next_step,
)
from services.runtime.clock import Clock, from_epoch_ms, to_epoch_ms
from services.runtime.effects import Value
from services.runtime.errors import (
    PlatformUnavailableError,
    RejectError,
    RetryLaterError,
    StaleStateError,
    StateConflictError,
    StopError,
)
from services.runtime.failpoints import reach
from services.runtime.gate import Clearance, SendingGate
from services.runtime.metrics import Metrics
from services.runtime.platform import (
    Deferred,
    OwnAct,
    Performed,
    Platform,
    PlatformReply,
    PlatformRequest,
    Unclear,
)
from services.runtime.ports import Commit

POLL_SECONDS: Final = 1.0
ABSENT_CREDENTIAL_SECONDS: Final = 5.0
RETRY_SECONDS: Final = (0.1, 30.0)
CLEAR_TRIES_MAX: Final = 3
LAST_TRIES_MAX: Final = 5
READ_BACK_LIMIT: Final = 200
RIVALS_MAX: Final = 100
ROUND_ACTS_MAX: Final = 64
"""How many acts that a halt keeps waiting are looked at before one behind them cannot overtake."""
REMOTE_ID_LENGTH_MAX: Final = 512
LINK_LENGTH_MAX: Final = 2_048
OVERTAKEN: Final = (
    "What it rests on changed each time it was about to be sent; look at it and approve it again."
)
NOT_ASKED: Final = "Writing down that it is sent took so long that the platform was not asked yet."

log = structlog.get_logger(__name__)


class SenderRunner:
    """Sends one account's approved acts, in the order of approval, until told to stop.

    What it finds begun at its start is settled first: a process that ended in between leaves no
    trace but the row. `sentence` says how it stands, for people; `drain` how the last halt took
    effect. A bug, or a row nobody should have changed, ends it: `crashed_with`, `stopped_because`.
    Without `leave` it does nothing but write down what its platform answered before it lost it.
    """

    def __init__(  # noqa: PLR0913 - the ports it stands on, given once, at the composition root
        self,
        account: str,
        platform: Platform,
        *,
        gate: SendingGate,
        ledger: Ledger,
        clock: Clock,
        metrics: Metrics,
        credential: Callable[[str], str],
        platform_seconds_max: float,
        restored: RestoredAccount | None = None,
        leave: LeaveToSend = ALONE,
    ) -> None:
        self.account = account
        self.sentence = "not begun yet"
        self.working = True
        self.stopped_because: str | None = None
        self.crashed_with: BaseException | None = None
        self.drain = Drain(clock, metrics.publish_halt_drain_seconds.observe)
        self._platform = platform
        self._gate = gate
        self._ledger = ledger
        self._clock = clock
        self._metrics = metrics
        self._credential = credential
        self._platform_seconds_max = platform_seconds_max
        self._restored = restored
        self._leave = leave
        self._answered: tuple[Sending, PlatformReply, int] | None = None
        self._quiet_until_ms: int | None = None
        self._passed: set[str] = set()
        self._passed_at: Value = None
        self._failures = 0
        self._counted = (0, 0)
        self._counted_at_seconds: float | None = None
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"sender-{account}", daemon=True)

    def start(self) -> None:
        """Begin work in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """End once the act on its way has ended and is written down; returns when it has."""
        self._stopping.set()
        self._woken.set()
        self._thread.join()

    def wake(self) -> None:
        """Say that something was approved, released or settled: look now."""
        self._woken.set()

    def halted(self, ago_seconds: float = 0.0) -> None:
        """Say that a halt that covers this account was committed, now or before: measures it."""
        self.drain.halted(ago_seconds)

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                wait_seconds = self.turn()
                if wait_seconds:
                    self._woken.wait(min(wait_seconds, POLL_SECONDS))
            self._write_down_what_is_left()
        except StopError as error:
            self.working = False
            self.stopped_because = str(error)
            self.sentence = f"stopped: {error}"
            log.error("sender stopped", account=self.account, reason=str(error))
        except BaseException as error:  # noqa: BLE001 - handed up: the process ends with it
            self.crashed_with = error
            self.working = False
            self.sentence = f"stopped by a bug: {type(error).__name__}: {error}"
        finally:
            # Where it cannot be given back, it ends with the connection that it hangs on.
            with contextlib.suppress(RetryLaterError):
                self._leave.release(self.account)

    def _write_down_what_is_left(self) -> None:
        """Write down a platform's last answer; where even that fails, the next start settles it."""
        for _ in range(LAST_TRIES_MAX):
            with contextlib.suppress(RetryLaterError):
                self._write_answer()
                return

    def turn(self) -> float:
        """Do the next useful thing and return how many seconds to wait before the one after.

        Raises StopError where going on would do harm.
        """
        try:
            wait_seconds = self._turn()
        except RetryLaterError as error:
            self._failures += 1
            doubled = RETRY_SECONDS[0] * 2.0 ** min(self._failures, 10)
            wait_seconds = min(RETRY_SECONDS[1], error.wait_seconds or doubled)
            self._say(f"waits: {error}", working=False)
            log.warning("sender waits", account=self.account, reason=str(error))
            return wait_seconds
        self._failures = 0
        return wait_seconds

    def _turn(self) -> float:
        if self._woken.is_set():
            self._woken.clear()
        if self._answered:
            self._write_answer()
            return 0.0
        if not self._leave.hold(self.account):
            return self._stand_by()
        self._count()
        wait_seconds = None if self._restored is None else self._restored.turn()
        if self._restored is not None and wait_seconds is not None:
            self._say(self._restored.sentence, working=False)
            return wait_seconds
        sending = self._ledger.open(self.account)
        if sending is not None:
            return self._go_on(sending)
        self._quiet_until_ms = None
        return self._begin_next()

    def _stand_by(self) -> float:
        """Leave everything to whoever has leave, and keep nothing in mind that they may change."""
        self._quiet_until_ms = None
        self._passed.clear()
        self._say("stands by: another process sends for this account")
        self._count_nothing()
        return POLL_SECONDS

    def _begin_next(self) -> float:
        """Begin the first act in line that the gate lets go; what waits for a release is passed."""
        put_off = self._ledger.deferred(self.account, ROUND_ACTS_MAX)
        for sending in put_off:
            step = self._next(sending, None)
            if isinstance(step, Wait):
                return self._wait(sending, step.until_ms, self._now_ms())
        befores = {sending.act_id: sending for sending in put_off}
        line = [*befores, *self._gate.due(self.account, ROUND_ACTS_MAX)]
        act_id = next((each for each in line if each not in self._passed), None)
        if act_id is not None:
            return self._begin(act_id, befores.get(act_id) or self._ledger.find(act_id))
        if not line:
            self._say("nothing waits to be sent")
        self._passed.clear()
        return POLL_SECONDS

    def _go_on(self, sending: Sending) -> float:
        """Go on with a sending that the program itself can still bring to an end."""
        now_ms = self._now_ms()
        if self._quiet_until_ms is None and self._leave.shared and sending.state == "sending":
            # Whoever began it may have lost no more than its leave, and be waiting for an answer.
            self._quiet_until_ms = sending.begun_at_ms + round(self._platform_seconds_max * 1_000)
        if self._quiet_until_ms is not None and is_ahead(self._quiet_until_ms, now_ms):
            return self._wait(sending, self._quiet_until_ms, now_ms)
        self._quiet_until_ms = None
        return self._carry_out(sending, self._next(sending, None))

    def _next(self, sending: Sending, heard: Heard | None) -> Step:
        return next_step(sending, heard, self._platform.facts, self._now_ms())

    def _carry_out(self, sending: Sending, step: Step) -> float:
        match step:
            case Wait(until_ms):
                self._quiet_until_ms = until_ms
                return self._wait(sending, until_ms, self._now_ms())
            case RetryWithKey():
                return self._begin(sending.act_id, sending)
            case ReadBack(since_ms):
                return self._carry_out(
                    sending, self._next(sending, self._read_back(sending, since_ms))
                )
            case Record() | AskPerson():
                self._settle(sending, step)
            case Begin() | Rest():
                raise StateConflictError(
                    f"act {sending.act_id} is not in doubt and was taken for it"
                )
        return 0.0

    def _wait(self, sending: Sending, until_ms: int, now_ms: int) -> float:
        why = sending.detail or "the platform has not shown yet whether it was sent"
        self._say(f"waits until {from_epoch_ms(until_ms):%H:%M:%S} UTC: {why}")
        return max(0.0, (until_ms - now_ms) / 1_000)

    # Beginning

    def _begin(self, act_id: str, before: Sending | None) -> float:
        """Ask the gate and, if it says so, start the act in the transaction that it bound."""
        try:
            credential = self._credential(self.account)
        except RejectError as error:
            self._say(f"cannot send: {error}", working=False)
            return ABSENT_CREDENTIAL_SECONDS
        for _ in range(CLEAR_TRIES_MAX):
            leave = self._ledger.leave_version(self.account)
            clearance = self._gate.clear(act_id)
            try:
                if not clearance.cleared:
                    return self._not_cleared(clearance, before, leave)
                if self._passed and self._has_changed_since_passing():
                    return 0.0
                if not self._leave.holds(self.account):
                    return self._stand_by()
                since_seconds = self._clock.elapsed_seconds()
                sending = self._start(clearance, before)
            except StaleStateError:
                continue
            return self._perform(sending, clearance.content, credential, since_seconds)
        return self._overtaken(act_id, before)

    def _start(self, clearance: Clearance, before: Sending | None) -> Sending:
        self.drain.begin()
        try:
            return self._ledger.start(clearance, before, self._now_ms())
        except BaseException:
            self.drain.end()
            raise

    def _perform(
        self, sending: Sending, content: ActContent, credential: str, since_seconds: float
    ) -> float:
        """Ask the platform for an act that was begun at `since_seconds`.

        Others leave it alone for `platform_seconds_max` from then on: of that a request may take
        what writing its start down left, and where nothing is left none is made.
        """
        self._say(f"sending act {sending.act_id}")
        request = PlatformRequest(self.account, content, sending.request_key)
        begun_seconds = self._clock.elapsed_seconds()
        left_seconds = self._platform_seconds_max
        if self._leave.shared:
            left_seconds -= begun_seconds - since_seconds
        reply: PlatformReply = Deferred(0.0, NOT_ASKED)
        try:
            reach("sending.perform.before")
            if left_seconds > 0:
                reply = self._platform.perform(request, credential, left_seconds)
            reach("sending.perform.after")
        finally:
            self.drain.end()
        took_seconds = self._clock.elapsed_seconds() - begun_seconds
        self._metrics.publish_send_seconds.labels(self._platform.facts.name).observe(took_seconds)
        self._answered = (sending, reply, self._now_ms())
        self._write_answer()
        return 0.0

    def _not_cleared(self, clearance: Clearance, before: Sending | None, leave: Value) -> float:
        """Carry out what the gate wants of an act it did not clear, or leave one in doubt alone."""
        self._say(f"not sent: {clearance.sentence}")
        if before is not None and before.state == "unknown":
            # The act may be on the platform: it is not the gate's to hold until that is known.
            if not clearance.judged and not self._platform.facts.reads_back:
                return POLL_SECONDS
            return self._carry_out(before, self._next(before, NotCleared(clearance.sentence)))
        if not clearance.judged:
            return POLL_SECONDS
        if not (clearance.commit.writes or clearance.commit.entries):
            if not self._passed:
                self._passed_at = leave
            self._passed.add(clearance.act_id)
            return 0.0
        self._hold(before, clearance.sentence, clearance.commit)
        return 0.0

    def _has_changed_since_passing(self) -> bool:
        """Begin the line anew where a release may have come after an act was passed over.

        Versions only grow: where it is still the one at which the first was passed, so it was for
        everything in between, and what starts now is bound to it.
        """
        if self._passed_at == self._ledger.leave_version(self.account):
            return False
        self._passed.clear()
        return True

    def _hold(self, before: Sending | None, sentence: str, commit: Commit) -> None:
        """Carry out a commit that takes an act out of the line."""
        if before is not None and before.state == "deferred":
            self._settle(before, self._next(before, NotCleared(sentence)), commit)
            return
        self._ledger.commit(commit, "settle")
        self._tally("held")

    def _overtaken(self, act_id: str, before: Sending | None) -> float:
        """Hold an act whose ground kept changing; one in doubt is only left for a while."""
        if before is not None and before.state == "unknown":
            return POLL_SECONDS
        self._hold(before, OVERTAKEN, self._gate.hold_back(act_id, OVERTAKEN))
        return 0.0

    # Ending

    def _write_answer(self) -> None:
        """Write down what the platform said; nothing else is done before that is durable."""
        if self._answered is None:
            return
        sending, reply, at_ms = self._answered
        step = next_step(sending, self._usable(sending, reply), self._platform.facts, at_ms)
        try:
            self._record(sending, step, "outcome", at_ms, NOTHING_ELSE)
        except StaleStateError as error:
            self._check_settled(sending, reply, error)
        self._answered = None

    def _check_settled(
        self, sending: Sending, reply: PlatformReply, overtaken: StaleStateError
    ) -> None:
        """Take it that somebody else wrote down what became of a sending, if they may have.

        Where several processes send, one that had leave since did; so did this one, where its
        store would not say whether it was kept. What is on record then stands, unless it says that
        nothing was sent that was. Raises what overtook it where nobody did.
        """
        found = self._ledger.find(sending.act_id)
        if found is not None and found.version == sending.version:
            raise overtaken
        contradicts = isinstance(reply, Performed) and (found is None or found.may_begin_again)
        if not self._leave.shared or contradicts:
            raise StateConflictError(
                f"a sending was changed while on its way: {overtaken}"
            ) from overtaken
        log.warning("sending settled already", account=self.account, act=sending.act_id)

    def _usable(self, sending: Sending, reply: PlatformReply) -> PlatformReply:
        """Return an answer, unless its id cannot be this act's: then nobody knows."""
        if not isinstance(reply, Performed):
            return reply
        if not 0 < len(reply.remote_id) <= REMOTE_ID_LENGTH_MAX:
            return Unclear("The platform answered without an id that can be kept.")
        if self._ledger.is_taken(sending, reply.remote_id):
            return Unclear("The platform answered with the id of another act.")
        if reply.link is not None and len(reply.link) > LINK_LENGTH_MAX:
            return Performed(reply.remote_id)
        return reply

    def _settle(self, sending: Sending, step: Step, also: Commit | None = None) -> None:
        held_because = step.held_because if isinstance(step, Record) else None
        if held_because is not None:
            also = self._gate.hold_back(sending.act_id, held_because)
        self._record(sending, step, "settle", self._now_ms(), also or NOTHING_ELSE)

    def _record(self, before: Sending, step: Step, point: str, at_ms: int, also: Commit) -> None:
        assert isinstance(step, Record | AskPerson), "only what is known is written down"
        after = step.sending
        performed_at_ms = step.performed_at_ms if isinstance(step, Record) else None
        self._ledger.record(before, after, point, at_ms, performed_at_ms=performed_at_ms, also=also)
        self._tally("held" if after.settled_by == "gate" else after.state)
        if after.awaits_person:
            log.warning("a person is to settle a sending", account=self.account, act=after.act_id)

    def _read_back(self, sending: Sending, since_ms: int) -> Heard:
        since = from_epoch_ms(since_ms)
        try:
            credential = self._credential(self.account)
            acts = self._platform.own_acts(self.account, credential, since, READ_BACK_LIMIT)
        except (PlatformUnavailableError, RejectError) as error:
            return Unreadable(str(error))
        content = self._gate.content_of(sending.act_id)
        found = [
            act
            for act in candidates(sending, content, acts, self._platform.facts)
            if not self._ledger.is_taken(sending, act.remote_id)
        ]
        complete = reaches_back(acts, since_ms, READ_BACK_LIMIT)
        return Listed(found, complete, rivals=self._rivals(sending, content, found))

    def _rivals(self, sending: Sending, content: ActContent, found: Sequence[OwnAct]) -> int:
        """Return how many others that a person is to settle would look just like this one."""
        if not found or found[0].key == sending.request_key:
            return 0
        others = self._ledger.unknown(self.account, RIVALS_MAX)
        return sum(
            looks_like(content, self._gate.content_of(other.act_id))
            for other in others
            if other.act_id != sending.act_id
        )

    # What everything above stands on

    def _now_ms(self) -> int:
        return to_epoch_ms(self._clock.now())

    def _say(self, sentence: str, *, working: bool = True) -> None:
        self.sentence = sentence
        self.working = working

    def _tally(self, result: str) -> None:
        self._metrics.publish_sendings.labels(self._platform.facts.name, result).inc()

    def _count(self) -> None:
        """Bring the gauges up to date, once a second at most; each account adds its share."""
        now_seconds = self._clock.elapsed_seconds()
        last_seconds = self._counted_at_seconds
        if last_seconds is not None and now_seconds - last_seconds < POLL_SECONDS:
            return
        self._counted_at_seconds = now_seconds
        self._count_as(self._ledger.counts(self.account))

    def _count_nothing(self) -> None:
        """Leave the gauges to whoever has leave: each act is counted by one process."""
        self._counted_at_seconds = None
        self._count_as((0, 0))

    def _count_as(self, counts: tuple[int, int]) -> None:
        self._metrics.publish_queue_acts.inc(counts[0] - self._counted[0])
        self._metrics.publish_unknown_sendings.inc(counts[1] - self._counted[1])
        self._counted = counts
