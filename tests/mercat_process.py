"""Mercat's command line in tests: called in this process, or run as a process of its own."""

import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from unittest.mock import patch

import httpx

from services.cli import main

END_SECONDS_MAX: Final = 60.0
READY_TRIES_MAX: Final = 600
READY_STEP_SECONDS: Final = 0.05


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


def call(*arguments: str | Path, env: Mapping[str, str]) -> Ended:
    """Call the command line in this process, as its script does."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with (
        patch.object(sys, "argv", ["mercat", *map(str, arguments)]),
        patch.object(sys, "stdin", io.StringIO()),
        patch.dict(os.environ, env, clear=True),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Ended(code, out.getvalue(), err.getvalue())


def run(*arguments: str | Path, env: Mapping[str, str]) -> Ended:
    """Run the command line in a process of its own, to its end."""
    ended = subprocess.run(
        [sys.executable, "-m", "services.cli", *map(str, arguments)],
        env=env,
        capture_output=True,
        text=True,
        timeout=END_SECONDS_MAX,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


class Running:
    """`mercat run` in a process of its own, from when it answers until it is told to stop."""

    def __init__(
        self, *arguments: str | Path, env: Mapping[str, str], place: Path | None = None
    ) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "services.cli", "run", *map(str, arguments)],
            env=env,
            cwd=place,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said: list[str] = []
        self.address = ""
        self.ended: Ended | None = None

    def __enter__(self) -> Self:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.said.append(line)
            if "Look at http" in line:
                self.address = line.split("Look at ")[1].strip()
                break
        else:
            self.stop()
            raise AssertionError(f"Mercat did not start: {''.join(self.said)}")
        self._await_answer()
        return self

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
            _, rest = self._process.communicate(timeout=END_SECONDS_MAX)
            self.ended = Ended(self._process.returncode, "", "".join(self.said) + rest)
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
