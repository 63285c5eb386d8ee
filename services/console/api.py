"""The HTTP API: everything people and programs may ask, under /api/v1, described by OpenAPI 3.1."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from fastapi import FastAPI, Request, Response, Security
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match

from services.console.api_accounts import add_account_paths
from services.console.api_acts import (
    add_act_deciding_paths,
    add_act_reading_paths,
    add_act_writing_paths,
)
from services.console.api_audit import add_audit_paths
from services.console.api_bell import add_bell_paths
from services.console.api_break_glass import add_break_glass_paths
from services.console.api_cases import add_case_changing_paths, add_case_reading_paths
from services.console.api_correction import add_correction_paths
from services.console.api_documents import document_of
from services.console.api_guard import OPEN_PATH, ApiGuard
from services.console.api_halts import add_halt_paths
from services.console.api_handovers import add_handover_paths
from services.console.api_incident import add_incident_paths
from services.console.api_nomination import add_nomination_paths
from services.console.api_people import add_leave_paths, add_people_paths, add_trust_paths
from services.console.api_public_rules import add_public_rules_paths
from services.console.api_records import add_erasure_paths, add_hold_paths, add_keys_paths
from services.console.api_register import add_register_paths
from services.console.api_rota import add_rota_paths
from services.console.api_rules import add_rules_changing_paths, add_rules_reading_paths
from services.console.api_sign_in import add_sign_in_paths
from services.console.api_slot_report import add_slot_report_paths
from services.console.api_takeovers import (
    add_takeover_changing_paths,
    add_takeover_reading_paths,
)
from services.console.api_workshop import add_workshop_paths
from services.console.parts import ConsoleParts
from services.console.problems import Fault, problem, problem_of
from services.console.sign_in import SignIn
from services.console.traced_requests import UNTOLD
from services.runtime.errors import MercatError

VERSION: Final = "1.0.0"
BAD_REQUEST: Final = 400
NOT_FOUND: Final = 404
METHOD_NOT_ALLOWED: Final = 405
UNPROCESSABLE: Final = 422
VERSION_NOT_NAMED: Final = 428
BROKEN: Final = 500
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


def create_api(parts: ConsoleParts) -> FastAPI:
    """Return the API over its parts, to be mounted at /api/v1."""
    bearer = HTTPBearer(
        auto_error=False,
        scheme_name="token",
        description="A personal token: `mercat people token`.",
    )
    api = FastAPI(
        title="Mercat",
        summary="Listens for a public body, and checks what is said in its name.",
        version=VERSION,
        openapi_url=OPEN_PATH,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Security(bearer)],
        **UNTOLD,
    )
    for add_paths in (
        add_case_reading_paths,
        add_case_changing_paths,
        add_act_reading_paths,
        add_act_writing_paths,
        add_act_deciding_paths,
        add_people_paths,
        add_leave_paths,
        add_trust_paths,
        add_halt_paths,
        add_account_paths,
        add_takeover_reading_paths,
        add_takeover_changing_paths,
        add_handover_paths,
        add_audit_paths,
        add_hold_paths,
        add_erasure_paths,
        add_keys_paths,
        add_rules_reading_paths,
        add_public_rules_paths,
        add_rules_changing_paths,
        add_workshop_paths,
        add_register_paths,
        add_sign_in_paths,
        add_rota_paths,
        add_break_glass_paths,
        add_incident_paths,
        add_correction_paths,
        add_bell_paths,
        add_nomination_paths,
        add_slot_report_paths,
    ):
        add_paths(api, parts)
    api.add_middleware(ApiGuard, sign_in=SignIn(parts))
    api.add_exception_handler(MercatError, _refused)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(HTTPException, _no_such)
    api.add_exception_handler(Exception, _broken)
    api.openapi = partial(document_of, api)  # type: ignore[method-assign]
    return api


def no_such_api(request: Request) -> Response:
    """Answer whoever asks for a version of the API that there is not."""
    return problem(NOT_FOUND, f"There is nothing at {request.url.path}; the API is at /api/v1.")


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, MercatError)
    return problem_of(error, on_version="if-match" in request.headers)


async def _invalid(request: Request, error: Exception) -> Response:
    """Say each place that is wrong; what was sent there is not repeated."""
    assert isinstance(error, RequestValidationError)
    faults = [_fault(each) for each in error.errors()]
    for each in error.errors():
        if each["type"] == "json_invalid":
            return problem(BAD_REQUEST, "The body is no JSON: mend it and send it again.")
        if tuple(each["loc"]) == ("header", "If-Match"):
            missing = each["type"] == "missing"
            return problem(
                VERSION_NOT_NAMED if missing else BAD_REQUEST,
                "Name the version you read: send its ETag, as you got it, as If-Match, such as "
                f'`If-Match: "3"`, with {request.method} {request.url.path}.',
            )
    status = BAD_REQUEST if any(f.where.startswith("header.") for f in faults) else UNPROCESSABLE
    first = f"{faults[0].where}: {faults[0].detail}"
    return problem(status, f"The request is not as it should be: {first}.", errors=faults)


async def _no_such(request: Request, error: Exception) -> Response:
    """Answer for what the router, or the reading of a body, does not take."""
    assert isinstance(error, HTTPException)
    path = request.url.path
    if error.status_code == METHOD_NOT_ALLOWED:
        allowed = _methods(request.app.routes, request.scope)
        detail = f"{request.method} is not what {path} takes; it takes {', '.join(allowed)}."
        return problem(METHOD_NOT_ALLOWED, detail, {"Allow": ", ".join(allowed)})
    if error.status_code == NOT_FOUND:
        return problem(NOT_FOUND, f"There is nothing at {path}; /api/v1/openapi.json lists paths.")
    return problem(error.status_code, f"{error.detail}; mend the request and send it again.")


async def _broken(request: Request, error: Exception) -> Response:
    """Answer for a bug; the server writes down what it was."""
    del request, error
    return problem(BROKEN, "Something is wrong here, not with the request; it was written down.")


def _methods(routes: Sequence[BaseRoute], scope: Any) -> list[str]:
    """Return the methods that a path takes."""
    found = [
        method
        for method in METHODS
        if any(route.matches({**scope, "method": method})[0] == Match.FULL for route in routes)
    ]
    return found or ["GET"]


def _fault(error: Any) -> Fault:
    where = ".".join(str(part) for part in error["loc"])
    return Fault(where=where[:200], detail=str(error["msg"])[:300])
