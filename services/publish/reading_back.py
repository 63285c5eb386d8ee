"""Looks on the platform for an act in doubt: what could be it, and what would look just like it."""

from collections.abc import Sequence
from typing import Final

from schemas.act import ActContent
from services.publish.matching import candidates, looks_like, reaches_back
from services.publish.sender_parts import SenderParts
from services.publish.sending import Sending
from services.publish.steps import Heard, Listed, Unreadable
from services.runtime.clock import from_epoch_ms
from services.runtime.errors import PlatformUnavailableError, RejectError
from services.runtime.platform import OwnAct

READ_BACK_LIMIT: Final = 200
RIVALS_MAX: Final = 100


def read_back(parts: SenderParts, sending: Sending, since_ms: int) -> Heard:
    """Return what the account's own acts since then tell of a sending."""
    since = from_epoch_ms(since_ms)
    try:
        credential = parts.credential(parts.account)
        acts = parts.platform.own_acts(parts.account, credential, since, READ_BACK_LIMIT)
    except (PlatformUnavailableError, RejectError) as error:
        return Unreadable(str(error))
    content = parts.gate.content_of(sending.act_id)
    found = [
        act
        for act in candidates(sending, content, acts, parts.platform.facts)
        if not parts.ledger.is_taken(sending, act.remote_id)
    ]
    complete = reaches_back(acts, since_ms, READ_BACK_LIMIT)
    return Listed(found, complete, rivals=_rivals(parts, sending, content, found))


def _rivals(
    parts: SenderParts, sending: Sending, content: ActContent, found: Sequence[OwnAct]
) -> int:
    """Return how many others that a person is to settle would look just like this one."""
    if not found or found[0].key == sending.request_key:
        return 0
    others = parts.ledger.unknown(parts.account, RIVALS_MAX)
    return sum(
        looks_like(content, parts.gate.content_of(other.act_id))
        for other in others
        if other.act_id != sending.act_id
    )
