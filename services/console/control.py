"""The door for the command line: verbs that change something, over loopback, with a token."""

import hmac
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from services.console.parts import ConsoleParts
from services.console.problems import problem
from services.runtime.actor import OPERATOR
from services.runtime.errors import MercatError, RejectError, RetryLaterError

REFUSED: Final = 401
CANNOT: Final = 422
LATER: Final = 503
FAILED: Final = 500


class Order(BaseModel):
    """A verb and what it is to act on."""

    verb: Annotated[str, Field(max_length=64)]
    arguments: dict[str, Any]


def control_routes(parts: ConsoleParts) -> APIRouter:
    """Return the routes; every one wants the token of the data folder's `control.json`."""
    router = APIRouter(prefix="/control")

    @router.post("")
    def carry_out(order: Order, authorization: Annotated[str, Header()] = "") -> Response:
        wanted = f"Bearer {parts.control_token}"
        if not hmac.compare_digest(authorization.encode(), wanted.encode()):
            return problem(REFUSED, "the token is not this installation's")
        try:
            return JSONResponse(
                dict(parts.commands.carry_out(order.verb, order.arguments, OPERATOR))
            )
        except MercatError as error:
            return problem(_status(error), str(error))

    return router


def _status(error: MercatError) -> int:
    if isinstance(error, RejectError):
        return CANNOT
    return LATER if isinstance(error, RetryLaterError) else FAILED
