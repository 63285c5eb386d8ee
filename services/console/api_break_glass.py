"""The API's paths about broken glass: leave for an emergency, by two people, looked at after."""

from typing import Any, Final

from fastapi import FastAPI

from services.console.api_access import ItemId, Key, Who, desk_of
from services.console.api_bodies import Body, WhyBody
from services.console.api_break_glass_shapes import GlassDone, Glasses
from services.console.api_documents import CHANGING, READING, documented
from services.console.api_rows import told
from services.console.parts import BreakGlassDesk, ConsoleParts
from services.policy.break_glass_orders import AskGlass
from services.runtime.actor import Actor
from services.runtime.clock import from_epoch_ms
from services.runtime.errors import RetryLaterError

PLACE: Final = "/break-glass"


def break_glass_of(parts: ConsoleParts) -> BreakGlassDesk:
    """Return who reads broken glass. Raises RetryLaterError where this installation has nobody."""
    if parts.break_glass is None:
        raise RetryLaterError("This Mercat only listens now; nobody speaks from it.")
    return parts.break_glass


def add_break_glass_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths about broken glass."""

    @api.get(PLACE, responses=documented(READING))
    def glasses(actor: Who) -> Glasses:
        """List what was asked for, the latest first, and when it was last practised."""
        del actor
        desk = break_glass_of(parts)
        items = [_told(dict(each)) for each in desk.latest()]
        drill_ms = desk.last_drill_at_ms()
        last = None if drill_ms is None else from_epoch_ms(drill_ms)
        return Glasses.model_validate({"items": items, "last_drill_at": last})

    @api.post(PLACE, status_code=201, responses=documented(CHANGING))
    def ask(body: AskGlass, actor: Who, key: Key = None) -> GlassDone:
        """Ask for leave in an emergency, or for a drill of it; another person agrees."""
        order = body.model_dump(mode="json")
        return _done(desk_of(parts).carry_out("glass-ask", order, actor, key=key))

    @api.post(f"{PLACE}/{{glass_id}}/agree", responses=documented(CHANGING))
    def agree(glass_id: ItemId, body: WhyBody, actor: Who, key: Key = None) -> GlassDone:
        """Agree to it, as another person than the one who asked: from now on it holds."""
        return _moved(parts, "agree", glass_id, body, actor, key)

    @api.post(f"{PLACE}/{{glass_id}}/end", responses=documented(CHANGING))
    def end(glass_id: ItemId, body: WhyBody, actor: Who, key: Key = None) -> GlassDone:
        """End it before its time, or take back what nobody agreed to."""
        return _moved(parts, "end", glass_id, body, actor, key)

    @api.post(f"{PLACE}/{{glass_id}}/review", responses=documented(CHANGING))
    def review(glass_id: ItemId, body: WhyBody, actor: Who, key: Key = None) -> GlassDone:
        """Say, as somebody who took no part, whether it was right and what was learnt."""
        return _moved(parts, "review", glass_id, body, actor, key)


def _moved(
    parts: ConsoleParts, verb: str, glass_id: str, body: Body, actor: Actor, key: str | None
) -> GlassDone:
    order: dict[str, Any] = {**body.told(), "glass_id": glass_id}
    return _done(desk_of(parts).carry_out(f"glass-{verb}", order, actor, key=key))


def _done(reply: Any) -> GlassDone:
    return GlassDone.model_validate(told(reply))


def _told(item: dict[str, Any]) -> dict[str, Any]:
    due_ms = item.pop("review_by_ms")
    return {**told(item), "review_by": None if due_ms is None else from_epoch_ms(due_ms)}
