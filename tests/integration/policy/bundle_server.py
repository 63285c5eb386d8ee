"""The policy service's bundles on a free loopback port, with the rules in force to be changed."""

import socket
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

import uvicorn
from fastapi import FastAPI, Request, Response
from starlette.middleware.base import RequestResponseEndpoint

from services.policy.bundle import Bundle
from services.policy.bundle_archive import ARCHIVE_TYPE
from services.policy.http_bundle import bundle_routes
from tests.rules_keys import RULES_KEY

WAIT_SECONDS_MAX: Final = 60.0


class BundleServer:
    """Serves `bundle` from entering to leaving; `statuses` holds what was answered, in order.

    `address` stays the same from the start, so that it may be away and come back. With `instead`,
    whoever asks gets those bytes, whatever they have.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.instead: bytes | None = None
        self.statuses: list[int] = []
        self._answered = threading.Condition()
        self._port = 0
        self._app = FastAPI()
        self._app.include_router(bundle_routes(lambda: self.bundle, RULES_KEY.sign_archive))

        @self._app.middleware("http")
        async def note(request: Request, call_next: RequestResponseEndpoint) -> Response:
            response = await call_next(request)
            if self.instead is not None:
                response = Response(self.instead, media_type=ARCHIVE_TYPE)
            with self._answered:
                self.statuses.append(response.status_code)
                self._answered.notify_all()
            return response

        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port = probe.getsockname()[1]

    @property
    def address(self) -> str:
        """Where OPA is to ask."""
        return f"http://127.0.0.1:{self._port}"

    def wait_for(self, status: int, count: int = 1) -> None:
        """Wait until a status was answered that many times."""
        with self._answered:
            assert self._answered.wait_for(
                lambda: self.statuses.count(status) >= count, WAIT_SECONDS_MAX
            ), self.statuses

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", self._port))
        config = uvicorn.Config(self._app, log_level="error", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._listener],), daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()


def until(wanted: object, look: Callable[[], object]) -> object:
    """Look again and again until what is wanted is seen, and return it; in vain, what was last."""
    end = time.monotonic() + WAIT_SECONDS_MAX
    while (seen := look()) != wanted and time.monotonic() < end:
        pass
    return seen
