"""What the API's requests and answers about handovers hold, model by model."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from schemas.act import ActKind
from services.console.api_bodies import Body
from services.console.api_shapes import Done, Shape
from services.policy.handover import ChangeKind, Decision, HandoverState
from services.policy.handover_orders import ITEMS_AT_ONCE_MAX
from services.policy.orders import Id, Why
from services.runtime.account_state import StateKind

Counts = Annotated[
    dict[str, int] | None,
    Field(description="How many of each kind the account had; absent where it was never read."),
]


class DecideBody(Body):
    """What is to become of changes: those named, else all undecided of a kind, else of any."""

    decision: Decision
    items: Annotated[tuple[Id, ...], Field(max_length=ITEMS_AT_ONCE_MAX)] = ()
    kind: StateKind | None = None
    why: Why


class AgreeBody(Body):
    """Which reverts are agreed to: the digest that the handover shows."""

    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class OverrideBody(Body):
    """Why the next slot is to begin without a decision."""

    why: Why


class ChangeShown(Shape):
    """One change, what takes it back, what was decided, and what became of that."""

    id: str
    place: int
    kind: StateKind
    target: str
    change: ChangeKind
    before: str = ""
    after: str = ""
    undo: Annotated[
        ActKind | None, Field(description="Absent where only the platform's own can.")
    ] = None
    decision: Decision | None = None
    decided_by: str | None = None
    reason: str | None = None
    act_id: str | None = None
    act_state: str | None = None
    sending_state: str | None = None
    said: str | None = None


class HandoverShown(Shape):
    """A handover with a page of its changes; `left` says all that is left to do."""

    takeover_id: str
    account: str
    state: HandoverState
    is_settled: bool
    left: tuple[str, ...]
    trouble: str | None = None
    digest: Annotated[str | None, Field(description="Names all that is to be reverted.")] = None
    reverts: int
    agreed_by: str | None = None
    override_asked_by: str | None = None
    overridden_by: str | None = None
    override_reason: str | None = None
    taken_at: datetime | None = None
    compared_at: datetime | None = None
    stood_before: Counts = None
    stood_after: Counts = None
    items: tuple[ChangeShown, ...]
    next: Annotated[int | None, Field(description="The place to go on from: `after`.")] = None


class HandoverDone(Done):
    """What was decided, agreed to, or let go."""

    takeover_id: str
    state: str | None = None
    decided: int | None = None
    not_revertible: int | None = None
    agreed: int | None = None
    digest: str | None = None
