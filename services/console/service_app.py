"""The HTTP app of a service without pages: health, readiness, metrics, and what it takes in."""

from collections.abc import Callable, Sequence

from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry

from services.console.parts import PartStatus
from services.console.watching import watching_routes


def create_service_app(
    registry: CollectorRegistry,
    statuses: Callable[[], Sequence[PartStatus]],
    *,
    alive: Callable[[], bool] = lambda: True,
    routers: Sequence[APIRouter] = (),
) -> FastAPI:
    """Return the app; `routers` are the service's own paths."""
    app = FastAPI(
        title="Mercat", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False
    )
    app.include_router(watching_routes(registry, statuses, alive))
    for router in routers:
        app.include_router(router)
    return app
