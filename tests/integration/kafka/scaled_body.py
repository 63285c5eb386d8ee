"""A small body at scale for tests: a folder, a database, topics, and its services as processes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import httpx
import psycopg
from standardwebhooks import Webhook

from schemas.codec import decode_event
from schemas.envelope import Event
from services.bootstrap_relay_service import topics_of
from services.bootstrap_services import Order
from services.log.kafka_client import client_options
from services.log.kafka_log import KafkaLog
from services.runtime.clock import Clock
from services.runtime.scaled_settings import KafkaSettings
from services.runtime.system_clock import SystemClock
from services.settings import BodySettings, EnvironmentSettings, read_body
from services.store.file_keys import KeyFolder
from services.store.postgres_journal import PostgresJournal
from tests.fakes import wait_until
from tests.folders import REPLAY, ROWS, make_folder
from tests.kafka_server import make_topics
from tests.mercat_process import environment
from tests.service_process import PROGRAM, Service

WEBHOOK: Final = "{kind: webhook, name: form, secrets: [web-form]}"
SECRET: Final = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
READ_AT_ONCE: Final = 10_000
SAID: Final = (
    "A wire down in Mill Lane!",
    "The bins were not emptied, again.",
    "Thanks for the lights.",
)
"""What the replay's posts say in the end; one more was taken back, and one cannot be read."""
ROUTED_TRIES_MAX: Final = 12_000
_SCALED: Final = """\
scaled:
  kafka: {kafka}
  postgres: {{address: "{address}"}}
"""


class ScaledBody:
    """Everything of one body; whatever still runs is ended on leaving."""

    def __init__(
        self,
        place: Path,
        kafka: KafkaSettings,
        address: str,
        *,
        rows: Sequence[Mapping[str, Any]] = ROWS,
        sources: Sequence[str] = (REPLAY, WEBHOOK),
        folder: Path | None = None,
    ) -> None:
        """Make the body in a place; or where `folder` is given, of the settings that it holds."""
        self.kafka = kafka
        self.address = address
        self.folder = folder or make_folder(place / "body", rows, sources)
        self._keys = place / "keys"
        self.env = environment(self._keys)
        keys = KeyFolder(self._keys)
        keys.write("web-form", SECRET)
        path = self.folder / "mercat.yaml"
        told = kafka.model_dump_json(exclude_defaults=True)
        more = _SCALED.format(kafka=told, address=address)
        path.write_text(path.read_text("utf-8") + more, "utf-8")
        self.settings: BodySettings = read_body(self.folder, EnvironmentSettings())
        self.topics = topics_of(self.settings)
        in_step = str(kafka.replicas_in_sync_min)
        make_topics(kafka, *self.topics, min_insync_replicas=in_step)
        journal = PostgresJournal(address, SystemClock())
        journal.migrate(0)
        journal.close()
        self._ends = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ends.close()

    def order(self, runner: str = "kafka", clock: Clock | None = None) -> Order:
        """Return what a service of this body is opened with, in the test's own process."""
        return Order(
            folder=self.folder,
            settings=self.settings,
            environment=EnvironmentSettings(),
            keys=KeyFolder(self._keys),
            runner="faust" if runner == "faust" else "kafka",
            clock=clock,
        )

    def serve(self, name: str, *options: str, program: str = PROGRAM, **env: str) -> Service:
        """Start a service as a process; its instance is named after it."""
        given = {**self.env, "MERCAT_INSTANCE": f"{name}-1", **env}
        service = Service(name, self.folder, *options, env=given, program=program)
        return self._ends.enter_context(service)

    def serve_all(self, runner: str) -> list[Service]:
        """Start what a post passes through, and wait until each is ready."""
        services = [
            self.serve("relay"),
            self.serve("classify", "--runner", runner),
            self.serve("route"),
            self.serve("ingest"),
        ]
        for service in services:
            wait_until(service.is_ready)
        return services

    def rows(self, text: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Return what a query of the database's own finds."""
        with psycopg.connect(self.address) as connection:
            return connection.execute(text.encode(), parameters).fetchall()

    def texts_routed(self) -> set[str]:
        """Return the texts of the posts that have a team."""
        return {text for (text,) in self.rows("SELECT text FROM posts WHERE text IS NOT NULL")}

    def await_routed(self, *texts: str) -> None:
        """Wait until posts with these texts have a team."""
        wait_until(lambda: set(texts) <= self.texts_routed(), ROUTED_TRIES_MAX)

    def events(self, topic: str) -> list[Event]:
        """Return what a topic holds, partition by partition."""
        log = KafkaLog(client_options(self.kafka, None, "test"), self.kafka)
        try:
            return [
                decode_event(topic, record.value)
                for partition in range(log.partitions(topic))
                for record in log.read(topic, 0, READ_AT_ONCE, partition=partition)
            ]
        finally:
            log.close()


def deliver(service: Service, call_id: str, posts: Iterable[Mapping[str, Any]]) -> httpx.Response:
    """Hand posts in at an ingest service's webhook, signed as its sender signs."""
    now = datetime.now(UTC)
    content = json.dumps({"posts": list(posts)})
    headers = {
        "webhook-id": call_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(call_id, now, content),
    }
    return httpx.post(
        f"{service.address}/webhooks/form",
        content=content,
        headers=headers,
        timeout=30.0,
        trust_env=False,
    )
