"""The API's paths about rotas and delegation: plan shifts, swap them, and look at leave anew."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI, Response

from services.console.api_access import ItemId, Key, Who, desk_of
from services.console.api_bodies import Body, NoteBody, WhyBody
from services.console.api_documents import CHANGING, READING, documented
from services.console.api_rota_shapes import (
    CalendarBody,
    CalendarTaken,
    CertifyBody,
    CoachedActs,
    GrantCertified,
    RotaBody,
    RotaChangeBody,
    RotaDone,
    Rotas,
    RotaWhole,
    ShiftDone,
    ShiftsBody,
    ShiftsPlanned,
    SwapBody,
    SwapDone,
    Swaps,
)
from services.console.api_rows import told
from services.console.api_takeover_shapes import When
from services.console.parts import ConsoleParts
from services.policy.orders import Login
from services.policy.rota_calendar import MEDIA_TYPE
from services.policy.rota_calendar_reading import read_calendar
from services.policy.rota_reading import RotaReading
from services.policy.slot_times import instant_of
from services.runtime.actor import Actor

SHIFT_VERBS: Final = {
    "call-off": ("shift-call-off", "Take a turn back; it holds from the next send on."),
    "deputy": ("shift-deputy", "Put the rota's deputy into a turn, or what is left of it."),
}
SWAP_VERBS: Final = {
    "accept": "Say yes to a swap; with too little rest it waits for an officer.",
    "decline": "Say no to a swap; everybody keeps their own.",
    "withdraw": "Take back a swap that one asked for.",
}


def add_rota_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths about rotas and delegation."""
    _add_reading_paths(api, parts)
    _add_planning_paths(api, parts)
    _add_calendar_paths(api, parts)
    _add_swap_paths(api, parts)

    @api.post("/grants/{grant_id}/certify", responses=documented(CHANGING))
    def certify(grant_id: ItemId, body: CertifyBody, actor: Who, key: Key = None) -> GrantCertified:
        """Say that a standing grant is still needed; else it ends when it is due."""
        order = {**body.told(), "grant_id": grant_id}
        return GrantCertified.model_validate(_done(parts, "grant-certify", order, actor, key))


def _add_reading_paths(api: FastAPI, parts: ConsoleParts) -> None:
    @api.get("/rotas", responses=documented(READING))
    def rotas(actor: Who) -> Rotas:
        """List rotas, those that are open first."""
        del actor
        return Rotas.model_validate({"items": [told(row) for row in _reading(parts).rotas()]})

    @api.get("/rotas/coached", responses=documented(READING))
    def coached(actor: Who) -> CoachedActs:
        """List what those whom one coaches have drafted or asked for, newest first."""
        found = _reading(parts).drafts_coached_by(actor.person_id)
        return CoachedActs.model_validate({"items": [told(row) for row in found]})

    @api.get("/rotas/{rota_id}", responses=documented(READING))
    def rota(
        rota_id: ItemId, actor: Who, since: When | None = None, until: When | None = None
    ) -> RotaWhole:
        """Show a rota with its shifts and what is wrong: usually from now on for four weeks."""
        del actor
        reading = _reading(parts)
        times = [
            None if each is None else instant_of(each, parts.zone, reading.now_ms)
            for each in (since, until)
        ]
        return RotaWhole.model_validate(told(reading.one(rota_id, *times)))

    @api.get("/swaps", responses=documented(READING))
    def swaps(actor: Who) -> Swaps:
        """List the swaps that one asked for, or is asked for, and that are open."""
        found = _reading(parts).swaps_of(actor.person_id)
        return Swaps.model_validate({"items": [told(row) for row in found]})


def _add_planning_paths(api: FastAPI, parts: ConsoleParts) -> None:
    @api.post("/rotas", status_code=201, responses=documented(CHANGING))
    def make(body: RotaBody, actor: Who, response: Response, key: Key = None) -> RotaDone:
        """Have people speak as an account by turns."""
        order = _timed(body, body.zone or parts.zone, _reading(parts).now_ms)
        done = RotaDone.model_validate(_done(parts, "rota-make", order, actor, key))
        response.headers["Location"] = f"/api/v1/rotas/{done.rota_id}"
        return done

    @api.post("/rotas/{rota_id}/change", responses=documented(CHANGING))
    def change(rota_id: ItemId, body: RotaChangeBody, actor: Who, key: Key = None) -> RotaDone:
        """Change a rota's title, rest or deputy; what its shifts may do stays."""
        order = {**body.told(), "rota_id": rota_id}
        return RotaDone.model_validate(_done(parts, "rota-change", order, actor, key))

    @api.post("/rotas/{rota_id}/end", responses=documented(CHANGING))
    def end(rota_id: ItemId, body: WhyBody, actor: Who, key: Key = None) -> RotaDone:
        """End a rota with all its shifts; it holds from the next send on."""
        order = {**body.told(), "rota_id": rota_id}
        return RotaDone.model_validate(_done(parts, "rota-end", order, actor, key))

    @api.post("/rotas/{rota_id}/shifts", responses=documented(CHANGING))
    def plan(rota_id: ItemId, body: ShiftsBody, actor: Who, key: Key = None) -> ShiftsPlanned:
        """Plan turns, all or none; what is wrong with them is told."""
        reading = _reading(parts)
        zone = str(reading.one(rota_id)["zone"])
        shifts = [_timed(each, zone, reading.now_ms) for each in body.shifts]
        order = {"rota_id": rota_id, "shifts": shifts, "why": body.why}
        reply = _done(parts, "shift-plan", order, actor, key)
        return ShiftsPlanned.model_validate(told(reply))

    for name, (verb, sentence) in SHIFT_VERBS.items():
        _add_shift_path(api, parts, name, verb, sentence)


def _add_calendar_paths(api: FastAPI, parts: ConsoleParts) -> None:
    @api.get(
        "/rotas/{rota_id}/calendar",
        response_class=Response,
        responses={
            **documented(READING),
            200: {
                "description": "The calendar.",
                "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
            },
        },
    )
    def calendar(rota_id: ItemId, actor: Who, person: Login | None = None) -> Response:
        """Return a rota's shifts as iCalendar, or one person's of them."""
        del actor
        return Response(_reading(parts).calendar(rota_id, person), media_type=MEDIA_TYPE)

    @api.post("/rotas/{rota_id}/calendar", responses=documented(CHANGING))
    def take(rota_id: ItemId, body: CalendarBody, actor: Who, key: Key = None) -> CalendarTaken:
        """Plan, move and call off what a calendar says; what is not taken is told, each why."""
        reading = _reading(parts)
        rota = reading.one(rota_id)
        begin = max(int(rota["starts_at_ms"]), reading.now_ms)
        found = read_calendar(body.text, str(rota["zone"]), begin, int(rota["ends_at_ms"]))
        order = {
            "rota_id": rota_id,
            "events": [each.model_dump(mode="json") for each in found.events],
            "unread": sorted(found.unread),
            "faulty": len(found.faults),
            "replace": body.replace,
            "why": body.why,
        }
        reply = dict(_done(parts, "rota-import", order, actor, key))
        reply["faults"] = [*found.faults, *reply["faults"]]
        return CalendarTaken.model_validate(told(reply))


def _add_shift_path(api: FastAPI, parts: ConsoleParts, name: str, verb: str, sentence: str) -> None:
    def change_shift(shift_id: ItemId, body: WhyBody, actor: Who, key: Key = None) -> ShiftDone:
        order = {**body.told(), "shift_id": shift_id}
        return ShiftDone.model_validate(_done(parts, verb, order, actor, key))

    api.post(
        f"/shifts/{{shift_id}}/{name}",
        responses=documented(CHANGING),
        description=sentence,
        name=verb.replace("-", "_"),
    )(change_shift)


def _add_swap_paths(api: FastAPI, parts: ConsoleParts) -> None:
    @api.post("/swaps", status_code=201, responses=documented(CHANGING))
    def ask(body: SwapBody, actor: Who, key: Key = None) -> SwapDone:
        """Offer one's shift to somebody, for one of theirs or for nothing."""
        return SwapDone.model_validate(_done(parts, "swap-ask", body.told(), actor, key))

    @api.post("/swaps/{swap_id}/allow", responses=documented(CHANGING))
    def allow(swap_id: ItemId, body: WhyBody, actor: Who, key: Key = None) -> SwapDone:
        """Let two swap who agreed to it, although one of them has too little rest."""
        order = {**body.told(), "swap_id": swap_id}
        return SwapDone.model_validate(_done(parts, "swap-allow", order, actor, key))

    for name, sentence in SWAP_VERBS.items():
        _add_swap_path(api, parts, name, sentence)


def _add_swap_path(api: FastAPI, parts: ConsoleParts, name: str, sentence: str) -> None:
    def answer_swap(swap_id: ItemId, body: NoteBody, actor: Who, key: Key = None) -> SwapDone:
        order = {**body.told(), "swap_id": swap_id}
        return SwapDone.model_validate(_done(parts, f"swap-{name}", order, actor, key))

    api.post(
        f"/swaps/{{swap_id}}/{name}",
        responses=documented(CHANGING),
        description=sentence,
        name=f"swap_{name}",
    )(answer_swap)


def _reading(parts: ConsoleParts) -> RotaReading:
    """Return who reads rotas. Raises RetryLaterError where nobody speaks from here."""
    desk_of(parts)
    return RotaReading(parts.store, parts.now)


def _timed(body: Body, zone: str, now_ms: int) -> dict[str, Any]:
    """Return an order with its two times as instants."""
    order = body.told()
    return {
        **{name: value for name, value in order.items() if name not in ("starts", "ends")},
        "starts_at_ms": instant_of(str(order["starts"]), zone, now_ms),
        "ends_at_ms": instant_of(str(order["ends"]), zone, now_ms),
    }


def _done(
    parts: ConsoleParts, verb: str, order: Mapping[str, Any], actor: Actor, key: str | None
) -> Mapping[str, Any]:
    return desk_of(parts).carry_out(verb, order, actor, key=key)
