"""Errors as programs read them: RFC 9457, a status and one plain sentence."""

from collections.abc import Mapping

from fastapi.responses import JSONResponse


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return an error answer whose `detail` says what happened and what to do."""
    return JSONResponse(
        {"type": "about:blank", "status": status, "detail": detail},
        status_code=status,
        headers=headers,
        media_type="application/problem+json",
    )
