"""Brings the compose file up without an engine: its commands, variables and settings as processes.

What an engine would give each service of its own, ports, folders and names of hosts, is put in.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import httpx

from tests.deploy.places import COMPOSE, DEPLOY, compose_file
from tests.fakes import wait_until
from tests.postgres_server import free_port
from tests.rules_keys import rules_key_in

JOB_SECONDS_MAX: Final = 120
TRIES_MAX: Final = 6_000
HOST: Final = "127.0.0.1"
OPA_PORT: Final = "8181"
RULES_KEYS: Final = "rules-*-1"


class Composed:
    """The services of Mercat and their OPA servers, on a Kafka and a PostgreSQL that are there."""

    def __init__(self, folder: Path, opa: Path, *, kafka: str, postgres: str) -> None:
        self._services: Mapping[str, Any] = compose_file()["services"]
        self._folder = folder
        self._opa = opa
        self._places = {
            "/var/lib/mercat/body": str(folder / "body"),
            "/var/lib/mercat/keys": str(folder / "keys"),
            "/run/secrets": str(folder / "secrets"),
            "/etc/opa/opa.yaml": str(DEPLOY / "opa" / "opa.yaml"),
        }
        self._given = {"MERCAT_KAFKA_SERVERS": kafka, "MERCAT_POSTGRES_ADDRESS": postgres}
        self.serving = [
            name for name, told in self._services.items() if told.get("command", [""])[0] == "serve"
        ]
        self.ports = {name: free_port() for name in self.serving}
        self._opa_ports = {name: free_port() for name in self.serving}
        self._running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        shutil.copytree(COMPOSE.parent / "body", self._folder / "body")
        for made in ("keys", "secrets", "said"):
            (self._folder / made).mkdir(mode=0o700)
        (self._folder / "secrets" / "postgres-password").write_text("tulip\n", encoding="ascii")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self._running:
            process.terminate()
        for process in self._running:
            process.wait(60)

    def job(self, name: str) -> None:
        """Do one of the jobs that go before; AssertionError with its words where it fails."""
        told = self._services[name]
        program = told.get("entrypoint") or [sys.executable, "-m", "services.cli"]
        done = subprocess.run(
            [*program, *map(self._put_in, told["command"])],
            env=self._environment(name),
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=JOB_SECONDS_MAX,
        )
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"

    def start(self) -> None:
        """Start every service, and the OPA servers in their networks."""
        for name in self.serving:
            command = [sys.executable, "-m", "services.cli", *self._services[name]["command"]]
            self._start(name, command, self._environment(name))
        for name, told in self._services.items():
            mode = told.get("network_mode", "")
            if mode.startswith("service:"):
                self._start(name, self._asked(told, mode.removeprefix("service:")), self._told_opa)

    def await_ready(self) -> None:
        """Wait until every service says that it can work; AssertionError with what those say."""
        for name in self.serving:
            try:
                wait_until(lambda name=name: self._answers(name) == 200, TRIES_MAX)  # type: ignore[misc]
            except AssertionError as late:
                raise AssertionError(f"{name} is not ready: {self._said(name)}") from late

    def asked(self, name: str, path: str) -> httpx.Response:
        """Ask a service."""
        return httpx.get(f"http://{HOST}:{self.ports[name]}{path}", trust_env=False, timeout=5)

    def end(self) -> list[int]:
        """Tell every process to end, as an engine does, and return how each did."""
        for process in self._running:
            process.terminate()
        return [process.wait(60) for process in self._running]

    @property
    def _told_opa(self) -> dict[str, str]:
        return {
            "POLICY_ADDRESS": f"http://{HOST}:{self.ports['policy']}",
            "POLICY_KEY": self._policy_key(),
            "PATH": os.environ["PATH"],
        }

    def _policy_key(self) -> str:
        """Return the public key of the rules, once the policy service has made it."""
        keys = self._folder / "keys"
        wait_until(lambda: bool(list(keys.glob(RULES_KEYS))), TRIES_MAX)
        return rules_key_in(keys).public_line

    def _asked(self, told: Mapping[str, Any], beside: str) -> list[str]:
        words = [self._put_in(word) for word in told["command"]]
        port = str(self._opa_ports[beside])
        assert f"--addr={HOST}:{OPA_PORT}" in words
        return [str(self._opa), *(word.replace(f":{OPA_PORT}", f":{port}") for word in words)]

    def _environment(self, name: str) -> dict[str, str]:
        told = self._services[name].get("environment", {})
        own = {key: self._put_in(value) for key, value in told.items()} | self._given
        if name in self.ports:
            own |= {
                "MERCAT_SERVICE_HOST": HOST,
                "MERCAT_SERVICE_PORT": str(self.ports[name]),
                "MERCAT_OPA_PORT": str(self._opa_ports[name]),
            }
        kept = {key: value for key, value in os.environ.items() if not key.startswith("MERCAT_")}
        return kept | own

    def _put_in(self, text: str) -> str:
        for there, here in self._places.items():
            text = text.replace(there, here)
        return text

    def _start(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        with (self._folder / "said" / name).open("wb") as said:
            self._running.append(
                subprocess.Popen(
                    command, env=environment, stdout=said, stderr=said, stdin=subprocess.DEVNULL
                )
            )

    def _answers(self, name: str) -> int:
        try:
            return self.asked(name, "/readyz").status_code
        except httpx.TransportError:
            return 0

    def _said(self, name: str) -> str:
        try:
            state = self.asked(name, "/readyz").text
        except httpx.TransportError:
            state = "does not answer"
        return f"{state} {(self._folder / 'said' / name).read_text(errors='replace')[-3_000:]}"
