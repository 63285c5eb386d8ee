"""The public page of nominations: name somebody, take it back, and check a draw."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.concurrency import run_in_threadpool

from services.console.api_access import desk_of
from services.console.api_nomination import nominations_of
from services.console.buckets import Buckets
from services.console.house_pages import (
    SAME_ORIGIN,
    TEMPLATES,
    address_of,
    comes_from_our_page,
    form_of,
)
from services.console.live import day_time
from services.console.parts import ConsoleParts
from services.console.problems import WAIT_SECONDS, problem
from services.console.sign_in import network_of
from services.runtime.actor import ANYBODY
from services.runtime.clock import from_epoch_ms
from services.runtime.errors import MercatError, OverloadedError, RejectError, RetryLaterError

FORMS_AN_HOUR: Final = 12
ALL_FORMS_AN_HOUR: Final = 1_200
HOUR_SECONDS: Final = 3_600
ALL: Final = "all"
FIELDS: Final = ("round_id", "name", "contact", "words", "named_by")
NOT_OURS: Final = "send this from the form on our page itself"


class NominationsPage:
    """Makes the page, and takes what its two forms send, no faster than people would."""

    def __init__(self, parts: ConsoleParts) -> None:
        self._parts = parts
        self._zone = ZoneInfo(parts.zone)
        self._each = Buckets(FORMS_AN_HOUR / HOUR_SECONDS, FORMS_AN_HOUR)
        self._all = Buckets(ALL_FORMS_AN_HOUR / HOUR_SECONDS, ALL_FORMS_AN_HOUR)
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(["html"])
        )

    def shown(
        self,
        status: HTTPStatus = HTTPStatus.OK,
        *,
        said: Mapping[str, str] | None = None,
        refusal: str | None = None,
        done: Mapping[str, Any] | None = None,
    ) -> HTMLResponse:
        """Return the page; `said` and `refusal` are of a form that was not taken."""
        try:
            rounds = nominations_of(self._parts).in_public()
        except RetryLaterError as error:
            later = {"Retry-After": str(WAIT_SECONDS)}
            page = self._html([], said, str(error), done)
            return HTMLResponse(page, HTTPStatus.SERVICE_UNAVAILABLE, {**SAME_ORIGIN, **later})
        return HTMLResponse(self._html(rounds, said, refusal, done), status, SAME_ORIGIN)

    def nominate(self, form: Mapping[str, str], address: str) -> HTMLResponse:
        """Take a nomination, and show its receipt."""
        order = {name: form[name] for name in FIELDS if name in form}
        if order.get("named_by") not in ("self", "somebody-else"):
            order["named_by"] = "self"
        return self._taken("nominate", order, form, address)

    def take_back(self, form: Mapping[str, str], address: str) -> HTMLResponse:
        """Take a nomination back."""
        order = {"receipt": form.get("receipt", "").strip()}
        return self._taken("nomination-take-back", order, form, address)

    def _taken(
        self, verb: str, order: Mapping[str, Any], form: Mapping[str, str], address: str
    ) -> HTMLResponse:
        try:
            self._wait(address)
            done = desk_of(self._parts).carry_out(verb, order, ANYBODY)
        except OverloadedError as error:
            return self.shown(HTTPStatus.TOO_MANY_REQUESTS, said=form, refusal=str(error))
        except RejectError as error:
            return self.shown(HTTPStatus.UNPROCESSABLE_ENTITY, said=form, refusal=str(error))
        except MercatError as error:
            return self.shown(HTTPStatus.SERVICE_UNAVAILABLE, said=form, refusal=str(error))
        return self.shown(done=done)

    def _wait(self, address: str) -> None:
        now_seconds = self._parts.elapsed_seconds()
        wait_seconds = max(
            self._each.take(network_of(address), now_seconds), self._all.take(ALL, now_seconds)
        )
        if wait_seconds:
            raise OverloadedError(
                f"too many forms came from here; wait {wait_seconds / 60:.0f} minutes",
                wait_seconds=wait_seconds,
            )

    def _html(
        self,
        rounds: Any,
        said: Mapping[str, str] | None,
        refusal: str | None,
        done: Mapping[str, Any] | None,
    ) -> str:
        return self._templates.get_template("nominations.html").render(
            body=self._parts.body_name,
            demonstration=self._parts.demonstration,
            rounds=rounds,
            said=said or {},
            refusal=refusal,
            done=done,
            when=self._when,
        )

    def _when(self, at_ms: int) -> str:
        return day_time(self._moment(at_ms), self._zone)

    def _moment(self, at_ms: int) -> datetime:
        return from_epoch_ms(at_ms)


def nominations_page_routes(parts: ConsoleParts) -> APIRouter:
    """Return the page and where its forms go; whoever uses it is not asked who they are."""
    router = APIRouter()
    pages = NominationsPage(parts)

    @router.get("/nominations")
    def nominations() -> HTMLResponse:
        return pages.shown()

    @router.post("/nominations")
    async def nominate(request: Request) -> Response:
        form = await form_of(request)
        if form is None or not comes_from_our_page(request, needed=True):
            return problem(HTTPStatus.FORBIDDEN, NOT_OURS)
        return await run_in_threadpool(pages.nominate, form, address_of(request))

    @router.post("/nominations/taking-back")
    async def take_back(request: Request) -> Response:
        form = await form_of(request)
        if form is None or not comes_from_our_page(request, needed=True):
            return problem(HTTPStatus.FORBIDDEN, NOT_OURS)
        return await run_in_threadpool(pages.take_back, form, address_of(request))

    return router
