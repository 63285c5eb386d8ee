"""`mercat serve` in tests: one service in a process of its own, from first answer to end."""

import os
import signal
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import httpx

from tests.forks import MERCAT
from tests.mercat_process import END_SECONDS_MAX, Ended, started, written_to
from tests.postgres_server import free_port

ANSWER_TRIES_MAX: Final = 1_200
ANSWER_STEP_SECONDS: Final = 0.05
PROGRAM: Final = MERCAT
"""The module that is run; a fault test gives one that dies where it is told to."""


class Service:
    """A running service; ended on leaving, cleanly unless it was ended before."""

    def __init__(
        self,
        name: str,
        folder: Path,
        *options: str,
        env: Mapping[str, str],
        program: str = PROGRAM,
    ) -> None:
        self.name = name
        self.address = f"http://127.0.0.1:{free_port()}"
        self.ended: Ended | None = None
        # A file, since a pipe that nobody reads would hold the process up once it is full.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed at the end
        words = ["serve", name, str(folder), *options]
        env = {**env, "MERCAT_SERVICE_PORT": self.address.rpartition(":")[2]}
        with Path(os.devnull).open("w") as nothing:
            self._process = started(
                words, env, nothing.fileno(), self._said.fileno(), program=program
            )

    def __enter__(self) -> Self:
        pause = threading.Event()
        for _ in range(ANSWER_TRIES_MAX):
            try:
                self.ask("/healthz")
            except httpx.TransportError:
                assert self._process.poll() is None, f"{self.name} ended: {self.said()}"
                pause.wait(ANSWER_STEP_SECONDS)
            else:
                return self
        raise AssertionError(f"{self.name} does not answer: {self.said()}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._said.close()

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return self._process.poll() is None

    def ask(self, path: str) -> httpx.Response:
        """Return what the service answers."""
        return httpx.get(f"{self.address}{path}", trust_env=False)

    def ready(self) -> httpx.Response:
        """Return what it says of being ready."""
        return self.ask("/readyz")

    def is_ready(self) -> bool:
        """Return whether it is; raises where it ended."""
        assert self._process.poll() is None, f"{self.name} ended: {self.said()}"
        return self.ready().is_success

    def said(self) -> str:
        """Return what it wrote so far."""
        return written_to(self._said)

    def stop(self, number: int = signal.SIGTERM) -> Ended:
        """Tell it to stop, once; return how it ended."""
        if self.ended is None:
            if self._process.poll() is None:
                self._process.send_signal(number)
            code = self._process.wait(END_SECONDS_MAX)
            self.ended = Ended(code, "", self.said())
        return self.ended

    def kill(self) -> None:
        """End it as the loss of its machine would."""
        self._process.kill()
        code = self._process.wait(END_SECONDS_MAX)
        self.ended = Ended(code, "", self.said())
