"""The API's paths about acts: draft, edit, propose, approve, withdraw, settle, and advice."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import FastAPI, Query, Response

from services.console.api_access import (
    ActReader,
    ItemId,
    Key,
    Who,
    desk_of,
    reads_own_only,
)
from services.console.api_bodies import ApproveBody, EditBody, NoteBody, SettleBody, WhyBody
from services.console.api_documents import CHANGING, READING, VERSIONED, documented
from services.console.api_rows import act_told
from services.console.api_shapes import ActShown, AdviceShown, DraftShown, Page
from services.console.cursors import ITEMS_USUAL, Cursor, Limit, next_link, place_in
from services.console.parts import ConsoleParts
from services.console.repeats import Repeats
from services.console.versions import ETAG, IfMatch, etag_of, version_in
from services.policy.act import ActState
from services.policy.orders import AskAdvice, DraftAct
from services.runtime.errors import NotAllowedError, RetryLaterError, VersionConflictError

CaseFilter = Annotated[str | None, Query(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


def add_act_reading_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths that show acts, and that have a text judged without keeping it."""

    @api.get("/acts", responses=documented(READING))
    def acts(
        reader: ActReader,
        state: ActState | None = None,
        case_id: CaseFilter = None,
        limit: Limit = ITEMS_USUAL,
        cursor: Cursor = None,
    ) -> Page[ActShown]:
        """List acts, oldest first, of one state or one case if named."""
        what: dict[str, str | None] = {"state": state, "case_id": case_id}
        (after,) = place_in(cursor, what, ("",))
        # Of one case, the state is looked at here: a page of it may then be short, never wrong.
        asked = None if case_id is not None else state
        found = desk_of(parts).acts(
            state=asked, case_id=case_id, after=str(after) or None, limit=limit + 1
        )
        shown = [
            act
            for act in found[:limit]
            if state in (None, act["state"])
            and (not reads_own_only(reader) or act["author"] == reader.login)
        ]
        link = None
        if len(found) > limit:
            link = next_link("/api/v1/acts", what, limit, (str(found[limit - 1]["id"]),))
        return Page(items=[ActShown.model_validate(act) for act in shown], next=link)

    @api.get("/acts/{act_id}", responses=documented(READING, etag=True))
    def act(act_id: ItemId, reader: ActReader, response: Response) -> ActShown:
        """Show an act: its words, what policy says, who agreed, and what became of it."""
        found = desk_of(parts).act(act_id)
        if reads_own_only(reader) and found["author"] != reader.login:
            raise NotAllowedError("This act is somebody else's; curators see their own.")
        return _shown(act_told(parts.store, found), response)

    @api.post("/advice", responses=documented(CHANGING))
    def advice(body: AskAdvice, actor: Who, key: Key = None) -> AdviceShown:
        """Have a text judged; nothing is kept or asked of anybody."""
        reply = desk_of(parts).carry_out("advise", _said(body), actor, key=key)
        return AdviceShown.model_validate(reply)


def add_act_writing_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths by which an act is written and asked for."""

    @api.post("/acts", status_code=201, responses=documented(CHANGING, etag=True, ok=201))
    def draft(body: DraftAct, actor: Who, response: Response, key: Key = None) -> DraftShown:
        """Keep a draft, and say what policy advises on it."""
        reply = desk_of(parts).carry_out("draft", _said(body), actor, key=key)
        shown = DraftShown.model_validate(act_told(parts.store, reply))
        response.headers[ETAG] = etag_of(shown.version)
        response.headers["Location"] = f"/api/v1/acts/{shown.id}"
        return shown

    @api.put("/acts/{act_id}", responses=documented(VERSIONED, etag=True))
    def edit(
        act_id: ItemId,
        body: EditBody,
        actor: Who,
        if_match: IfMatch,
        response: Response,
        key: Key = None,
    ) -> ActShown:
        """Write an act anew; what was approved of the old wording is void."""
        arguments = {**body.told(), "act_id": act_id, "version": version_in(if_match)}
        reply = desk_of(parts).carry_out("edit", arguments, actor, key=key)
        return _shown(act_told(parts.store, reply), response)

    @api.post("/acts/{act_id}/propose", responses=documented(VERSIONED, etag=True))
    def propose(
        act_id: ItemId,
        actor: Who,
        if_match: IfMatch,
        response: Response,
        body: NoteBody | None = None,
        key: Key = None,
    ) -> ActShown:
        """Ask for an act to be carried out: policy allows it, holds it for people, or denies it."""
        noted = {} if body is None else body.told()
        arguments = {**noted, "act_id": act_id, "version": version_in(if_match)}
        reply = desk_of(parts).carry_out("propose", arguments, actor, key=key)
        return _shown(act_told(parts.store, reply), response)


def add_act_deciding_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths by which people agree to an act, take it back, or settle its sending."""
    repeats = Repeats()

    @api.post("/acts/{act_id}/approve", responses=documented(VERSIONED, etag=True))
    def approve(
        act_id: ItemId,
        body: ApproveBody,
        actor: Who,
        if_match: IfMatch,
        response: Response,
        key: Key = None,
    ) -> ActShown:
        """Consent to exactly what a digest names; the author cannot."""
        arguments = {**body.told(), "act_id": act_id, "version": version_in(if_match)}
        reply = desk_of(parts).carry_out("approve", arguments, actor, key=key)
        return _shown(act_told(parts.store, reply), response)

    @api.post("/acts/{act_id}/withdraw", responses=documented(VERSIONED, etag=True))
    def withdraw(
        act_id: ItemId,
        body: WhyBody,
        actor: Who,
        if_match: IfMatch,
        response: Response,
        key: Key = None,
    ) -> ActShown:
        """Take an act back before it is on its way."""
        arguments = {**body.told(), "act_id": act_id, "version": version_in(if_match)}
        reply = desk_of(parts).carry_out("withdraw", arguments, actor, key=key)
        return _shown(act_told(parts.store, reply), response)

    @api.post("/acts/{act_id}/settle", responses=documented(VERSIONED, etag=True))
    def settle(
        act_id: ItemId,
        body: SettleBody,
        actor: Who,
        if_match: IfMatch,
        response: Response,
        key: Key = None,
    ) -> ActShown:
        """Put down whether an act reached its platform, where nothing but a person can tell."""
        settling = parts.settle
        if settling is None:
            raise RetryLaterError("This Mercat only listens now; it has nothing to settle.")
        request = {"settle": act_id, **body.told()}

        def once() -> Mapping[str, Any]:
            found = desk_of(parts).act(act_id)
            if found["version"] != version_in(if_match):
                raise VersionConflictError(
                    "Somebody changed this act since you read it; read it again first."
                )
            return settling(act_id, body.told(), actor)

        reply = repeats.once(actor.person_id, key, request, once)
        found = desk_of(parts).act(act_id)
        return _shown(act_told(parts.store, {**found, "sentence": reply["sentence"]}), response)


def _shown(act: Mapping[str, Any], response: Response) -> ActShown:
    shown = ActShown.model_validate(act)
    response.headers[ETAG] = etag_of(shown.version)
    return shown


def _said(body: DraftAct | AskAdvice) -> dict[str, Any]:
    return body.model_dump(mode="json", exclude_unset=True)
