"""The paths by which other programs see whether all is well: health, readiness, metrics."""

from collections.abc import Callable, Sequence
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from services.console.health import readiness
from services.console.parts import PartStatus
from services.runtime.errors import RetryLaterError

UNAVAILABLE: Final = 503


def watching_routes(
    registry: CollectorRegistry,
    statuses: Callable[[], Sequence[PartStatus]],
    alive: Callable[[], bool] = lambda: True,
) -> APIRouter:
    """Return the routes. `alive` is False once only a new start can help: no event moves on."""
    router = APIRouter()

    @router.get("/healthz")
    def healthz() -> JSONResponse:
        lives = alive()
        return JSONResponse({"alive": lives}, status_code=200 if lives else UNAVAILABLE)

    @router.get("/readyz")
    def readyz() -> JSONResponse:
        try:
            parts = statuses()
        except RetryLaterError as error:
            parts = [_away(str(error))]
        ready, report = readiness(parts)
        return JSONResponse(report, status_code=200 if ready else UNAVAILABLE)

    @router.get("/metrics")
    def metrics(request: Request) -> Response:
        # Who asks for OpenMetrics is shown a trace beside each bucket; the series are the same.
        encoded, media_type = choose_encoder(", ".join(request.headers.getlist("accept")))
        return Response(encoded(registry), media_type=media_type)

    return router


def _away(sentence: str) -> PartStatus:
    """Return the state of a store that would not even say how the parts are."""
    return PartStatus(name="store", kind="store", working=False, needed=True, sentence=sentence)
