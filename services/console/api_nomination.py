"""The API's paths about nominations: rounds, who is named in them, and draws anybody can check."""

from typing import Final

from fastapi import FastAPI, Response

from services.console.api_access import ItemId, Key, Who, desk_of
from services.console.api_bodies import WhyBody
from services.console.api_documents import CHANGING, READING, documented
from services.console.api_nomination_shapes import (
    AnswerOfDrawnBody,
    ChooseBody,
    DrawBody,
    FixListBody,
    NominateBody,
    NominationDone,
    NominationMade,
    NominationTakenBack,
    OpenRoundBody,
    RoundDone,
    Rounds,
    RoundsInPublic,
    RoundWhole,
    TakeBackBody,
)
from services.console.api_public_rules import OPEN
from services.console.api_rows import told
from services.console.api_takeovers import takeovers_of
from services.console.parts import ConsoleParts, NominationsDesk
from services.policy.slot_times import slot_of
from services.runtime.errors import NotAllowedError, RetryLaterError

PLACE: Final = "/nominations/rounds"


def add_nomination_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths about nominations."""
    _add_reading_paths(api, parts)
    _add_round_paths(api, parts)
    _add_deciding_paths(api, parts)


def nominations_of(parts: ConsoleParts) -> NominationsDesk:
    """Return who reads nominations. Raises RetryLaterError where this installation has nobody."""
    if parts.nominations is None:
        raise RetryLaterError("This Mercat only listens now; nobody speaks from it.")
    return parts.nominations


def _add_reading_paths(api: FastAPI, parts: ConsoleParts) -> None:
    @api.get("/nominations/public", responses=documented(OPEN))
    def in_public() -> RoundsInPublic:
        """Show anybody the latest rounds, and what their draws can be worked out from."""
        items = [told(each) for each in nominations_of(parts).in_public()]
        return RoundsInPublic.model_validate({"items": items})

    @api.get(PLACE, responses=documented(READING))
    def rounds(actor: Who) -> Rounds:
        """List rounds, the latest first."""
        del actor
        items = [told(each) for each in nominations_of(parts).rounds()]
        return Rounds.model_validate({"items": items})

    @api.get(f"{PLACE}/{{round_id}}", responses=documented(READING))
    def one_round(round_id: ItemId, actor: Who) -> RoundWhole:
        """Show a round with all who are named in it; governance alone may know who they are."""
        if "governance" not in actor.roles:
            raise NotAllowedError("Who is named is for governance officers alone.")
        found = nominations_of(parts).round(round_id)
        named = [told(each) for each in found["nominations"]]
        return RoundWhole.model_validate({**told(found), "nominations": named})


def _add_round_paths(api: FastAPI, parts: ConsoleParts) -> None:
    @api.post(PLACE, status_code=201, responses=documented(CHANGING))
    def open_round(
        body: OpenRoundBody, actor: Who, response: Response, key: Key = None
    ) -> RoundDone:
        """Have citizens name who shall speak as an account."""
        desk = takeovers_of(parts)
        slot = slot_of("now", desk.zone, desk.now_ms, ends=body.closes, days=body.days)
        named = body.model_dump(mode="json", exclude={"closes", "days"})
        order = {**named, "closes_at_ms": slot.ends_at_ms}
        reply = desk_of(parts).carry_out("nomination-open", order, actor, key=key)
        response.headers["Location"] = f"/api/v1{PLACE}/{reply['round_id']}"
        return RoundDone.model_validate(reply)

    @api.post(f"{PLACE}/{{round_id}}/close", responses=documented(CHANGING))
    def close(round_id: ItemId, body: WhyBody, actor: Who, key: Key = None) -> RoundDone:
        """Take no more names before the round's time."""
        order = {**body.told(), "round_id": round_id}
        reply = desk_of(parts).carry_out("nomination-close", order, actor, key=key)
        return RoundDone.model_validate(reply)

    @api.post(f"{PLACE}/{{round_id}}/list", responses=documented(CHANGING))
    def fix_list(round_id: ItemId, body: FixListBody, actor: Who, key: Key = None) -> RoundDone:
        """Fix the list of a round that has closed."""
        order = {**body.told(), "round_id": round_id}
        reply = desk_of(parts).carry_out("nomination-fix-list", order, actor, key=key)
        return RoundDone.model_validate(reply)

    @api.post(f"{PLACE}/{{round_id}}/draw", responses=documented(CHANGING))
    def draw(round_id: ItemId, body: DrawBody, actor: Who, key: Key = None) -> RoundDone:
        """Draw the order in which those on the list are asked; never by who fixed the list."""
        order = {**body.told(), "round_id": round_id}
        reply = desk_of(parts).carry_out("nomination-draw", order, actor, key=key)
        return RoundDone.model_validate(reply)

    @api.post(f"{PLACE}/{{round_id}}/answers", responses=documented(CHANGING))
    def answer(round_id: ItemId, body: AnswerOfDrawnBody, actor: Who, key: Key = None) -> RoundDone:
        """Keep what the next one in the order drawn said."""
        order = {**body.told(), "round_id": round_id}
        reply = desk_of(parts).carry_out("nomination-answer", order, actor, key=key)
        return RoundDone.model_validate(reply)

    @api.post(f"{PLACE}/{{round_id}}/end", responses=documented(CHANGING))
    def end(round_id: ItemId, body: WhyBody, actor: Who, key: Key = None) -> RoundDone:
        """End a round without anybody, and forget who was named."""
        order = {**body.told(), "round_id": round_id}
        reply = desk_of(parts).carry_out("nomination-end", order, actor, key=key)
        return RoundDone.model_validate(reply)


def _add_deciding_paths(api: FastAPI, parts: ConsoleParts) -> None:
    @api.post(f"{PLACE}/{{round_id}}/nominations", status_code=201, responses=documented(CHANGING))
    def nominate(
        round_id: ItemId, body: NominateBody, actor: Who, key: Key = None
    ) -> NominationMade:
        """Take in a nomination that came by telephone or on paper."""
        order = {"named_by": "staff", **body.told(), "round_id": round_id}
        reply = desk_of(parts).carry_out("nominate", order, actor, key=key)
        return NominationMade.model_validate(reply)

    @api.post("/nominations/{nomination_id}/choice", responses=documented(CHANGING))
    def choose(
        nomination_id: ItemId, body: ChooseBody, actor: Who, key: Key = None
    ) -> NominationDone:
        """Put somebody on the list."""
        order = {**body.told(), "nomination_id": nomination_id}
        reply = desk_of(parts).carry_out("nomination-choose", order, actor, key=key)
        return NominationDone.model_validate(reply)

    @api.post("/nominations/{nomination_id}/setting-aside", responses=documented(CHANGING))
    def set_aside(
        nomination_id: ItemId, body: WhyBody, actor: Who, key: Key = None
    ) -> NominationDone:
        """Leave somebody off the list, and say why."""
        order = {**body.told(), "nomination_id": nomination_id}
        reply = desk_of(parts).carry_out("nomination-set-aside", order, actor, key=key)
        return NominationDone.model_validate(reply)

    @api.post("/nominations/taking-back", responses=documented(CHANGING))
    def take_back(body: TakeBackBody, actor: Who, key: Key = None) -> NominationTakenBack:
        """Take a nomination back by its receipt."""
        reply = desk_of(parts).carry_out("nomination-take-back", body.told(), actor, key=key)
        return NominationTakenBack.model_validate(reply)
