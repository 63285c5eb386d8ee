"""Starts processes that are to die, hears what they acknowledged, and kills them at a moment."""

import fcntl
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, TypeVar

from tests.fakes import wait_until
from tests.forks import FORKS
from tests.integration.faults.driver import CHILD_LOCK, Order, drive

KILLED: Final = -signal.SIGKILL
END_SECONDS_MAX: Final = 20.0

Task = TypeVar("Task")


@dataclass(frozen=True, slots=True)
class Life:
    """What became of one process: the numbers it acknowledged, and how it ended."""

    acknowledged: tuple[int, ...]
    exit_code: int | None
    finished: bool


def live(order: Order, kill_after_seconds: float | None = None) -> Life:
    """Let a process listen as ordered; see `life_of`."""
    return life_of(drive, order, kill_after_seconds)


def life_of(
    carry_out: Callable[[Task, Connection], None],
    order: Task,
    kill_after_seconds: float | None = None,
) -> Life:
    """Let a process carry an order out; kill it once it has fed for a while, where that is set."""
    ours, theirs = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=carry_out, args=(order, theirs))
    process.start()
    theirs.close()
    seconds = END_SECONDS_MAX if kill_after_seconds is None else kill_after_seconds
    numbers = _heard(ours, time.monotonic() + seconds)
    if kill_after_seconds is not None or None not in numbers:
        process.kill()
    process.join(END_SECONDS_MAX)
    numbers += _heard(ours, time.monotonic() + END_SECONDS_MAX)
    ours.close()
    exit_code = process.exitcode
    process.close()
    acknowledged = tuple(number for number in numbers if number is not None)
    return Life(acknowledged, exit_code, None in numbers)


def _heard(told: Connection, until_seconds: float) -> list[int | None]:
    """Return what a process says until a moment or its end."""
    heard: list[int | None] = []
    try:
        while (left := until_seconds - time.monotonic()) > 0 and told.poll(left):
            heard.append(told.recv())
    except EOFError:
        pass
    return heard


def child_ended(folder: Path) -> bool:
    """Return whether no child of a process that worked on a folder lives any more."""

    def free() -> bool:
        with (folder / CHILD_LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

    wait_until(free)
    return True
