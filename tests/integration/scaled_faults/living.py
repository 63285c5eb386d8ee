"""A body whose services live through faults: started again when they end, looked at at rest."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import httpx
import psycopg
from confluent_kafka import Consumer, KafkaException, TopicPartition
from psycopg.rows import dict_row

from services.bootstrap_listening import classify_build
from services.log.kafka_client import client_options
from services.log.kafka_log import KafkaLog
from services.log.memory_log import MemoryLog
from services.route.stage import RouteStage
from services.runtime.effects import Row
from services.runtime.ports import Commit, Record, Stage
from services.runtime.step import intake_of, step
from services.settings import read_rules
from services.store.memory_journal import MemoryJournal
from services.store.tables import TABLES
from tests.fakes import MOMENT
from tests.integration.kafka.scaled_body import ScaledBody
from tests.integration.scaled_faults.deadly_service import PROGRAM
from tests.integration.scaled_faults.feeder import Feeder
from tests.service_process import Service
from tests.simulation.checkers_scaled import STATE, ScaledRemains, scaled_breaches
from tests.simulation.remains import CONSUMERS, RECORDS_MAX, placed, remains_in_memory

SERVICES: Final = ("ingest", "relay", "classify", "route")
TRIES_MAX: Final = 1_000
STEP_SECONDS: Final = 0.1
ANSWER_SECONDS: Final = 10
READ_AT_ONCE: Final = 2_000

Places = dict[str, dict[int, int]]
"""Offsets by consumer and partition."""


def until(condition: Callable[[], bool], what: str, tries: int = TRIES_MAX) -> None:
    """Wait until something comes to pass, for minutes where it must be."""
    pause = threading.Event()
    for _ in range(tries):
        if condition():
            return
        pause.wait(STEP_SECONDS)
    raise AssertionError(f"it never came to pass: {what}")


class Living:
    """A body with its four services, its feeder, and what it promised so far.

    What ends by itself is started again, as a container's engine would.
    """

    def __init__(self, body: ScaledBody) -> None:
        self.body = body
        self.services: dict[str, Service] = {}
        self.runner = "kafka"
        self.feeder = Feeder(lambda: self.services["ingest"].address)
        self._journal_rules = read_rules(body.folder, body.settings)

    def at_work(self, runner: str = "kafka") -> None:
        """Have every service run and be ready, classify on the runner told."""
        if runner != self.runner and "classify" in self.services:
            self.services.pop("classify").stop()
        self.runner = runner
        self.tend()
        until(self._ready, "every service is ready")

    def tend(self) -> None:
        """Start what does not run."""
        absent = [n for n in SERVICES if n not in self.services or not self.services[n].running]
        with ThreadPoolExecutor(len(SERVICES)) as hands:
            self.services |= zip(absent, hands.map(self._started, absent), strict=True)

    def start(self, name: str, **env: str) -> Service:
        """Start one service in place of the one there was, told more by its environment."""
        if (was := self.services.get(name)) is not None and was.running:
            was.stop()
        self.services[name] = self._started(name, **env)
        return self.services[name]

    def kill(self, name: str) -> None:
        """End a service as the loss of its machine would."""
        self.services[name].kill()

    def fed(self, count: int) -> None:
        """Wait until so many more posts are acknowledged, while the feeder feeds."""
        feeder, target = self.feeder, self.feeder.count + count

        def reached() -> bool:
            assert feeder.feeding, f"the feeder ended: {feeder.refused}"
            return feeder.count >= target

        until(reached, f"{target} posts are acknowledged, not {feeder.count}; {feeder.trouble}")

    def stays(self, seconds: float) -> None:
        """Let a fault last so long, in which what ended is started again."""
        until_seconds = time.monotonic() + seconds
        until(lambda: self._tended() and time.monotonic() >= until_seconds, "time passes")

    def settle(self) -> None:
        """Wait, with nothing done but starting what ended, until nothing waits anywhere."""

        def rested() -> bool:
            self.tend()
            return self.lag() == 0

        until(rested, f"nothing waits: {self.lag()} events do, {self.said()[-2_000:]}")

    def lag(self) -> int:
        """Return how many events wait, by every account; one at least where nobody can tell."""
        try:
            counts = self.counts()
        except (KafkaException, psycopg.Error, httpx.TransportError):
            return 1
        waiting, cursors, committed, ends = counts
        return waiting + sum(
            abs(end - moved.get(partition, 0))
            for account in (cursors, committed)
            for consumer, moved in account.items()
            for partition, end in ends[consumer].items()
        )

    def counts(self) -> tuple[int, Places, Places, Places]:
        """Return the relay's rows, where consumers are by database and group, and the ends."""
        ((waiting,),) = self.body.rows("SELECT count(*) FROM relay_rows")
        cursors: Places = {"route": {}}
        for name, offset in self.body.rows("SELECT id, next_offset FROM cursors"):
            consumer, _, rest = name.partition("|")
            if consumer in cursors:
                _, _, partition = rest.partition("|")
                cursors[consumer][int(partition or 0)] = offset
        committed: Places = {}
        ends: Places = {}
        for consumer, topic in CONSUMERS.items():
            committed[consumer], ends[consumer] = self._group(consumer, topic)
        return waiting, cursors, committed, ends

    def breaches(self) -> list[str]:
        """Return whatever is wrong with the body at rest."""
        records = {topic: self._records(topic) for topic in self.body.topics}
        waiting, cursors, committed, ends = self.counts()
        remains = ScaledRemains(
            topics={name: [placed(run) for run in runs] for name, runs in records.items()},
            rows=self._tables(),
            cursors=cursors,
            committed=committed,
            ends=ends,
            waiting=waiting,
        )
        return scaled_breaches(
            remains, self.feeder.acknowledged, self.embedded(records[CONSUMERS["classify"]])
        )

    def embedded(self, received: Sequence[Sequence[Record]]) -> Mapping[str, Mapping[str, Row]]:
        """Return the rows that one process keeps of what was taken in, without any fault."""
        settings = self.body.settings
        journal = MemoryJournal(MemoryLog())
        classify = classify_build(self.body.folder, settings)()
        _work_through(journal, classify, [record for run in received for record in run])
        answers = journal.log.read(CONSUMERS["route"], 0, RECORDS_MAX)
        _work_through(journal, RouteStage(settings.routing, self._journal_rules), answers)
        rows = remains_in_memory(journal).rows
        return {table: rows[table] for table in STATE}

    def letters(self) -> dict[str, list[str]]:
        """Return the causes of dead letters by where the event lay."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for origin, cause in self.body.rows("SELECT origin, cause FROM dead_letters"):
            found[origin].append(cause)
        return found

    def said(self) -> str:
        """Return the last words of every service."""
        return "\n".join(f"{n}: {s.said()[-1_000:]}" for n, s in self.services.items())

    def _started(self, name: str, **env: str) -> Service:
        options = ("--runner", self.runner) if name == "classify" else ()
        return self.body.serve(name, *options, program=PROGRAM, **env)

    def _tended(self) -> bool:
        self.tend()
        return True

    def _ready(self) -> bool:
        self.tend()
        try:
            return all(service.is_ready() for service in list(self.services.values()))
        except httpx.TransportError:
            return False

    def _group(self, consumer: str, topic: str) -> tuple[dict[int, int], dict[int, int]]:
        kafka = self.body.kafka
        options = client_options(kafka, None, "test") | {"group.id": kafka.group(consumer)}
        name = kafka.topic(topic)
        with Consumer(options) as client:
            cluster = client.list_topics(name, timeout=ANSWER_SECONDS).topics[name]
            places = [TopicPartition(name, each) for each in cluster.partitions]
            moved = client.committed(places, timeout=ANSWER_SECONDS)
            ends = {
                place.partition: client.get_watermark_offsets(place, ANSWER_SECONDS)[1]
                for place in places
            }
        return {place.partition: max(0, place.offset) for place in moved}, ends

    def _records(self, topic: str) -> list[list[Record]]:
        log = KafkaLog(client_options(self.body.kafka, None, "test"), self.body.kafka)
        try:
            runs: list[list[Record]] = []
            for partition in range(log.partitions(topic)):
                runs.append([])
                place, end = 0, log.end_offset(topic, partition=partition)
                while place < end:
                    runs[-1] += log.read(topic, place, READ_AT_ONCE, partition=partition)
                    place = runs[-1][-1].offset + 1
            return runs
        finally:
            log.close()

    def _tables(self) -> dict[str, dict[str, Row]]:
        rows: dict[str, dict[str, Row]] = {}
        with (
            psycopg.connect(self.body.address) as connection,
            connection.cursor(row_factory=dict_row) as cursor,
        ):
            for table in TABLES:
                found = cursor.execute(f"SELECT * FROM {table}".encode()).fetchall()
                rows[table] = {str(row.pop("id")): row for row in found}
        return rows


def _work_through(journal: MemoryJournal, stage: Stage, records: Sequence[Record]) -> None:
    outcome = step(stage, [intake_of(record) for record in records], journal.fetch, MOMENT)
    journal.commit(Commit(outcome.appends, outcome.writes)).result()
