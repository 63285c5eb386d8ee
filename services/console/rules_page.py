"""The public page of the rules in force, and of what they stopped month by month."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from services.console.api_public_rules import public_rules_of
from services.console.house_pages import TEMPLATES
from services.console.parts import ConsoleParts
from services.console.problems import WAIT_SECONDS
from services.runtime.clock import from_epoch_ms
from services.runtime.errors import RetryLaterError

MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def rules_page_routes(parts: ConsoleParts) -> APIRouter:
    """Return the page; whoever asks is not asked who they are."""
    router = APIRouter()
    zone = ZoneInfo(parts.zone)
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(["html"])
    )
    templates.filters |= {"month": month_name, "count": count_words}

    @router.get("/rules")
    def rules() -> HTMLResponse:
        try:
            told = public_rules_of(parts).told()
        except RetryLaterError as error:
            page = _page(parts, templates, told=None, why=str(error))
            later = {"Retry-After": str(WAIT_SECONDS)}
            return HTMLResponse(page, HTTPStatus.SERVICE_UNAVAILABLE, later)
        since = from_epoch_ms(told["since_at_ms"]).astimezone(zone)
        counted = told["counted_at"].astimezone(zone)
        shown = {"since": since, "since_words": day_words(since), "counted": counted}
        return HTMLResponse(_page(parts, templates, told=told, **shown))

    return router


def month_name(month: str) -> str:
    """Return a month in words: `November 2026`."""
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def day_words(moment: datetime) -> str:
    """Return a day in words: `5 November 2026`."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def count_words(count: int | None, fewer_than: int) -> str:
    """Return a count as the page shows it; None is one that is too small to be told."""
    if count is None:
        return f"fewer than {fewer_than}"
    return f"{count:,}" if count else "none"


def _page(parts: ConsoleParts, templates: Environment, **values: Any) -> str:
    shown: Mapping[str, Any] = {
        "body": parts.body_name,
        "zone": parts.zone.replace("_", " "),
        "demonstration": parts.demonstration,
        "house": None if parts.house is None else parts.house.title,
        **values,
    }
    return templates.get_template("rules.html").render(shown)
