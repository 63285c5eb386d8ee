"""Errors as programs read them: RFC 9457, a status, its title and one plain sentence."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from math import ceil
from typing import Annotated, Final, Literal

from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from services.runtime.errors import (
    FaultyRulesError,
    InputInvalidError,
    MercatError,
    NotAllowedError,
    NotFoundError,
    RejectError,
    RetryLaterError,
    VersionConflictError,
)

PROBLEM_TYPE: Final = "application/problem+json"
WAIT_SECONDS: Final = 5
FAULTS_MAX: Final = 20


class Fault(BaseModel):
    """One place in a request that is wrong, and how."""

    where: Annotated[str, Field(description="Such as `body.text` or `query.limit`.")]
    detail: str


class Problem(BaseModel):
    """What every answer that is no success holds."""

    type: Literal["about:blank"] = "about:blank"
    title: Annotated[str, Field(description="The status in words.")]
    status: Annotated[int, Field(ge=400, le=599)]
    detail: Annotated[str, Field(description="What happened and what to do, in a sentence.")]
    errors: Annotated[tuple[Fault, ...], Field(max_length=FAULTS_MAX)] = ()


def problem(
    status: int,
    detail: str,
    headers: Mapping[str, str] | None = None,
    errors: Sequence[Fault] = (),
) -> JSONResponse:
    """Return an error answer whose `detail` says what happened and what to do."""
    told: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        told["errors"] = [fault.model_dump() for fault in errors[:FAULTS_MAX]]
    return JSONResponse(told, status_code=status, headers=headers, media_type=PROBLEM_TYPE)


def problem_of(error: MercatError, *, on_version: bool) -> JSONResponse:
    """Return the answer to an error of ours.

    `on_version` says that the request named the version it was made on (If-Match).
    """
    headers = None
    if isinstance(error, RetryLaterError):
        seconds = WAIT_SECONDS if error.wait_seconds is None else ceil(error.wait_seconds)
        headers = {"Retry-After": str(max(1, seconds))}
    faults = error.faults if isinstance(error, FaultyRulesError) else ()
    errors = [Fault(where="body.files", detail=each) for each in faults]
    return problem(_status(error, on_version=on_version), str(error), headers, errors)


def _status(error: MercatError, *, on_version: bool) -> HTTPStatus:
    if isinstance(error, VersionConflictError) and on_version:
        return HTTPStatus.PRECONDITION_FAILED
    fitting = (status for kind, status in _STATUSES if isinstance(error, kind))
    return next(fitting, HTTPStatus.INTERNAL_SERVER_ERROR)


_STATUSES: Final = (
    (NotAllowedError, HTTPStatus.FORBIDDEN),
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (VersionConflictError, HTTPStatus.CONFLICT),
    (InputInvalidError, HTTPStatus.BAD_REQUEST),
    (RejectError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (RetryLaterError, HTTPStatus.SERVICE_UNAVAILABLE),
)
"""The first that fits decides, so what is narrower stands first."""
