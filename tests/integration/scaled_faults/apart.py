"""Two sides of a network, by Linux namespaces: what is between them can be cut, halved, slowed."""

import os
import random
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Final, Self

COMMAND_SECONDS_MAX: Final = 20
NETEM: Final = ("netem", "delay", "2000ms", "loss", "30%")
NARROW: Final = ("tbf", "rate", "24kbit", "burst", "1600", "limit", "6000")
"""Where the kernel cannot lose by chance: a line with a queue of 2 s, that drops what is more."""


def may_part() -> bool:
    """Return whether this process may make namespaces and lines between them."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    name = f"mercat-{secrets.token_hex(3)}"
    made = _said("ip", "netns", "add", name)
    if made:
        _said("ip", "netns", "del", name)
    return made


class Apart:
    """A namespace, and one line between it and here; both are gone on leaving.

    Run with `within` before a command, it runs on the far side, and is at `host`.
    """

    def __init__(self) -> None:
        mark = secrets.token_hex(3)
        # Addresses of benchmarks, which lead nowhere else.
        net = f"198.18.{random.randrange(256)}"
        low = 4 * random.randrange(63)
        self.host = f"{net}.{low + 2}"
        self.here = f"{net}.{low + 1}"
        self._name = f"mercat-{mark}"
        self._line = f"mercat{mark}"
        self._far = f"far{mark}"

    @property
    def within(self) -> Sequence[str]:
        """What stands before a command that is to run on the far side."""
        return ("ip", "netns", "exec", self._name)

    def __enter__(self) -> Self:
        try:
            _do("ip", "netns", "add", self._name)
            _do("ip", "link", "add", self._line, "type", "veth", "peer", "name", self._far)
            _do("ip", "link", "set", self._far, "netns", self._name)
            _do("ip", "addr", "add", f"{self.here}/30", "dev", self._line)
            _do("ip", "link", "set", self._line, "up")
            _do(*self.within, "ip", "addr", "add", f"{self.host}/30", "dev", self._far)
            _do(*self.within, "ip", "link", "set", self._far, "up")
            _do(*self.within, "ip", "link", "set", "lo", "up")
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Let nothing pass, either way."""
        _do("ip", "link", "set", self._line, "down")
        try:
            yield
        finally:
            _do("ip", "link", "set", self._line, "up")

    @contextmanager
    def deaf(self) -> Iterator[None]:
        """Let what is sent from here arrive, and no answer come back."""
        route = ("ip", "route", "{}", "blackhole", f"{self.here}/32")
        _do(*self.within, *(part.format("add") for part in route))
        try:
            yield
        finally:
            _do(*self.within, *(part.format("del") for part in route))

    @contextmanager
    def slow(self) -> Iterator[None]:
        """Let what passes come seconds late, and lose much of it."""
        queue = ("tc", "qdisc", "add", "dev", self._line, "root")
        if not _said(*queue, *NETEM):
            _do(*queue, *NARROW)
        try:
            yield
        finally:
            _do("tc", "qdisc", "del", "dev", self._line, "root")

    def _end(self) -> None:
        _said("ip", "link", "del", self._line)
        _said("ip", "netns", "del", self._name)


def _do(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=COMMAND_SECONDS_MAX)


def _said(*command: str) -> bool:
    """Run a command; return whether it went well."""
    ended = subprocess.run(command, check=False, capture_output=True, timeout=COMMAND_SECONDS_MAX)
    return ended.returncode == 0
