"""The runner of one account's sendings: a thread that takes turn after turn until told to stop."""

import contextlib
import threading
from collections.abc import Callable
from typing import Final

import structlog

from services.publish.drain import Drain
from services.publish.leave_to_send import ALONE, LeaveToSend
from services.publish.ledger import Ledger
from services.publish.restored import RestoredAccount
from services.publish.sender_parts import POLL_SECONDS, SenderParts, nothing_more
from services.publish.sender_turns import Turns
from services.publish.sending import Sending
from services.runtime.clock import Clock
from services.runtime.errors import RetryLaterError, StopError
from services.runtime.gate import SendingGate
from services.runtime.metrics import Metrics
from services.runtime.platform import Platform
from services.runtime.tracing import NO_TRACING, Tracing

RETRY_SECONDS: Final = (0.1, 30.0)
LAST_TRIES_MAX: Final = 5

log = structlog.get_logger(__name__)


class SenderRunner:
    """Sends one account's approved acts, in the order of approval, until told to stop.

    What it finds begun at its start is settled first: a process that ended in between leaves no
    trace but the row. `drain` tells how the last halt took effect. A bug, or a row nobody should
    have changed, ends it: `crashed_with`, `stopped_because`. Without `leave` it does nothing but
    write down what its platform answered before it lost it.
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
        recorded: Callable[[Sending], None] = nothing_more,
        tracing: Tracing = NO_TRACING,
    ) -> None:
        self.account = account
        self.stopped_because: str | None = None
        self.crashed_with: BaseException | None = None
        self.drain = Drain(clock, metrics.publish_halt_drain_seconds.observe)
        parts = SenderParts(
            account=account,
            platform=platform,
            gate=gate,
            ledger=ledger,
            clock=clock,
            metrics=metrics,
            credential=credential,
            platform_seconds_max=platform_seconds_max,
            drain=self.drain,
            restored=restored,
            leave=leave,
            recorded=recorded,
            tracing=tracing,
        )
        self._leave = leave
        self._standing = parts.standing
        self._turns = Turns(parts)
        self._failures = 0
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"sender-{account}", daemon=True)

    @property
    def sentence(self) -> str:
        """How it stands, for people."""
        return self._standing.sentence

    @property
    def working(self) -> bool:
        """Whether nothing keeps it from sending."""
        return self._standing.working

    @property
    def clock_trouble(self) -> str | None:
        """Why people should look at this machine's clock, as its platform shows, or None."""
        return self._turns.platform_clock.trouble

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

    def turn(self) -> float:
        """Do the next useful thing and return how many seconds to wait before the one after.

        Raises StopError where going on would do harm.
        """
        self._woken.clear()
        try:
            wait_seconds = self._turns.turn()
        except RetryLaterError as error:
            self._failures += 1
            doubled = RETRY_SECONDS[0] * 2.0 ** min(self._failures, 10)
            wait_seconds = min(RETRY_SECONDS[1], error.wait_seconds or doubled)
            self._standing.say(f"waits: {error}", working=False)
            log.warning("sender waits", account=self.account, reason=str(error))
            return wait_seconds
        self._failures = 0
        return wait_seconds

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                wait_seconds = self.turn()
                if wait_seconds:
                    self._woken.wait(min(wait_seconds, POLL_SECONDS))
            self._write_down_what_is_left()
        except StopError as error:
            self.stopped_because = str(error)
            self._standing.say(f"stopped: {error}", working=False)
            log.error("sender stopped", account=self.account, reason=str(error))
        except BaseException as error:  # noqa: BLE001 - handed up: the process ends with it
            self.crashed_with = error
            bug = f"{type(error).__name__}: {error}"
            self._standing.say(f"stopped by a bug: {bug}", working=False)
        finally:
            # Where it cannot be given back, it ends with the connection that it hangs on.
            with contextlib.suppress(RetryLaterError):
                self._leave.release(self.account)

    def _write_down_what_is_left(self) -> None:
        """Write down a platform's last answer; where even that fails, the next start settles it."""
        for _ in range(LAST_TRIES_MAX):
            with contextlib.suppress(RetryLaterError):
                self._turns.answer.write_down()
                return
