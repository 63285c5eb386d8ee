"""The API's paths about corrections: put right what went out, step by step."""

from typing import Any, Final

from fastapi import FastAPI, Response

from services.console.api_access import ItemId, Key, Who, desk_of
from services.console.api_bodies import Body, WhyBody
from services.console.api_correction_shapes import (
    ChoiceBody,
    CorrectionDone,
    CorrectionDraftBody,
    CorrectionDrafted,
    Corrections,
    CorrectionWhole,
    TellBody,
)
from services.console.api_documents import CHANGING, READING, documented
from services.console.api_rows import act_told, told
from services.console.parts import ConsoleParts, CorrectionsDesk
from services.policy.correction import CorrectionState
from services.policy.correction_orders import OpenCorrection
from services.runtime.actor import Actor
from services.runtime.errors import RetryLaterError

PLACE: Final = "/corrections"


def add_correction_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths about corrections."""
    _add_reading_paths(api, parts)
    _add_changing_paths(api, parts)


def corrections_of(parts: ConsoleParts) -> CorrectionsDesk:
    """Return who reads corrections. Raises RetryLaterError where this installation has nobody."""
    if parts.corrections is None:
        raise RetryLaterError("This Mercat only listens now; nobody speaks from it.")
    return parts.corrections


def _add_reading_paths(api: FastAPI, parts: ConsoleParts) -> None:
    @api.get(PLACE, responses=documented(READING))
    def corrections(actor: Who, state: CorrectionState = "open") -> Corrections:
        """List corrections in a state, the latest first."""
        del actor
        items = [told(each) for each in corrections_of(parts).in_state(state)]
        return Corrections.model_validate({"items": items})

    @api.get(f"{PLACE}/{{correction_id}}", responses=documented(READING))
    def correction(correction_id: ItemId, actor: Who) -> CorrectionWhole:
        """Show a correction: its acts, who was told, and what is left to do."""
        del actor
        return CorrectionWhole.model_validate(told(corrections_of(parts).one(correction_id)))


def _add_changing_paths(api: FastAPI, parts: ConsoleParts) -> None:
    @api.post(PLACE, status_code=201, responses=documented(CHANGING))
    def open_correction(
        body: OpenCorrection, actor: Who, response: Response, key: Key = None
    ) -> CorrectionDone:
        """Say what is wrong with something that went out."""
        order = body.model_dump(mode="json")
        done = CorrectionDone.model_validate(
            desk_of(parts).carry_out("correction-open", order, actor, key=key)
        )
        response.headers["Location"] = f"/api/v1{PLACE}/{done.correction_id}"
        return done

    @api.post(f"{PLACE}/{{correction_id}}/choice", responses=documented(CHANGING))
    def choose(
        correction_id: ItemId, body: ChoiceBody, actor: Who, key: Key = None
    ) -> CorrectionDone:
        """Decide whether it stays with a note under it, or is deleted; never by its author."""
        return _moved(parts, "choose", correction_id, body, actor, key)

    @api.post(f"{PLACE}/{{correction_id}}/drafts", status_code=201, responses=documented(CHANGING))
    def draft(
        correction_id: ItemId, body: CorrectionDraftBody, actor: Who, key: Key = None
    ) -> CorrectionDrafted:
        """Draft one of the acts that put it right, with the rules' advice on it."""
        order = {**body.told(), "correction_id": correction_id}
        reply = desk_of(parts).carry_out("correction-draft", order, actor, key=key)
        return CorrectionDrafted.model_validate(act_told(parts.store, reply))

    @api.post(f"{PLACE}/{{correction_id}}/no-apology", responses=documented(CHANGING))
    def no_apology(
        correction_id: ItemId, body: WhyBody, actor: Who, key: Key = None
    ) -> CorrectionDone:
        """Say why no apology is due."""
        return _moved(parts, "no-apology", correction_id, body, actor, key)

    @api.post(f"{PLACE}/{{correction_id}}/notices", responses=documented(CHANGING))
    def tell(correction_id: ItemId, body: TellBody, actor: Who, key: Key = None) -> CorrectionDone:
        """Keep who was told, and by which way."""
        return _moved(parts, "tell", correction_id, body, actor, key)

    @api.post(f"{PLACE}/{{correction_id}}/close", responses=documented(CHANGING))
    def close(correction_id: ItemId, body: WhyBody, actor: Who, key: Key = None) -> CorrectionDone:
        """Close a correction of which nothing is left to do."""
        return _moved(parts, "close", correction_id, body, actor, key)


def _moved(
    parts: ConsoleParts, verb: str, correction_id: str, body: Body, actor: Actor, key: str | None
) -> CorrectionDone:
    order: dict[str, Any] = {**body.told(), "correction_id": correction_id}
    reply = desk_of(parts).carry_out(f"correction-{verb}", order, actor, key=key)
    return CorrectionDone.model_validate(reply)
