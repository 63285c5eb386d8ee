"""Processes of Mercat's that are forked from one which has loaded it all: a start takes moments.

Each is a process of its own, as if started by hand: with its own environment, folder, streams and
signals, and killed like any. What is spared is loading the same modules, and reading the rules that
come with Mercat, hundreds of times over. Starts from nothing have tests of their own.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import reduction
from pathlib import Path
from runpy import run_module
from typing import Any, Final

from services.cli import main

MERCAT: Final = "services.cli"
FORKS: Final = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    [
        "tests.loaded",
        "tests.integration.faults.driver",
        "tests.integration.faults.speaking_driver",
    ]
)


def carry_out(
    program: str,
    arguments: Sequence[str],
    env: Mapping[str, str],
    place: str | None,
    *streams: Any,
) -> None:
    """Be a program in this process: read and write these streams, and end as it ends."""
    for number, stream in enumerate(streams):
        os.dup2(stream.detach(), number)
    sys.stdin = open(0, encoding="utf-8")  # noqa: SIM115 - the stream just put there
    os.environ.clear()
    os.environ.update(env)
    if place is not None:
        os.chdir(place)
    sys.argv = ["mercat", *arguments]
    if program == MERCAT:
        main()
    else:
        run_module(program, run_name="__main__", alter_sys=True)


class _Stream:
    """A stream on its way to a fork, which gets one of its own."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __reduce__(self) -> tuple[Any, ...]:
        return _handed_over, (reduction.DupFd(self._number),)


def _handed_over(stream: Any) -> Any:
    return stream


class Forked:
    """A running `mercat`, or another module, with what of a `Popen` is needed here."""

    def __init__(
        self,
        arguments: Sequence[str | Path],
        env: Mapping[str, str],
        out: int,
        err: int,
        place: Path | None = None,
        program: str = MERCAT,
    ) -> None:
        with Path(os.devnull).open() as nothing:
            streams = [_Stream(each) for each in (nothing.fileno(), out, err)]
            where = None if place is None else str(place)
            self._process = FORKS.Process(
                target=carry_out,
                args=(program, [*map(str, arguments)], dict(env), where, *streams),
            )
            self._process.start()

    @property
    def pid(self) -> int:
        """The process's id."""
        assert self._process.pid is not None, "it was started"
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended, a signal as its negative number; None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Return how it ended, or None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float) -> int:
        """Return how it ended, once it has. Raises TimeoutExpired."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("mercat", timeout)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it as the loss of its machine would."""
        self.send_signal(signal.SIGKILL)
