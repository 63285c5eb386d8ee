"""The API's paths about handovers: what a takeover left, and what is to stay of it."""

from typing import Annotated, Any

from fastapi import FastAPI, Query

from services.console.api_access import ItemId, Key, Who, desk_of
from services.console.api_bodies import Body
from services.console.api_documents import CHANGING, READING, documented
from services.console.api_handover_shapes import (
    AgreeBody,
    DecideBody,
    HandoverDone,
    HandoverShown,
    OverrideBody,
)
from services.console.parts import ConsoleParts
from services.policy.handover_reading import HandoverReading
from services.runtime.actor import Actor


def add_handover_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths that show handovers and decide on them."""

    @api.get("/takeovers/{takeover_id}/handover", responses=documented(READING))
    def handover(
        takeover_id: ItemId,
        actor: Who,
        after: Annotated[int, Query(ge=0, le=100_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> HandoverShown:
        """Show what changed on the account, what was decided of it, and what is left to do."""
        del actor
        desk_of(parts)
        found = HandoverReading(parts.store).handover(takeover_id, after=after, limit=limit)
        return HandoverShown.model_validate(found)

    @api.post("/takeovers/{takeover_id}/handover/decide", responses=documented(CHANGING))
    def decide(takeover_id: ItemId, body: DecideBody, actor: Who, key: Key = None) -> HandoverDone:
        """Keep or revert changes: those named, else all undecided of a kind, else all undecided."""
        return _done(parts, "decide", takeover_id, body, actor, key)

    @api.post("/takeovers/{takeover_id}/handover/agree", responses=documented(CHANGING))
    def agree(takeover_id: ItemId, body: AgreeBody, actor: Who, key: Key = None) -> HandoverDone:
        """Consent to exactly the reverts that a digest names, all at once."""
        return _done(parts, "agree", takeover_id, body, actor, key)

    @api.post("/takeovers/{takeover_id}/handover/override", responses=documented(CHANGING))
    def override(
        takeover_id: ItemId, body: OverrideBody, actor: Who, key: Key = None
    ) -> HandoverDone:
        """Let it go undecided: the first who asks, and a second person who agrees."""
        return _done(parts, "override", takeover_id, body, actor, key)


def _done(
    parts: ConsoleParts, verb: str, takeover_id: str, body: Body, actor: Actor, key: str | None
) -> HandoverDone:
    order: dict[str, Any] = {**body.told(), "takeover_id": takeover_id}
    reply = desk_of(parts).carry_out(f"handover-{verb}", order, actor, key=key)
    return HandoverDone.model_validate(reply)
