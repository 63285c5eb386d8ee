"""A real Prometheus of the tests' own: it scrapes what it is told to and answers PromQL."""

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import httpx
import yaml

from tests.postgres_server import free_port

ANSWER_TRIES_MAX: Final = 1_200
STEP_SECONDS: Final = 0.05
INTERVAL: Final = "1s"


def prometheus_program() -> Path | None:
    """Return the Prometheus program: `MERCAT_TEST_PROMETHEUS`, else the one on the path."""
    found = os.environ.get("MERCAT_TEST_PROMETHEUS") or shutil.which("prometheus")
    return Path(found) if found else None


def promtool_program() -> Path | None:
    """Return promtool: `MERCAT_TEST_PROMTOOL`, else the one on the path, or None."""
    found = os.environ.get("MERCAT_TEST_PROMTOOL") or shutil.which("promtool")
    return Path(found) if found else None


class PrometheusServer:
    """Scrapes targets (`host:port`) every second, from entering to leaving.

    `rules` are rule files by name. Its data lies in `folder`, which has to be there.
    """

    def __init__(
        self,
        program: Path,
        folder: Path,
        targets: Sequence[str],
        rules: Mapping[str, str] | None = None,
    ) -> None:
        self.address = f"http://127.0.0.1:{free_port()}"
        self._folder = folder
        self._targets = targets
        # One for all questions: making one anew takes longer than most answers.
        self._client = httpx.Client(trust_env=False, timeout=30)
        self._configure(rules or {})
        self._command = [
            str(program),
            f"--config.file={folder / 'prometheus.yaml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address={self.address.removeprefix('http://')}",
            "--web.enable-lifecycle",
            "--log.level=error",
        ]

    def __enter__(self) -> Self:
        self._said = (self._folder / "said").open("w+")
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.DEVNULL, stderr=self._said
        )
        self.until(self._is_ready)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._said.close()
        self._client.close()

    def query(self, expression: str) -> list[dict[str, Any]]:
        """Return what an expression gives now: a list of series, or of one value without labels.

        Raises AssertionError with Prometheus's own words where it is no PromQL.
        """
        answer: dict[str, Any] = self._asked("query", query=expression)
        if answer["resultType"] == "scalar":
            return [{"metric": {}, "value": answer["result"]}]
        found: list[dict[str, Any]] = answer["result"]
        return found

    def value(self, expression: str) -> float | None:
        """Return the one value an expression gives, or None where it gives none or several."""
        found = self.query(expression)
        return float(found[0]["value"][1]) if len(found) == 1 else None

    def alerts(self, state: str = "firing") -> set[str]:
        """Return the names of the alerts in a state: pending or firing."""
        found = self._asked("alerts")["alerts"]
        return {each["labels"]["alertname"] for each in found if each["state"] == state}

    def rules(self) -> list[dict[str, Any]]:
        """Return every rule with its health and its last error."""
        return [rule for group in self._asked("rules")["groups"] for rule in group["rules"]]

    def reload(self, rules: Mapping[str, str]) -> None:
        """Take other rules."""
        self._configure(rules)
        httpx.post(f"{self.address}/-/reload", trust_env=False).raise_for_status()

    def until(
        self,
        holds: Callable[[], bool],
        tries_max: int = ANSWER_TRIES_MAX,
        *,
        seen: Callable[[], object] = lambda: "",
    ) -> None:
        """Ask again and again until something holds; where it never does, say what is `seen`."""
        pause = threading.Event()
        for _ in range(tries_max):
            assert self._process.poll() is None, f"Prometheus ended: {self._words()}"
            if holds():
                return
            pause.wait(STEP_SECONDS)
        raise AssertionError(f"that never held: {seen()}; Prometheus said: {self._words()}")

    def _asked(self, path: str, **parameters: str) -> dict[str, Any]:
        address = f"{self.address}/api/v1/{path}"
        answer = self._client.get(address, params=parameters).json()
        assert answer["status"] == "success", f"{parameters}: {answer.get('error')}"
        data: dict[str, Any] = answer["data"]
        return data

    def _is_ready(self) -> bool:
        try:
            found = httpx.get(f"{self.address}/-/ready", trust_env=False)
        except httpx.TransportError:
            return False
        return found.status_code == httpx.codes.OK

    def _configure(self, rules: Mapping[str, str]) -> None:
        for name, text in rules.items():
            (self._folder / name).write_text(text, encoding="utf-8")
        configuration = {
            "global": {"scrape_interval": INTERVAL, "evaluation_interval": INTERVAL},
            "rule_files": list(rules),
            "scrape_configs": [
                {"job_name": "mercat", "static_configs": [{"targets": list(self._targets)}]}
            ],
        }
        text = yaml.safe_dump(configuration)
        (self._folder / "prometheus.yaml").write_text(text, encoding="utf-8")

    def _words(self) -> str:
        self._said.seek(0)
        return self._said.read()[-2_000:]
