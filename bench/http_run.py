"""A real `mercat run` on a folder, as a process of its own, watched over loopback."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import yaml

from bench.errors import MeasurementError
from services.settings import CONTROL_NAME, ENVIRONMENT_PREFIX, SETTINGS_NAME

START_SECONDS_MAX: Final = 60.0
STOP_SECONDS_MAX: Final = 30.0
ANSWER_SECONDS_MAX: Final = 10.0
STEP_SECONDS: Final = 0.01
_TOLD: Final = "run.log"
_KEYS: Final = "keys"


def set_sources(folder: Path, sources: Sequence[Mapping[str, Any]]) -> None:
    """Put other sources into a folder's settings; its own platform, which accounts name, stays."""
    path = folder / SETTINGS_NAME
    settings = yaml.safe_load(path.read_text("utf-8"))
    house = [source for source in settings["sources"] if source["kind"] == "house"]
    settings["sources"] = [*house, *(dict(source) for source in sources)]
    path.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")


def keys_folder(folder: Path) -> Path:
    """Return where the secrets of a folder's run lie: beside it, not in it."""
    return folder.parent / _KEYS


@contextmanager
def mercat_run(folder: Path) -> Iterator["MercatRun"]:
    """Start `mercat run` on a folder and any free port; ends as Ctrl-C ends it."""
    (folder / CONTROL_NAME).unlink(missing_ok=True)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(ENVIRONMENT_PREFIX)
    }
    environment |= {
        "MERCAT_HTTP_PORT": "0",
        "MERCAT_KEYS": str(keys_folder(folder)),
        "MERCAT_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "services.cli", "run", str(folder)]
    with (folder.parent / _TOLD).open("w+", encoding="utf-8") as told:
        process = subprocess.Popen(command, env=environment, stdout=told, stderr=told)
        try:
            yield MercatRun(folder, process)
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class MercatRun:
    """A running Mercat's own process, and its console to ask."""

    def __init__(self, folder: Path, process: "subprocess.Popen[bytes]") -> None:
        self._folder = folder
        self._process = process
        self._address: tuple[str, int] | None = None

    def address(self) -> tuple[str, int]:
        """Return host and port of the console, once it listens."""
        deadline_seconds = time.perf_counter() + START_SECONDS_MAX
        while self._address is None:
            self._check(deadline_seconds, "did not start")
            control = self._folder / CONTROL_NAME
            try:
                parts = urlsplit(json.loads(control.read_text("utf-8"))["url"])
                self._address = (str(parts.hostname), int(parts.port or 0))
            except (FileNotFoundError, json.JSONDecodeError):
                # Not there yet, or not written to its end.
                time.sleep(STEP_SECONDS)
        return self._address

    def routed_count(self) -> int:
        """Return how many events posts.routed.v1 has had, as the front page is told."""
        connection = HTTPConnection(*self.address(), timeout=ANSWER_SECONDS_MAX)
        try:
            connection.request("GET", f"/live.json?after={1 << 40}")
            return int(json.loads(connection.getresponse().read())["next"])
        finally:
            connection.close()

    def wait_routed(self, count: int) -> None:
        """Wait until so many events are routed."""
        deadline_seconds = time.perf_counter() + START_SECONDS_MAX
        while self.routed_count() < count:
            self._check(deadline_seconds, f"did not route {count:,} posts")
            time.sleep(STEP_SECONDS)

    def _check(self, deadline_seconds: float, what: str) -> None:
        if self._process.poll() is None and time.perf_counter() < deadline_seconds:
            return
        told = (self._folder.parent / _TOLD).read_text("utf-8").strip().splitlines()
        raise MeasurementError(f"`mercat run` {what}: {' '.join(told[-3:])}")
