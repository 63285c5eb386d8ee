"""A line to PostgreSQL that can be cut just after the server was told to commit."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit


class CuttingLine:
    """Passes bytes between clients and a server. `cut_next_commit`: the next answer is kept back.

    The server has then carried the commit out, and whoever asked for it never hears of that.
    """

    def __init__(self, address: str) -> None:
        self._parts = urlsplit(address)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._armed = threading.Event()
        self._open: list[socket.socket] = [self._listener]
        port = self._listener.getsockname()[1]
        self.address = self._parts._replace(netloc=f"mercat@127.0.0.1:{port}").geturl()

    def __enter__(self) -> Self:
        threading.Thread(target=self._take, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for each in self._open:
            each.close()

    def cut_next_commit(self) -> None:
        """Cut the first line on which somebody commits from now on."""
        self._armed.set()

    def _take(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with suppress(OSError):
                self._join(client)

    def _join(self, client: socket.socket) -> None:
        server = socket.create_connection((self._parts.hostname, self._parts.port))
        self._open += [client, server]
        cut = threading.Event()
        for work in (self._pass_asked, self._pass_answered):
            threading.Thread(target=work, args=(client, server, cut), daemon=True).start()

    def _pass_asked(
        self, client: socket.socket, server: socket.socket, cut: threading.Event
    ) -> None:
        while data := _received(client):
            if self._armed.is_set() and b"COMMIT" in data:
                self._armed.clear()
                cut.set()
            if not _passed_on(server, data):
                break
        _ended(server)

    @staticmethod
    def _pass_answered(client: socket.socket, server: socket.socket, cut: threading.Event) -> None:
        while data := _received(server):
            if cut.is_set() or not _passed_on(client, data):
                break
        _ended(client)
        _ended(server)


def _received(line: socket.socket) -> bytes:
    try:
        return line.recv(65_536)
    except OSError:
        return b""


def _passed_on(line: socket.socket, data: bytes) -> bool:
    try:
        line.sendall(data)
    except OSError:
        return False
    return True


def _ended(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        line.close()
