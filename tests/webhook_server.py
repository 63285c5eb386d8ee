"""A real server on this machine that takes signed calls, and answers as a test wants it to."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, NamedTuple

TAKEN: Final = 204


class Call(NamedTuple):
    """One call: its path, headers by name in lower case, and bytes."""

    path: str
    headers: dict[str, str]
    body: bytes


class WebhookServer:
    """Listens at one port, also when begun again; `calls` is all that came, `taken` what was."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.taken: list[Call] = []
        self.status = TAKEN
        self.headers: dict[str, str] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.port = int(self._server.server_address[1])
        self._thread: threading.Thread | None = None
        self._begin()

    @property
    def url(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self.port}/bells"

    def start(self) -> None:
        """Listen again."""
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        self._begin()

    def stop(self) -> None:
        """Listen no more."""
        if self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._thread = None

    def take(self, call: Call) -> int:
        """Keep a call; return what is answered."""
        self.calls.append(call)
        if self.status == TAKEN:
            self.taken.append(call)
        return self.status

    def _begin(self) -> None:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()


def _handler(server: WebhookServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Hands each call on."""

        def do_POST(self) -> None:
            """Answer a call."""
            length = int(self.headers["content-length"])
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = server.take(Call(self.path, headers, self.rfile.read(length)))
            self.send_response(status)
            for name, value in server.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
