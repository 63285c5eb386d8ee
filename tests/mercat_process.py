"""Mercat's command line in tests: called in this process, or run as a process of its own."""

import io
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self
from unittest.mock import patch

import httpx

from services.cli import main
from tests.forks import MERCAT, Forked

END_SECONDS_MAX: Final = 60.0
READY_TRIES_MAX: Final = 1_200
READY_STEP_SECONDS: Final = 0.05
SAID_BYTES_MAX: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code, and what it wrote to either stream."""

    code: int
    out: str
    err: str


def environment(keys: Path, **values: str) -> dict[str, str]:
    """Return an environment with nothing of Mercat's in it but a keys folder and these values."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MERCAT_")}
    return {**kept, "MERCAT_KEYS": str(keys), "MERCAT_LOG_LEVEL": "warning", **values}


def call(*arguments: str | Path, env: Mapping[str, str], answers: Sequence[str] = ()) -> Ended:
    """Call the command line in this process, as its script does; `answers` are what it is told."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with (
        patch.object(sys, "argv", ["mercat", *map(str, arguments)]),
        patch.object(sys, "stdin", io.StringIO("".join(f"{answer}\n" for answer in answers))),
        patch.dict(os.environ, env, clear=True),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Ended(code, out.getvalue(), err.getvalue())


def started(
    arguments: Sequence[str | Path],
    env: Mapping[str, str],
    out: int,
    err: int,
    *,
    place: Path | None = None,
    afresh: bool = False,
    program: str = MERCAT,
) -> Forked | subprocess.Popen[bytes]:
    """Start the command line in a process of its own: a fork, or `afresh` from nothing."""
    if not afresh:
        return Forked(arguments, env, out, err, place, program)
    command = [sys.executable, "-m", program, *map(str, arguments)]
    return subprocess.Popen(command, env=env, cwd=place, stdout=out, stderr=err)


def run(
    *arguments: str | Path,
    env: Mapping[str, str],
    place: Path | None = None,
    afresh: bool = False,
    program: str = MERCAT,
) -> Ended:
    """Run the command line, or a program that has one, in a process of its own, to its end."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        streams = (out.fileno(), err.fileno())
        process = started(arguments, env, *streams, place=place, afresh=afresh, program=program)
        try:
            code = process.wait(END_SECONDS_MAX)
        finally:
            process.kill()
        return Ended(code, written_to(out), written_to(err))


def written_to(file: IO[bytes]) -> str:
    """Return what a process wrote to a file so far, which goes on being written."""
    return os.pread(file.fileno(), SAID_BYTES_MAX, 0).decode()


class Running:
    """`mercat run` in a process of its own, from when it answers until it is told to stop."""

    def __init__(
        self,
        *arguments: str | Path,
        env: Mapping[str, str],
        place: Path | None = None,
        afresh: bool = False,
    ) -> None:
        # A file, since a pipe that nobody reads would hold the process up once it is full.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed once it has ended
        with Path(os.devnull).open("w") as nothing:
            self._process = started(
                ("run", *arguments),
                env,
                nothing.fileno(),
                self._said.fileno(),
                place=place,
                afresh=afresh,
            )
        self.address = ""
        self.ended: Ended | None = None

    def __enter__(self) -> Self:
        pause = threading.Event()
        for _ in range(READY_TRIES_MAX):
            ended = self._process.poll() is not None
            said = written_to(self._said)
            if "Look at http" in said.rpartition("\n")[0]:
                self.address = said.split("Look at ")[1].split("\n")[0].strip()
                self._await_answer()
                return self
            if ended:
                break
            pause.wait(READY_STEP_SECONDS)
        self.stop()
        raise AssertionError(f"Mercat did not start: {said}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def stop(self, number: int = signal.SIGINT) -> Ended:
        """Tell it to stop, once; return how it ended."""
        if self.ended is None:
            if self._process.poll() is None:
                self._process.send_signal(number)
            code = self._process.wait(END_SECONDS_MAX)
            self.ended = Ended(code, "", written_to(self._said))
            self._said.close()
        return self.ended

    def _await_answer(self) -> None:
        pause = threading.Event()
        for _ in range(READY_TRIES_MAX):
            try:
                httpx.get(f"{self.address}/healthz", trust_env=False)
            except httpx.TransportError:
                pause.wait(READY_STEP_SECONDS)
            else:
                return
        raise AssertionError("Mercat says where it is and does not answer there")
