"""Posting on the house platform as JSON, for programs of people who take part."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from services.console.house_pages import address_of, comes_from_our_page
from services.console.house_place import HousePlace, Postbox
from services.console.parts import ConsoleParts
from services.console.problems import problem, problem_of
from services.house.rules import KEY_LENGTH_MAX, tidied
from services.house.threads import NAME_LENGTH_MAX, TEXT_LENGTH_MAX, Done, HouseAct
from services.runtime.errors import MercatError, OverloadedError

_GIVEN: Final = ConfigDict(frozen=True, extra="forbid")
Name = Annotated[str, Field(min_length=1, max_length=NAME_LENGTH_MAX)]
Text = Annotated[str, Field(min_length=1, max_length=TEXT_LENGTH_MAX)]
PostId = Annotated[str, Field(min_length=1, max_length=64)]
Key = Annotated[str | None, Header(max_length=KEY_LENGTH_MAX)]


class NewPost(BaseModel):
    """A post under a name; with `parent_id` an answer."""

    model_config = _GIVEN

    name: Name
    text: Text
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] | None = None
    parent_id: PostId | None = None


class ChangedPost(BaseModel):
    """What a post is to say from now on; the name is the one it was posted under."""

    model_config = _GIVEN

    name: Name
    text: Text


def house_posting_routes(parts: ConsoleParts, place: HousePlace, postbox: Postbox) -> APIRouter:
    """Return the routes that post, edit and take back; 403 where posting is not open."""
    router = APIRouter(prefix="/house/api")

    def carry_out(
        request: Request,
        name: str,
        act: HouseAct,
        key: str | None,
        answer: Callable[[Done], Response],
    ) -> Response:
        # A page elsewhere cannot send JSON here unasked; one that got round that would say so.
        if not comes_from_our_page(request, needed=False):
            return problem(HTTPStatus.FORBIDDEN, "another site's page cannot post here")
        try:
            done = postbox.take(
                name,
                act,
                address=address_of(request),
                elapsed_seconds=parts.elapsed_seconds(),
                key=key,
            )
        except OverloadedError as error:
            wait_seconds = str(max(1, round(error.wait_seconds or 1)))
            return problem(HTTPStatus.TOO_MANY_REQUESTS, str(error), {"Retry-After": wait_seconds})
        except MercatError as error:
            return problem_of(error, on_version=False)
        return answer(done)

    @router.post("/posts")
    def post(request: Request, new: NewPost, idempotency_key: Key = None) -> Response:
        act = HouseAct(
            kind="reply" if new.parent_id else "statement",
            text=tidied(new.text),
            language=new.language,
            target=new.parent_id,
        )
        return carry_out(request, new.name, act, idempotency_key, made)

    @router.patch("/posts/{post_id}")
    def edit(request: Request, post_id: PostId, changed: ChangedPost) -> Response:
        act = HouseAct(kind="edit", text=tidied(changed.text), target=post_id)
        return carry_out(request, changed.name, act, None, gone_through)

    @router.delete("/posts/{post_id}")
    def delete(request: Request, post_id: PostId, name: Annotated[Name, Query()]) -> Response:
        act = HouseAct(kind="delete", target=post_id)
        return carry_out(request, name, act, None, gone_through)

    def made(done: Done) -> Response:
        link = f"{place.address or ''}/house/threads/{done.thread_id}#post-{done.remote_id}"
        content = {"id": done.remote_id, "thread_id": done.thread_id, "link": link}
        return JSONResponse(content, status_code=HTTPStatus.CREATED, headers={"Location": link})

    def gone_through(done: Done) -> Response:
        del done
        return Response(status_code=HTTPStatus.NO_CONTENT)

    return router
