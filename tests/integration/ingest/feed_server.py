"""A web server in a thread that answers as a test tells it to, on a free port of this machine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Answer:
    """One answer: a body in pieces, and whether its stated length is true."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    pieces: tuple[bytes, ...] = ()
    length: int | None = None


@dataclass
class FeedServer:
    """Where it listens, what it was asked, and how it answers."""

    address: str
    answer: Callable[[str, dict[str, str]], Answer] = lambda _path, _headers: Answer()
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@contextmanager
def feed_server() -> Iterator[FeedServer]:
    """Run a server until the block ends."""
    server = FeedServer("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.asked.append((self.path, headers))
            answer = server.answer(self.path, headers)
            body_length = sum(len(piece) for piece in answer.pieces)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(answer.length or body_length))
            self.end_headers()
            try:
                for piece in answer.pieces:
                    self.wfile.write(piece)
            except ConnectionError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing: what was asked stands in `asked`."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.address = f"http://127.0.0.1:{listener.server_port}"
    thread = Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
