"""Keeps the platform's last answer until it is written down: nothing else is done before that."""

from typing import Final

import structlog

from services.publish.ledger import NOTHING_ELSE
from services.publish.sender_parts import SenderParts
from services.publish.sending import Sending
from services.publish.sending_outcomes import record
from services.publish.steps import next_step
from services.runtime.errors import StaleStateError, StateConflictError
from services.runtime.platform import Performed, PlatformReply, Unclear
from services.runtime.trace_context import handling_act

REMOTE_ID_LENGTH_MAX: Final = 512
LINK_LENGTH_MAX: Final = 2_048

log = structlog.get_logger(__name__)


class LastAnswer:
    """What the platform said last, if that is not on record yet."""

    def __init__(self, parts: SenderParts) -> None:
        self._parts = parts
        self._answered: tuple[Sending, PlatformReply, int] | None = None

    @property
    def waits(self) -> bool:
        """Whether an answer is still to be written down."""
        return self._answered is not None

    def take(self, sending: Sending, reply: PlatformReply) -> None:
        """Keep an answer that came now, and write it down."""
        self._answered = (sending, reply, self._parts.now_ms())
        self.write_down()

    def write_down(self) -> None:
        """Write down what is kept, if anything is.

        Raises RetryLaterError where the store would not take it: it is kept. StateConflictError
        where what is on record contradicts it.
        """
        if self._answered is None:
            return
        sending, reply, at_ms = self._answered
        with handling_act(sending.act_id, self._parts.ledger.trace_of(sending.act_id)):
            self._write_down(sending, reply, at_ms)
        self._answered = None

    def _write_down(self, sending: Sending, reply: PlatformReply, at_ms: int) -> None:
        step = next_step(sending, self._usable(sending, reply), self._parts.platform.facts, at_ms)
        try:
            record(self._parts, sending, step, "outcome", at_ms, NOTHING_ELSE)
        except StaleStateError as error:
            self._check_settled(sending, reply, error)

    def _check_settled(
        self, sending: Sending, reply: PlatformReply, overtaken: StaleStateError
    ) -> None:
        """Take it that somebody else wrote down what became of a sending, if they may have.

        Where several processes send, one that had leave since did; so did this one, where its
        store would not say whether it was kept. What is on record then stands, unless it says that
        nothing was sent that was. Raises what overtook it where nobody did.
        """
        found = self._parts.ledger.find(sending.act_id)
        if found is not None and found.version == sending.version:
            raise overtaken
        contradicts = isinstance(reply, Performed) and (found is None or found.may_begin_again)
        if not self._parts.leave.shared or contradicts:
            raise StateConflictError(
                f"a sending was changed while on its way: {overtaken}"
            ) from overtaken
        log.warning("sending settled already", account=self._parts.account, act=sending.act_id)

    def _usable(self, sending: Sending, reply: PlatformReply) -> PlatformReply:
        """Return an answer, unless its id cannot be this act's: then nobody knows."""
        if not isinstance(reply, Performed):
            return reply
        if not 0 < len(reply.remote_id) <= REMOTE_ID_LENGTH_MAX:
            return Unclear("The platform answered without an id that can be kept.")
        if self._parts.ledger.is_taken(sending, reply.remote_id):
            return Unclear("The platform answered with the id of another act.")
        if reply.link is not None and len(reply.link) > LINK_LENGTH_MAX:
            return Performed(reply.remote_id)
        return reply
