"""What people can ask about handovers: each verb's arguments, bounded like any order's."""

from typing import Annotated, Final, Literal

from pydantic import Field

from services.policy.orders import APPROVERS, RELEASERS, Id, Order, Verb, Why
from services.runtime.account_state import StateKind

ITEMS_AT_ONCE_MAX: Final = 500


class DecideHandover(Order):
    """Keep or revert changes of a takeover: those named, else all of a kind, else all there are.

    All means those that nobody has decided on. One that is named may be decided anew, until it is
    on its way.
    """

    takeover_id: Id
    decision: Literal["keep", "revert"]
    items: Annotated[tuple[Id, ...], Field(max_length=ITEMS_AT_ONCE_MAX)] = ()
    kind: StateKind | None = None
    why: Why


class AgreeToReverts(Order):
    """Consent to exactly the reverts that a digest names, all of them."""

    takeover_id: Id
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class OverrideHandover(Order):
    """Let the next slot begin without a decision, or agree with whoever asked: it takes two."""

    takeover_id: Id
    why: Why


HANDOVER_VERBS: Final[dict[str, Verb]] = {
    "handover-decide": Verb(DecideHandover, RELEASERS),
    "handover-agree": Verb(AgreeToReverts, APPROVERS),
    "handover-override": Verb(OverrideHandover, RELEASERS),
}
"""How an account stands is read, compared and set back by the program: these have no verb."""
