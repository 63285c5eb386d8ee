"""The public pages of takeovers: which were and will be, and what came of one once published."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from services.console.api_slot_report import slot_reports_of
from services.console.house_pages import TEMPLATES
from services.console.parts import ConsoleParts
from services.console.problems import WAIT_SECONDS
from services.console.rules_page import count_words, day_words
from services.runtime.clock import from_epoch_ms
from services.runtime.errors import NotFoundError, RetryLaterError

KINDS: Final[Mapping[str, str]] = {
    "statement": "A post",
    "reply": "An answer",
    "repost": "A post passed on",
}


def takeovers_page_routes(parts: ConsoleParts) -> APIRouter:
    """Return the pages; whoever asks is not asked who they are."""
    router = APIRouter()
    zone = ZoneInfo(parts.zone)
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(["html"])
    )

    def day(at_ms: int) -> str:
        return day_words(from_epoch_ms(at_ms).astimezone(zone))

    def moment(at_ms: int) -> str:
        there = from_epoch_ms(at_ms).astimezone(zone)
        return f"{day_words(there)}, {there:%H:%M}"

    templates.filters |= {"day": day, "moment": moment, "count": count_words}

    def page(template: str, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> HTMLResponse:
        html = templates.get_template(template).render(
            body=parts.body_name, demonstration=parts.demonstration, kinds=KINDS, **values
        )
        later = {"Retry-After": str(WAIT_SECONDS)}
        late = status == HTTPStatus.SERVICE_UNAVAILABLE
        return HTMLResponse(html, status, later if late else None)

    def answered(template: str, ask: Callable[[], Any]) -> HTMLResponse:
        try:
            return page(template, told=ask())
        except NotFoundError as error:
            return page(template, HTTPStatus.NOT_FOUND, told=None, why=str(error))
        except RetryLaterError as error:
            return page(template, HTTPStatus.SERVICE_UNAVAILABLE, told=None, why=str(error))

    @router.get("/takeovers")
    def takeovers() -> HTMLResponse:
        return answered("takeovers.html", lambda: slot_reports_of(parts).in_public())

    @router.get("/takeovers/{takeover_id}")
    def takeover(takeover_id: str) -> HTMLResponse:
        return answered("takeover.html", lambda: slot_reports_of(parts).published(takeover_id[:64]))

    return router
