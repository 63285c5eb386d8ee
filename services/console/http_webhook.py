"""Where other systems send posts: answered 2xx only once the delivery is on disk."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, Protocol

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from services.console.parts import Door, WebhookIntake
from services.console.problems import problem
from services.ingest.door_stage import intake_of_item
from services.ingest.sighting import Refused
from services.ingest.webhook import BODY_BYTES_MAX, Delivery, Refusal, is_repeat, receive
from services.runtime.errors import RetryLaterError
from services.runtime.ports import StateReader

RETRY_AFTER_SECONDS: Final = 5
UNAVAILABLE: Final = 503
NOT_FOUND: Final = 404
TOO_LARGE: Final = 413
ACCEPTED: Final = 202

log = structlog.get_logger(__name__)


class WebhookParts(Protocol):
    """What taking deliveries in stands on; the console's parts have it, and more."""

    @property
    def webhooks(self) -> Mapping[str, WebhookIntake]:
        """Return the webhook sources by name."""
        ...

    @property
    def door(self) -> Door:
        """Return where deliveries are handed in."""
        ...

    @property
    def store(self) -> StateReader:
        """Return the state, which knows the deliveries that were taken in."""
        ...

    @property
    def now(self) -> Callable[[], datetime]:
        """Return what tells the present moment."""
        ...


def webhook_routes(parts: WebhookParts) -> APIRouter:
    """Return the route that takes signed deliveries for the webhook sources in the settings."""
    router = APIRouter(prefix="/webhooks")
    waiting: dict[str, asyncio.Future[None]] = {}

    @router.post("/{name}")
    async def deliver(name: str, request: Request) -> Response:
        intake = parts.webhooks.get(name)
        if intake is None:
            return _answer(NOT_FOUND, f"there is no webhook source {name!r} in the settings")
        body = await _body(request)
        if body is None:
            return _answer(TOO_LARGE, f"the body is over {BODY_BYTES_MAX:,} bytes")
        received = receive(
            name, request.headers, body, intake.secrets, parts.now(), channel=intake.channel
        )
        if isinstance(received, Refusal):
            log.info("webhook refused", source=name, status=received.status)
            return _answer(received.status, received.detail)
        while received.key.id in waiting:
            await waiting[received.key.id]
        return await _take_in(parts, intake, received, waiting)

    return router


async def _take_in(
    parts: WebhookParts,
    intake: WebhookIntake,
    delivery: Delivery,
    waiting: dict[str, "asyncio.Future[None]"],
) -> Response:
    """Hand a delivery in, once for each id even where two calls with one id cross."""
    row = parts.store.fetch([delivery.key])[delivery.key]
    if is_repeat(row, parts.now()):
        return JSONResponse({"accepted": 0, "repeat": True}, status_code=ACCEPTED)
    turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    waiting[delivery.key.id] = turn
    try:
        intakes = [intake_of_item(intake.name, item) for item in delivery.items]
        await asyncio.wrap_future(parts.door.deliver(intakes, {delivery.key: delivery.row}))
    except RetryLaterError as error:
        return _answer(UNAVAILABLE, f"{error}; send the same call again")
    finally:
        waiting.pop(delivery.key.id, None)
        turn.set_result(None)
    refused = sum(isinstance(item, Refused) for item in delivery.items)
    return JSONResponse(
        {"accepted": len(delivery.items) - refused, "refused": refused}, status_code=ACCEPTED
    )


async def _body(request: Request) -> bytes | None:
    """Return the raw bytes, or None once they are more than a delivery may have."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > BODY_BYTES_MAX:
            return None
    return bytes(body)


def _answer(status: int, detail: str) -> Response:
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status == UNAVAILABLE else None
    return problem(status, detail, headers)
