"""The console's HTTP app: the front page, what lives on it, health, metrics, webhooks, control."""

from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Query, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.exceptions import HTTPException
from starlette.middleware.base import RequestResponseEndpoint

from schemas.topics import POSTS_ROUTED
from services.console.accounts_page import accounts_page_routes
from services.console.api import create_api, no_such_api
from services.console.control import control_routes
from services.console.health import readiness
from services.console.house_pages import house_routes
from services.console.house_place import Postbox
from services.console.house_posting import house_posting_routes
from services.console.http_webhook import webhook_routes
from services.console.live import PLACE_LENGTH_MAX, PLACE_PATTERN, live_items, speaking_now
from services.console.nominations_page import nominations_page_routes
from services.console.parts import ConsoleParts
from services.console.rules_page import rules_page_routes
from services.console.sign_in_page import sign_in_routes
from services.console.takeovers_page import takeovers_page_routes
from services.console.traced_requests import (
    TRACE_ID_BYTES,
    UNTOLD,
    RequestTraces,
    TracedRequests,
)
from services.console.watching import watching_routes
from services.runtime.clock import to_epoch_ms

Place = Annotated[str | None, Query(pattern=PLACE_PATTERN, max_length=PLACE_LENGTH_MAX)]
HERE: Final = Path(__file__).parent
ASSETS: Final = {
    "front.css": "text/css",
    "front.js": "text/javascript",
    "house.css": "text/css",
    "rules.css": "text/css",
    "sign_in.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def create_app(parts: ConsoleParts) -> FastAPI:
    """Return the app over its parts; it holds no state of its own."""
    app = FastAPI(
        title="Mercat",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        **UNTOLD,
    )
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=select_autoescape(["html"])
    )
    zone = ZoneInfo(parts.zone)

    @app.middleware("http")
    async def guard(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        if request.url.path.startswith("/api/"):
            response.headers["Cache-Control"] = "no-store"
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    app.add_middleware(TracedRequests, traces=_traces(parts))

    @app.get("/")
    def front() -> HTMLResponse:
        page = templates.get_template("front.html").render(
            body=parts.body_name,
            demonstration=parts.demonstration,
            teams=parts.teams,
            house=None if parts.house is None else parts.house.title,
            rules=parts.public_rules is not None,
        )
        return HTMLResponse(page)

    @app.get("/assets/{name}")
    def asset(name: str) -> Response:
        if name not in ASSETS:
            return Response("There is no such file.", status_code=404)
        return FileResponse(HERE / "assets" / name, media_type=ASSETS[name])

    @app.get("/live.json")
    def live(after: Place = None) -> dict[str, Any]:
        items, end = live_items(parts.event_log, POSTS_ROUTED.name, after, zone)
        return {
            "items": items,
            "next": end,
            "teams": parts.store.select("open_cases_by_team", (to_epoch_ms(parts.now()),)),
            "parts": readiness(parts.statuses())[1]["parts"],
            "speaking": None if parts.desk is None else speaking_now(parts.store),
        }

    app.include_router(watching_routes(parts.registry, parts.statuses))
    app.include_router(webhook_routes(parts))
    app.include_router(control_routes(parts))
    app.include_router(rules_page_routes(parts))
    app.include_router(nominations_page_routes(parts))
    app.include_router(sign_in_routes(parts))
    app.include_router(accounts_page_routes(parts))
    app.include_router(takeovers_page_routes(parts))
    if parts.house is not None:
        postbox = Postbox(parts.house)
        app.include_router(house_routes(parts, parts.house, postbox))
        app.include_router(house_posting_routes(parts, parts.house, postbox))
    app.mount("/api/v1", create_api(parts))
    app.add_exception_handler(HTTPException, _not_there)
    return app


def _traces(parts: ConsoleParts) -> RequestTraces:
    return RequestTraces(
        fresh_id=partial(token_hex, TRACE_ID_BYTES),
        elapsed_seconds=parts.elapsed_seconds,
        tracing=parts.tracing,
    )


async def _not_there(request: Request, error: Exception) -> Response:
    """Answer for a path that there is not: to programs as all their errors are told."""
    assert isinstance(error, HTTPException)
    path = request.url.path
    if path == "/api" or path.startswith("/api/"):
        return no_such_api(request)
    return await http_exception_handler(request, error)
