"""The scaled services of a sample town as processes, on one broker and one PostgreSQL."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
import psycopg

from bench.embedded_town import town_folder
from bench.errors import MeasurementError
from bench.figures import Figure
from bench.system_processes import tree_usage
from schemas.topics import TEAM_POSTS, TOPICS, team_topic
from services.bootstrap_scaled import Scaled
from services.runtime.clock import to_epoch_ms
from services.runtime.scaled_settings import KafkaSettings
from services.runtime.system_clock import SystemClock
from services.settings import SETTINGS_NAME, EnvironmentSettings, read_body
from services.store.file_keys import KeyFolder
from services.store.postgres_journal import PostgresJournal
from tests.kafka_server import broker_port, fresh_prefix, make_topics
from tests.postgres_server import PostgresServer, fresh_database, server_programs

ROOT: Final = Path(__file__).resolve().parents[2]
READY_SECONDS_MAX: Final = 120.0
END_SECONDS_MAX: Final = 60.0
STEP_SECONDS: Final = 0.05


class ServiceTown:
    """A town's folder made ready, and the services that were started on it."""

    def __init__(self, folder: Path, servers: str, database: str) -> None:
        self.folder = folder
        self.kafka = KafkaSettings(
            servers=(servers,), prefix=fresh_prefix(), replicas=1, replicas_in_sync_min=1
        )
        self._append_settings()
        self.environment = EnvironmentSettings.model_construct(
            kafka_servers=servers, postgres_address=database, instance="bench"
        )
        self.settings = read_body(folder, self.environment)
        names = [topic.name for topic in TOPICS if topic is not TEAM_POSTS]
        teams = [team_topic(team.id) for team in self.settings.routing.teams]
        make_topics(self.kafka, *names, *teams)
        journal = PostgresJournal(database, SystemClock())
        journal.migrate(to_epoch_ms(SystemClock().now()))
        journal.close()
        self._processes: dict[str, tuple[subprocess.Popen[bytes], int]] = {}

    def foundation(self) -> Scaled:
        """Open what the measuring process itself stands on, to hand posts in."""
        keys = KeyFolder(self.folder / "keys")
        return Scaled(self.folder, self.settings, self.environment, keys, "ingest")

    def start(self, name: str, service: str, *arguments: str) -> None:
        """Start a service under a name, and wait until it is ready."""
        port = broker_port()
        environment = {
            **os.environ,
            "MERCAT_KAFKA_SERVERS": self.kafka.servers[0],
            "MERCAT_POSTGRES_ADDRESS": str(self.environment.postgres_address),
            "MERCAT_KEYS": str(self.folder / "keys"),
            "MERCAT_SERVICE_PORT": str(port),
            "MERCAT_INSTANCE": name,
            "MERCAT_LOG_LEVEL": "error",
        }
        command = [sys.executable, "-m", "services.cli", "serve", service, str(self.folder)]
        process = subprocess.Popen([*command, *arguments], cwd=ROOT, env=environment)
        self._processes[name] = (process, port)
        until = time.monotonic() + READY_SECONDS_MAX
        while not self._is_ready(name):
            if process.poll() is not None or time.monotonic() > until:
                raise MeasurementError(f"{service} did not get ready; its words stand above")
            time.sleep(STEP_SECONDS)

    def kill(self, name: str) -> None:
        """End a service as the loss of its machine would."""
        process, _ = self._processes.pop(name)
        process.kill()
        process.wait()

    def stop(self) -> None:
        """End every service cleanly."""
        for process, _ in self._processes.values():
            process.terminate()
        for process, _ in self._processes.values():
            process.wait(END_SECONDS_MAX)
        self._processes.clear()

    def database_bytes(self) -> int:
        """Return how much the database takes on disk."""
        with psycopg.connect(str(self.environment.postgres_address)) as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(row[0]) if row else 0

    def cpu_seconds(self) -> Mapping[str, float]:
        """Return what each running service has spent so far."""
        usages = {name: tree_usage(process.pid) for name, (process, _) in self._processes.items()}
        return {name: usage.cpu_seconds for name, usage in usages.items() if usage is not None}

    def _is_ready(self, name: str) -> bool:
        address = f"http://127.0.0.1:{self._processes[name][1]}/readyz"
        try:
            return httpx.get(address, timeout=2, trust_env=False).is_success
        except httpx.TransportError:
            return False

    def _append_settings(self) -> None:
        path = self.folder / SETTINGS_NAME
        lines = (
            "\nscaled:\n  kafka:\n"
            f"    prefix: {self.kafka.prefix}\n    replicas: 1\n    replicas_in_sync_min: 1\n"
        )
        path.write_text(path.read_text("utf-8") + lines, encoding="utf-8")


@contextmanager
def service_town(servers: str) -> Iterator[ServiceTown]:
    """Make a town ready on a broker and a PostgreSQL that syncs; end all that was started."""
    programs = server_programs()
    if programs is None:
        raise MeasurementError("PostgreSQL's server is not installed")
    with town_folder() as folder, PostgresServer(programs, syncs=True) as postgres:
        town = ServiceTown(folder, servers, fresh_database(postgres.address))
        try:
            yield town
        finally:
            town.stop()


def cpu_figures(
    before: Mapping[str, float], after: Mapping[str, float], posts: int, note: str
) -> Iterator[Figure]:
    """Yield what each service spent on a post."""
    for name in before.keys() & after.keys():
        spent = (after[name] - before[name]) / posts * 1e6
        yield Figure(f"{name}_cpu", "us/post", note, value=spent, better="lower")
