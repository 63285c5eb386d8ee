"""What stands before every path of the API: sign-in, rate limits, size and form of the body."""

import re
from http import HTTPStatus
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.console.problems import problem
from services.console.sessions import may_change, secret_in
from services.console.sign_in import Refused, SignIn
from services.runtime.actor import Actor

BODY_BYTES_MAX: Final = 262_144
OPEN_PATH: Final = "/openapi.json"
OPEN_PATHS: Final = frozenset(
    {
        *(OPEN_PATH, "/rules/public", "/nominations/public"),
        *("/accounts/public", "/accounts/public/lookup"),
        *("/reports/public", "/reports/public/{takeover_id}"),
    }
)
"""What anybody may read without a token."""
OPEN_BELOW: Final = "/reports/public/"
HALTS_PATH: Final = "/halts"
_RULE_SET_BYTES_MAX: Final = 4_500_000
BODIES_BYTES_MAX: Final = dict.fromkeys(
    ("/rules/changes", "/rules/check", "/rules/test", "/rules/difference", "/rules/rehearsals"),
    _RULE_SET_BYTES_MAX,
)
"""Where a body may be longer: a whole set of rules is proposed at once."""
CALENDAR_PATH: Final = re.compile(r"/rotas/[^/]{1,64}/calendar")
_CALENDAR_BYTES_MAX: Final = 1_300_000
"""A calendar of a million bytes, and what JSON adds to each of its lines."""


class ApiGuard:
    """Lets through what somebody known asks, in JSON of a bounded size.

    Whoever asks stands in the request's state as `actor` from then on.
    """

    def __init__(self, app: ASGIApp, sign_in: SignIn) -> None:
        self._app = app
        self._sign_in = sign_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        is_open = path in OPEN_PATHS or path.startswith(OPEN_BELOW)
        if scope["type"] != "http" or is_open:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        halting = path == HALTS_PATH and scope["method"] == "POST"
        address = (scope.get("client") or ("unknown", 0))[0]
        admitted = await run_in_threadpool(self._admitted, scope, headers, address, halting=halting)
        if isinstance(admitted, Refused):
            await _answer(admitted, scope, receive, send)
            return
        body = await _body(headers, receive, _bytes_max_of(path))
        if isinstance(body, Refused):
            await _answer(body, scope, receive, send)
            return
        scope.setdefault("state", {})["actor"] = admitted
        await self._app(scope, _read_again(body, receive), send)

    def _admitted(
        self, scope: Scope, headers: Headers, address: str, *, halting: bool
    ) -> Actor | Refused:
        """Return who asks, by a token or by a session; a token goes before."""
        authorization = headers.get("authorization", "")
        scheme = scope.get("scheme", "http")
        seen = self._sign_in.scheme_seen(scheme)
        secret = None if authorization else secret_in(headers.get("cookie", ""), seen)
        if secret is None:
            return self._sign_in.admit(authorization, address, halting=halting)
        ours = may_change(scope["method"], headers, scheme)
        return self._sign_in.admit_session(secret, address, halting=halting, ours=ours)


async def _answer(refused: Refused, scope: Scope, receive: Receive, send: Send) -> None:
    answer = problem(refused.status, refused.detail, refused.headers)
    await answer(scope, receive, send)


def _bytes_max_of(path: str) -> int:
    if CALENDAR_PATH.fullmatch(path):
        return _CALENDAR_BYTES_MAX
    return BODIES_BYTES_MAX.get(path, BODY_BYTES_MAX)


async def _body(headers: Headers, receive: Receive, bytes_max: int) -> bytes | Refused:
    """Return the whole body, or why it is not taken."""
    too_large = Refused(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"The body is over {bytes_max:,} bytes; send less at once.",
    )
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > bytes_max:
        return too_large
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > bytes_max:
            return too_large
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if body and kind != "application/json":
        return Refused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "The body is no JSON; send it as `Content-Type: application/json`.",
        )
    return bytes(body)


def _read_again(body: bytes, receive: Receive) -> Receive:
    """Return how the app reads a body that was read already, and then whatever comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def read() -> Message:
        return waiting.pop() if waiting else await receive()

    return read
