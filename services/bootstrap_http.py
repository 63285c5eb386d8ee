"""Serves an HTTP app from a thread, on a socket that was bound before anything else began."""

import logging
import socket
import threading
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from services.runtime.errors import StopError

REQUESTS_AT_ONCE_MAX: Final = 512
BACKLOG: Final = 128


def listen(host: str, port: int, cure: str) -> socket.socket:
    """Return a socket that listens. StopError with the cure where the place is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named: where asyncio cannot tell that it is TCP, the end of an answer is held
    # back until the other side has said that it has the beginning, some 40 ms each time.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise StopError(f"cannot listen on {host}:{port} ({error.strerror}); {cure}") from error
    listener.listen(BACKLOG)
    return listener


def address_of(listener: socket.socket) -> str:
    """Return the address at which a person on this machine reaches a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://{'localhost' if host == '127.0.0.1' else host}:{port}"


class ServerThread:
    """Serves an app from a thread, on a socket that is already bound."""

    def __init__(self, app: ASGIApp, listener: socket.socket) -> None:
        self._listener = listener
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_level=logging.WARNING,
                lifespan="off",
                limit_concurrency=REQUESTS_AT_ONCE_MAX,
                timeout_graceful_shutdown=2,
                server_header=False,
            )
        )
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name="http", daemon=True
        )

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the answers in hand and end."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join()
        self._listener.close()
