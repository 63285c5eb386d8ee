"""The two programs that a service team may begin with, run as a team would run them."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from abc import abstractmethod
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from services.runtime.scaled_settings import KafkaSettings
from tests.fakes import wait_until

EXAMPLES: Final = Path(__file__).parents[3] / "examples"
END_SECONDS_MAX: Final = 60
GROUP: Final = "waste.inbox"
WAITS_MAX: Final = 6_000


class Program:
    """One program on one place: started, stopped or killed, and looked into from outside."""

    def __init__(self, command: list[str], place: Path, kafka: KafkaSettings, topic: str) -> None:
        self._command = [
            *command,
            *("--servers", ",".join(kafka.servers)),
            *("--topic", kafka.topic(topic), "--group", kafka.topic(GROUP)),
            *self.kept_in(place),
        ]
        self._log = place / "program.log"
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def kept_in(self, place: Path) -> list[str]:
        """Return the arguments that name where it keeps what it knows."""

    @abstractmethod
    def posts(self) -> Mapping[str, str]:
        """Return the posts that it holds: words by id."""

    @abstractmethod
    def cases(self) -> Mapping[str, str]:
        """Return the states of cases by id."""

    def start(self) -> None:
        """Begin."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)

    def await_posts(self, wanted: Mapping[str, str]) -> None:
        """Wait until it holds exactly these posts; it must be running then."""
        assert self._process is not None

        def is_there() -> bool:
            assert self._process is not None
            assert self._process.poll() is None, self.said()
            return self.posts() == wanted

        try:
            wait_until(is_there, WAITS_MAX)
        except AssertionError as error:
            raise AssertionError(f"it holds {self.posts()}, and said {self.said()}") from error

    def end(self, number: int = signal.SIGTERM) -> int:
        """End it by a signal; return its exit code."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(number)
        return self._process.wait(END_SECONDS_MAX)

    def said(self) -> str:
        """Return what it wrote for people."""
        return self._log.read_text("utf-8")


class PythonProgram(Program):
    """`examples/team_consumer.py`."""

    def __init__(self, place: Path, kafka: KafkaSettings, topic: str) -> None:
        self._path = place / "posts.sqlite"
        super().__init__([sys.executable, str(EXAMPLES / "team_consumer.py")], place, kafka, topic)

    def kept_in(self, place: Path) -> list[str]:
        """Return its own argument."""
        del place
        return ["--database", str(self._path), "--session-seconds", "6"]

    def posts(self) -> Mapping[str, str]:
        """Read its table."""
        return self._pairs("SELECT id, text FROM posts")

    def cases(self) -> Mapping[str, str]:
        """Read its table."""
        return self._pairs("SELECT id, state FROM cases")

    def _pairs(self, query: str) -> Mapping[str, str]:
        if not self._path.exists():
            return {}
        with closing(sqlite3.connect(self._path, timeout=30)) as database:
            try:
                return dict(database.execute(query).fetchall())
            except sqlite3.OperationalError:
                # It has not made its tables yet.
                return {}


class GoProgram(Program):
    """`examples/team-consumer-go`, built."""

    def __init__(self, built: Path, place: Path, kafka: KafkaSettings, topic: str) -> None:
        self._path = place / "state.json"
        super().__init__([str(built)], place, kafka, topic)

    def kept_in(self, place: Path) -> list[str]:
        """Return its own argument."""
        del place
        return ["--state", str(self._path), "--session", "6s"]

    def posts(self) -> Mapping[str, str]:
        """Read its file."""
        return {name: post["text"] for name, post in self._state().get("posts", {}).items()}

    def cases(self) -> Mapping[str, str]:
        """Read its file."""
        return dict(self._state().get("cases", {}))

    def _state(self) -> dict[str, Any]:
        if not self._path.exists():
            return {}
        state: dict[str, Any] = json.loads(self._path.read_text("utf-8"))
        return state


def build_go(go: str, place: Path) -> Path:
    """Return the Go program, built with the toolchain that is there."""
    built = place / "team-consumer"
    subprocess.run(
        [go, "build", "-trimpath", "-o", str(built), "."],
        cwd=EXAMPLES / "team-consumer-go",
        env={**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly"},
        check=True,
        timeout=600,
    )
    return built
