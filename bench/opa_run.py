"""A real OPA server with the rules, on a free loopback port, for as long as it is measured."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench.errors import MeasurementError
from services.policy.bundle import Bundle
from services.policy.file_opa_bundle import write_opa_bundle

START_SECONDS_MAX: Final = 30.0
STEP_SECONDS: Final = 0.02


def opa_program() -> str | None:
    """Return where OPA is: `MERCAT_TEST_OPA`, else on the path, or None."""
    return os.environ.get("MERCAT_TEST_OPA") or shutil.which("opa")


@contextmanager
def opa_serving(program: str, bundle: Bundle) -> Iterator[int]:
    """Yield the port of a server that holds a bundle. Raises MeasurementError."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with TemporaryDirectory() as folder:
        write_opa_bundle(Path(folder) / "bundle", bundle)
        command = [program, "run", "--server", f"--addr=127.0.0.1:{port}", "--log-level=error"]
        process = subprocess.Popen(
            [*command, "--skip-version-check", "--bundle", f"{folder}/bundle"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(process, port)
            yield port
        finally:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(STEP_SECONDS)
        else:
            return
    raise MeasurementError("OPA did not come up")
