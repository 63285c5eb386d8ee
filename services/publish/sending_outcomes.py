"""Writes down what became of a sending: settled, a person's to settle, or held back."""

import structlog

from services.publish.ledger import NOTHING_ELSE
from services.publish.sender_parts import SenderParts
from services.publish.sending import Sending
from services.publish.steps import AskPerson, NotCleared, Record, Step
from services.runtime.ports import Commit

log = structlog.get_logger(__name__)


def record(
    parts: SenderParts, before: Sending, step: Step, point: str, at_ms: int, also: Commit
) -> None:
    """Write down a step by which a sending becomes another; `also` goes into the same commit.

    `point` names the place in fault tests.
    """
    assert isinstance(step, Record | AskPerson), "only what is known is written down"
    after = step.sending
    performed_at_ms = step.performed_at_ms if isinstance(step, Record) else None
    parts.ledger.record(before, after, point, at_ms, performed_at_ms=performed_at_ms, also=also)
    parts.tally("held" if after.settled_by == "gate" else after.state)
    parts.recorded(after)
    if after.awaits_person:
        log.warning("a person is to settle a sending", account=parts.account, act=after.act_id)


def settle(parts: SenderParts, sending: Sending, step: Step, also: Commit | None = None) -> None:
    """Write down what was found out; an act that is not there is held in the same commit."""
    held_because = step.held_because if isinstance(step, Record) else None
    if held_because is not None:
        also = parts.gate.hold_back(sending.act_id, held_because)
    record(parts, sending, step, "settle", parts.now_ms(), also or NOTHING_ELSE)


def hold(parts: SenderParts, before: Sending | None, sentence: str, commit: Commit) -> None:
    """Carry out a commit that takes an act out of the line."""
    if before is not None and before.state == "deferred":
        settle(parts, before, parts.next(before, NotCleared(sentence)), commit)
        return
    parts.ledger.commit(commit, "settle")
    parts.tally("held")
