"""A real OPA server of the tests' own, and a false one that answers what it is told to."""

import os
import shutil
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import httpx

from services.policy.signed_rules import RulesKey
from tests.postgres_server import free_port
from tests.rules_keys import RULES_KEY

START_SECONDS_MAX: Final = 60.0
CONFIGURATION: Final = Path(__file__).parents[1] / "deploy/opa/opa.yaml"
_EVERY_SECOND: Final = (
    "--set=bundles.mercat.polling.min_delay_seconds=1",
    "--set=bundles.mercat.polling.max_delay_seconds=1",
)


def opa_program() -> Path | None:
    """Return the OPA program: `MERCAT_TEST_OPA`, else the one on the path, or None."""
    found = os.environ.get("MERCAT_TEST_OPA") or shutil.which("opa")
    return Path(found) if found else None


class OpaServer:
    """Serves a bundle folder on a free loopback port from entering to leaving.

    With `policy_address` in place of a folder, it is run by the configuration that comes with
    Mercat and asks that address for its rules, every second; entering then waits for no rules.
    They have to be signed by `key`.
    """

    def __init__(
        self,
        program: Path,
        bundle: Path | None = None,
        *,
        policy_address: str | None = None,
        key: RulesKey = RULES_KEY,
    ) -> None:
        self.port = free_port()
        self._environment = dict(os.environ)
        self._path = "/health?bundles"
        self._command = [
            str(program),
            "run",
            "--server",
            f"--addr=127.0.0.1:{self.port}",
            "--log-level=error",
            "--skip-version-check",
        ]
        if bundle is not None:
            self._command += ["--bundle", str(bundle)]
        if policy_address is not None:
            self._environment["POLICY_ADDRESS"] = policy_address
            self._environment["POLICY_KEY"] = key.public_line
            self._path = "/health"
            self._command += ["--config-file", str(CONFIGURATION), *_EVERY_SECOND]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self._environment,
        )
        until = time.monotonic() + START_SECONDS_MAX
        while not self._is_up():
            assert self._process.poll() is None, "OPA ended before it served"
            assert time.monotonic() < until, "OPA did not come up"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()

    def _is_up(self) -> bool:
        try:
            address = f"http://127.0.0.1:{self.port}{self._path}"
            return httpx.get(address, timeout=1, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False


class FalseOpa:
    """An HTTP server on loopback that gives one answer to everything, or none until it is let go.

    `asked` counts requests.
    """

    def __init__(self, status: int, body: bytes, *, silent: bool = False) -> None:
        self.asked = 0
        self._let_go = threading.Event()
        if not silent:
            self._let_go.set()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                owner.asked += 1
                self.rfile.read(int(self.headers["Content-Length"]))
                owner._let_go.wait(60)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

            def handle(self) -> None:
                try:
                    super().handle()
                except OSError:
                    self.close_connection = True

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._let_go.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
