"""The public page of accounts: which are really the body's, and who speaks as them just now."""

from http import HTTPStatus
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from services.console.api_register import register_of
from services.console.house_pages import TEMPLATES
from services.console.parts import ConsoleParts
from services.console.problems import WAIT_SECONDS
from services.console.rules_page import day_words
from services.policy.account_lookup import ASKED_LENGTH_MAX, LookedUp
from services.runtime.clock import from_epoch_ms
from services.runtime.errors import RetryLaterError

LONGER_MAX: Final = 4_000
"""More is taken than is looked at, so that whoever pastes too much is answered all the same."""


def accounts_page_routes(parts: ConsoleParts) -> APIRouter:
    """Return the page; whoever asks is not asked who they are."""
    router = APIRouter()
    zone = ZoneInfo(parts.zone)
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(["html"])
    )

    def until(at_ms: int) -> str:
        there = from_epoch_ms(at_ms).astimezone(zone)
        return f"{day_words(there)}, {there:%H:%M}"

    def page(**values: Any) -> str:
        return templates.get_template("accounts.html").render(
            body=parts.body_name,
            demonstration=parts.demonstration,
            until=until,
            length_max=ASKED_LENGTH_MAX,
            **values,
        )

    @router.get("/accounts")
    def accounts(
        asked: Annotated[str, Query(alias="is", max_length=LONGER_MAX)] = "",
    ) -> HTMLResponse:
        asked = asked[:ASKED_LENGTH_MAX]
        try:
            told = register_of(parts).in_public()
            found: LookedUp | None = register_of(parts).looked_up(asked) if asked else None
        except RetryLaterError as error:
            later = {"Retry-After": str(WAIT_SECONDS)}
            html = page(told=None, why=str(error), asked="", found=None)
            return HTMLResponse(html, HTTPStatus.SERVICE_UNAVAILABLE, later)
        return HTMLResponse(page(told=told, asked=asked, found=found))

    return router
