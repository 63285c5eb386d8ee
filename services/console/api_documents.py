"""What the API's OpenAPI document says of errors and headers, in one place."""

from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from services.console.api_guard import OPEN_PATHS
from services.console.problems import PROBLEM_TYPE, Problem

READING: Final = (400, 401, 403, 404, 405, 413, 415, 422, 429, 500, 503)
CHANGING: Final = (*READING, 409)
VERSIONED: Final = (*CHANGING, 412, 428)

Responses = dict[int | str, dict[str, Any]]

_RETRY_AFTER: Final = {"Retry-After": {"schema": {"type": "integer", "minimum": 1}}}
_HEADERS: Final[dict[int, dict[str, Any]]] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}}},
    405: {"Allow": {"schema": {"type": "string"}}},
    429: _RETRY_AFTER,
    503: _RETRY_AFTER,
}


def documented(statuses: tuple[int, ...], *, etag: bool = False, ok: int = 200) -> Responses:
    """Return what a path says of the statuses it may answer with."""
    found: Responses = {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            **({"headers": _HEADERS[status]} if status in _HEADERS else {}),
        }
        for status in sorted(statuses)
    }
    if etag:
        found[ok] = {
            "headers": {
                "ETag": {
                    "description": "The version, for If-Match.",
                    "schema": {"type": "string", "pattern": '^"[0-9]+"$'},
                }
            }
        }
    return found


def document_of(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document, made once, with the model of errors in it."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            openapi_version="3.1.0",
            routes=app.routes,
            servers=[{"url": "/api/v1"}],
        )
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.update(problem.pop("$defs", {}))
        schemas["Problem"] = problem
        for path, operations in document["paths"].items():
            for operation in operations.values():
                operation["tags"] = [path.split("/")[1]]
                if path in OPEN_PATHS:
                    operation["security"] = []
        app.openapi_schema = document
    return app.openapi_schema
