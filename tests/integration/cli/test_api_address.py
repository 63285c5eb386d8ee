"""Whom a command asks: nobody who only has the port, and nobody twice for one order."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import pytest

from tests.mercat_process import call

CONTROL_TOKEN: Final = "what only our process knows"
PERSONAL_TOKEN: Final = "what only ann knows"
ADD: Final = ("people", "add", "ann", "--name", "Ann", "--address", "ann@council.example")


class Listener(ThreadingHTTPServer):
    """Listens where control.json says; what it answers is set by each test."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Heard)
        self.answers: list[tuple[int, bytes] | None] = []
        self.heard: list[tuple[str, str, str | None]] = []

    @property
    def seen(self) -> list[str]:
        """Return the tokens that were sent here."""
        return [token for token, _, _ in self.heard]


class Heard(BaseHTTPRequestHandler):
    """Writes down what came and answers as told; None ends the server without an answer."""

    server: Listener

    def do_GET(self) -> None:
        """Answer a reading request."""
        self._answer()

    def do_POST(self) -> None:
        """Answer a changing request."""
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as http.server has it
        """Write no log."""

    def _answer(self) -> None:
        headers = self.headers
        self.rfile.read(int(headers.get("Content-Length") or 0))
        heard = (headers["Authorization"], self.path, headers.get("Idempotency-Key"))
        self.server.heard.append(heard)
        answer = self.server.answers.pop(0) if self.server.answers else None
        if answer is None:
            self.close_connection = True
            threading.Thread(target=self.server.shutdown, daemon=True).start()
            self.server.socket.close()
            return
        status, body = answer
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def listener(ran: Path) -> Iterator[Listener]:
    """A program that has the port which a folder's control.json still names."""
    server = Listener()
    control = {"url": f"http://127.0.0.1:{server.server_port}/control", "token": CONTROL_TOKEN}
    (ran / "control.json").write_text(json.dumps(control), "utf-8")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"{}"),
        (200, b"[]"),
        (200, b"<html>"),
        (401, b"{}"),
        (404, b"{}"),
        (200, json.dumps({"signed_in_by": "token"}).encode()),
    ],
)
def test_another_program_on_the_port_never_sees_a_token_of_ours(
    ran: Path, env: dict[str, str], listener: Listener, answer: tuple[int, bytes]
) -> None:
    """It is asked who we are by a token that is worth nothing now, and then left alone."""
    listener.answers = [answer] * 5

    ended = call("halts", "--folder", ran, env={**env, "MERCAT_TOKEN": PERSONAL_TOKEN})

    assert "nobody's, or has ended" in ended.err
    assert [f"Bearer {CONTROL_TOKEN}"] == listener.seen


def test_a_process_that_is_gone_is_not_waited_for(
    ran: Path, env: dict[str, str], listener: Listener
) -> None:
    """Nobody listens any more: the command opens the folder itself."""
    listener.shutdown()
    listener.server_close()

    ended = call("people", "list", "--folder", ran, env=env)

    assert (0, "Nobody yet") == (ended.code, ended.out[:10]), ended.err


def test_an_order_cut_off_by_a_crash_is_given_again_under_its_key(
    ran: Path, env: dict[str, str], listener: Listener
) -> None:
    """The process ends between order and answer; the same order then goes to the folder itself."""
    listener.answers = [(200, json.dumps({"signed_in_by": "machine"}).encode()), None]

    ended = call(*ADD, "--role", "approver", "--folder", ran, env=env)

    assert 0 == ended.code, ended.err
    assert "Ann can now work here" in ended.out
    (_, first, _), (_, second, key) = listener.heard
    assert ("/api/v1/me", "/api/v1/people") == (first, second)
    assert key


def test_a_control_file_that_is_just_being_written_is_no_address(
    ran: Path, env: dict[str, str]
) -> None:
    """The command goes to the folder, whose lock tells whether a process has it."""
    (ran / "control.json").touch()

    assert 0 == call("people", "list", "--folder", ran, env=env).code
