"""The HTTP app of a service without pages: health, readiness, metrics, and what it takes in."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, FastAPI, Response
from prometheus_client import CollectorRegistry

from services.console.parts import PartStatus
from services.console.problems import WAIT_SECONDS, problem
from services.console.traced_requests import UNTOLD, RequestTraces, TracedRequests
from services.console.watching import watching_routes

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def create_service_app(
    registry: CollectorRegistry,
    statuses: Callable[[], Sequence[PartStatus]],
    *,
    alive: Callable[[], bool] = lambda: True,
    routers: Sequence[APIRouter] = (),
    traces: RequestTraces | None = None,
) -> FastAPI:
    """Return the app; `routers` are the service's own paths, `traces` how these are traced."""
    app = FastAPI(
        title="Mercat",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        **UNTOLD,
    )
    app.include_router(watching_routes(registry, statuses, alive))
    for router in routers:
        app.include_router(router)
    if traces is not None:
        app.add_middleware(TracedRequests, traces=traces)
    return app


def create_starting_app(
    registry: CollectorRegistry, statuses: Callable[[], Sequence[PartStatus]]
) -> FastAPI:
    """Return what answers until a service does: health, and to all else that it comes soon.

    A path that is not there yet is no path that is not there: who sends posts would give up.
    """
    app = create_service_app(registry, statuses)

    @app.api_route("/{path:path}", methods=[*METHODS])
    def come_again(path: str) -> Response:
        return problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            f"/{path} is not open yet: {statuses()[0].sentence}; send the same again later",
            {"Retry-After": str(WAIT_SECONDS)},
        )

    return app
