"""Asking the API as somebody, and what an error must look like."""

from typing import Any

import httpx

from tests.integration.console.console_parts import TOKEN, FakeMercat


def headers_of(login: str, **more: str) -> dict[str, str]:
    """Return the headers of somebody's request; `operator` has the data folder's token."""
    token = TOKEN if login == "operator" else f"{login} token"
    return {"Authorization": f"Bearer {token}", **more}


def ask(
    mercat: FakeMercat,
    login: str,
    method: str,
    path: str,
    body: Any = None,
    *,
    version: int | None = None,
    key: str | None = None,
) -> httpx.Response:
    """Ask the API as somebody, on a version and under a key if named."""
    more = {} if version is None else {"If-Match": f'"{version}"'}
    if key is not None:
        more["Idempotency-Key"] = key
    given: dict[str, Any] = {"headers": headers_of(login, **more)}
    if body is not None:
        given["json"] = body
    return mercat.ask(method, f"/api/v1{path}", **given)


def problem_of(answer: httpx.Response) -> tuple[int, str]:
    """Return an error's status and sentence, once it has the form that every error has."""
    told = answer.json()
    assert "application/problem+json" == answer.headers["content-type"]
    assert {"type", "title", "status", "detail"} <= set(told)
    assert answer.status_code == told["status"]
    assert told["detail"].endswith((".", "!"))
    return told["status"], told["detail"]
