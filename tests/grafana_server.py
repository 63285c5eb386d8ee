"""A real Grafana of the tests' own, started with what `deploy/monitoring` provisions."""

import os
import re
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import httpx

from tests.postgres_server import free_port

ROOT: Final = Path(__file__).parents[1]
TOOL: Final = ROOT.parent / "shared" / "tools" / "grafana" / "start"
MONITORING: Final = ROOT / "deploy" / "monitoring"
PEOPLE: Final = ("admin", "admin")
TRIES_MAX: Final = 2_400
STEP_SECONDS: Final = 0.05
WHILE_SECONDS: Final = 60
SAID_MAX: Final = 3_000
_FAULT: Final = re.compile(r"level=error.*|.*panic:.*")


def grafana_program() -> Path | None:
    """Return what starts a Grafana: `MERCAT_TEST_GRAFANA`, else the one beside the project."""
    named = os.environ.get("MERCAT_TEST_GRAFANA")
    found = Path(named) if named else TOOL
    return found if found.is_file() else None


def grafana_is_there() -> bool:
    """Tell whether one can be started, or runs already."""
    return "MERCAT_TEST_GRAFANA_URL" in os.environ or grafana_program() is not None


class GrafanaServer:
    """A Grafana that asks one Prometheus, from entering to leaving.

    `MERCAT_TEST_GRAFANA_URL` names one that runs already, was started with the same provisioning,
    and lets `admin` in: then nothing is started, and what it writes to its log is not seen.
    """

    def __init__(
        self,
        program: Path | None,
        folder: Path,
        prometheus: str,
        provisioning: Path = MONITORING / "provisioning",
    ) -> None:
        self._elsewhere = os.environ.get("MERCAT_TEST_GRAFANA_URL")
        port = free_port()
        self.address = self._elsewhere or f"http://127.0.0.1:{port}"
        self._command = [str(program), str(folder / "work"), str(port), str(provisioning)]
        self._said_in = folder / "said"
        self._environment = {
            **os.environ,
            "MERCAT_PROMETHEUS_URL": prometheus,
            "MERCAT_DASHBOARDS": str(MONITORING / "dashboards"),
        }
        self._client = httpx.Client(auth=PEOPLE, trust_env=False, timeout=30)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        if not self._elsewhere:
            with self._said_in.open("wb") as said:
                self._process = subprocess.Popen(
                    self._command, env=self._environment, stdout=said, stderr=subprocess.STDOUT
                )
        self.until(self._is_healthy)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
        self._client.close()

    def faults(self) -> list[str]:
        """Return the lines of its log that tell of an error."""
        return [line for line in self._words().splitlines() if _FAULT.search(line)]

    def dashboards(self) -> set[str]:
        """Return the ids of the dashboards that it finds."""
        found = self.asked("GET", "/api/search?type=dash-db").json()
        return {each["uid"] for each in found}

    def rules(self) -> dict[str, dict[str, Any]]:
        """Return every alert rule that it evaluates, by its name, with health and last error."""
        answer = self.asked("GET", "/api/prometheus/grafana/api/v1/rules").json()
        groups: Sequence[dict[str, Any]] = answer["data"]["groups"]
        return {rule["name"]: rule for group in groups for rule in group["rules"]}

    def answers(self, expressions: Sequence[str], source: str = "prometheus") -> list[int]:
        """Return how many values each expression gives in the last minute, asked as a panel asks.

        Raises AssertionError with Grafana's words where it cannot answer one.
        """
        queries = [
            {
                "refId": f"Q{place}",
                "datasource": {"type": "prometheus", "uid": source},
                "expr": expression,
                "range": True,
                "intervalMs": 1_000,
                "maxDataPoints": 100,
            }
            for place, expression in enumerate(expressions)
        ]
        wanted = {"queries": queries, "from": f"now-{WHILE_SECONDS}s", "to": "now"}
        results = self.asked("POST", "/api/ds/query", wanted).json()["results"]
        faults = {
            expressions[int(name[1:])]: each["error"]
            for name, each in results.items()
            if "error" in each
        }
        assert not faults, faults
        return [_values_of(results[query["refId"]]) for query in queries]

    def asked(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Return the answer to a request, whatever it says."""
        return self._client.request(method, f"{self.address}{path}", json=body)

    def until(self, holds: Callable[[], bool]) -> None:
        """Ask again and again until something holds; fails where it never does."""
        pause = threading.Event()
        for _ in range(TRIES_MAX):
            ended = self._process is not None and self._process.poll() is not None
            assert not ended, f"Grafana ended: {self._words()[-SAID_MAX:]}"
            if holds():
                return
            pause.wait(STEP_SECONDS)
        raise AssertionError(f"that never held; Grafana said: {self._words()[-SAID_MAX:]}")

    def _is_healthy(self) -> bool:
        try:
            return self.asked("GET", "/api/health").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def _words(self) -> str:
        return "" if self._elsewhere else self._said_in.read_text("utf-8", errors="replace")


def _values_of(result: dict[str, Any]) -> int:
    frames = result.get("frames", [])
    return sum(len(each) for frame in frames for each in frame["data"]["values"][1:])
