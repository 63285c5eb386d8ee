"""The API's paths about takeovers: plan a slot, hand it over, see it through to its close."""

from typing import Annotated, Any, Final

from fastapi import FastAPI, Query, Response

from schemas.act import AccountId
from services.console.api_access import ItemId, Key, Who, desk_of
from services.console.api_bodies import Body
from services.console.api_documents import CHANGING, READING, documented
from services.console.api_rows import told
from services.console.api_takeover_shapes import (
    ConsentBody,
    EndBody,
    InviteBody,
    MoveBody,
    PlanBody,
    PractiseBody,
    Practised,
    TakeoverDone,
    Takeovers,
    TakeoverWhole,
    TermsShown,
    When,
)
from services.console.parts import ConsoleParts, TakeoversDesk
from services.policy.slot_times import instant_of, slot_of
from services.policy.takeover import TakeoverState
from services.runtime.actor import Actor
from services.runtime.clock import DAY_MS
from services.runtime.errors import RejectError, RetryLaterError

BACK_DAYS: Final = 31
AHEAD_DAYS: Final = 366
ENDING: Final = {
    "decline": "Say no to a slot, at any time before it begins.",
    "pause": "Let nothing more of it go out for now.",
    "resume": "Let it go on as before.",
    "no-show": "Give a slot back to the house, as nobody came.",
    "stop": "End it early; it holds from the next send on.",
    "withdraw": "Take a slot back before anybody was let speak in it.",
}
MOVING: Final = {
    "accept": "Say yes to a slot.",
    "make-ready": "Give leave to speak in the slot, once all steps are done.",
    "sign-on": "Say that you speak from now on.",
    "sign-off": "Say goodbye before the slot is over.",
    "close": "Decide that the account is as the next one should find it.",
}


def add_takeover_reading_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths that show takeovers; whoever is signed in may look."""

    @api.get("/takeovers", responses=documented(READING))
    def takeovers(
        actor: Who,
        account: AccountId | None = None,
        state: TakeoverState | None = None,
        since: When | None = None,
        until: When | None = None,
        limit: Annotated[int, Query(ge=1, le=1_000)] = 1_000,
    ) -> Takeovers:
        """List takeovers by their start: usually from a month back to a year ahead."""
        del actor
        desk = takeovers_of(parts)
        if state is not None:
            if account or since or until:
                raise RejectError("Ask by state, or by account and time; not by both.")
            rows = desk.in_state(state, limit=limit)
        else:
            now_ms = desk.now_ms
            since_ms = _instant(desk, since, now_ms - BACK_DAYS * DAY_MS)
            until_ms = _instant(desk, until, now_ms + AHEAD_DAYS * DAY_MS)
            rows = desk.between(since_ms, until_ms, account=account, limit=limit)
        return Takeovers.model_validate({"items": [told(row) for row in rows]})

    @api.get("/takeovers/terms", responses=documented(READING))
    def terms(actor: Who) -> TermsShown:
        """Show the terms that curators agree to, and which version they are."""
        del actor
        found = takeovers_of(parts).terms()
        return TermsShown(text=found.text, version=found.version)

    @api.get("/takeovers/{takeover_id}", responses=documented(READING))
    def takeover(takeover_id: ItemId, actor: Who) -> TakeoverWhole:
        """Show a takeover, what is still to be done, and what it waits for."""
        del actor
        return TakeoverWhole.model_validate(told(takeovers_of(parts).one(takeover_id)))


def add_takeover_changing_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths that plan takeovers and take them from one state to the next."""

    @api.post("/takeovers", status_code=201, responses=documented(CHANGING))
    def plan(body: PlanBody, actor: Who, response: Response, key: Key = None) -> TakeoverDone:
        """Keep a slot of an account free."""
        desk = takeovers_of(parts)
        times = body.model_dump(include={"ends", "days", "hours"})
        slot = slot_of(body.starts, desk.zone, desk.now_ms, **times)
        order = {
            **body.model_dump(mode="json", exclude={"starts", "ends", "days", "hours"}),
            "starts_at_ms": slot.starts_at_ms,
            "ends_at_ms": slot.ends_at_ms,
        }
        reply = desk_of(parts).carry_out("takeover-plan", order, actor, key=key)
        done = TakeoverDone.model_validate(reply)
        response.headers["Location"] = f"/api/v1/takeovers/{done.takeover_id}"
        return done

    @api.post("/takeovers/{takeover_id}/invite", responses=documented(CHANGING))
    def invite(takeover_id: ItemId, body: InviteBody, actor: Who, key: Key = None) -> TakeoverDone:
        """Ask somebody whether they would like a slot."""
        return _moved(parts, "invite", takeover_id, body, actor, key)

    @api.post("/takeovers/{takeover_id}/consent", responses=documented(CHANGING))
    def consent(
        takeover_id: ItemId, body: ConsentBody, actor: Who, key: Key = None
    ) -> TakeoverDone:
        """Agree to the terms as they stand."""
        return _moved(parts, "consent", takeover_id, body, actor, key)

    @api.post("/takeovers/{takeover_id}/practise", responses=documented(CHANGING))
    def practise(takeover_id: ItemId, body: PractiseBody, actor: Who, key: Key = None) -> Practised:
        """Have words judged by the real rules; they go nowhere and are not kept."""
        reply = _reply(parts, "practise", takeover_id, body, actor, key)
        return Practised.model_validate(reply)

    for name, sentence in MOVING.items():
        _add_move(api, parts, name, sentence)
    for name, sentence in ENDING.items():
        _add_end(api, parts, name, sentence)


def takeovers_of(parts: ConsoleParts) -> TakeoversDesk:
    """Return who reads takeovers. Raises RetryLaterError where this installation has nobody."""
    if parts.takeovers is None:
        raise RetryLaterError("This Mercat only listens now; nobody speaks from it.")
    return parts.takeovers


def _add_move(api: FastAPI, parts: ConsoleParts, name: str, sentence: str) -> None:
    """Add the path of a move that takes a note at most."""

    @api.post(_path(name), name=name, description=sentence, responses=documented(CHANGING))
    def move(takeover_id: ItemId, body: MoveBody, actor: Who, key: Key = None) -> TakeoverDone:
        return _moved(parts, name, takeover_id, body, actor, key)


def _add_end(api: FastAPI, parts: ConsoleParts, name: str, sentence: str) -> None:
    """Add the path of a move that has to say why."""

    @api.post(_path(name), name=name, description=sentence, responses=documented(CHANGING))
    def end(takeover_id: ItemId, body: EndBody, actor: Who, key: Key = None) -> TakeoverDone:
        return _moved(parts, name, takeover_id, body, actor, key)


def _path(name: str) -> str:
    return f"/takeovers/{{takeover_id}}/{name}"


def _moved(
    parts: ConsoleParts, name: str, takeover_id: str, body: Body, actor: Actor, key: str | None
) -> TakeoverDone:
    return TakeoverDone.model_validate(_reply(parts, name, takeover_id, body, actor, key))


def _reply(
    parts: ConsoleParts, name: str, takeover_id: str, body: Body, actor: Actor, key: str | None
) -> Any:
    order = {**body.told(), "takeover_id": takeover_id}
    return desk_of(parts).carry_out(f"takeover-{name}", order, actor, key=key)


def _instant(desk: TakeoversDesk, written: str | None, otherwise_ms: int) -> int:
    return otherwise_ms if written is None else instant_of(written, desk.zone, desk.now_ms)
