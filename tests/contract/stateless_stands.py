"""Stands for runners of a stage without state: embedded, straight to Kafka, and under Faust."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from confluent_kafka import Consumer, TopicPartition

from services.log.kafka_journal import KafkaJournal
from services.log.kafka_producer import KafkaProducer, Place
from services.log.memory_log import MemoryLog
from services.runtime.clock import ManualClock
from services.runtime.ports import Append, Stage
from services.runtime.scaled_settings import KafkaSettings
from services.store.postgres_journal import PostgresJournal
from tests.contract.passing_stage import TEAM, PassingStage
from tests.contract.runner_faults import FaultyJournal, LettersRefused
from tests.contract.runner_stands import (
    PARTITIONS,
    TOPIC,
    GroupStand,
    KafkaStand,
    Runner,
    Stand,
    embedded_stand,
    real_parts,
)

ROOT: Final = Path(__file__).parents[2]
STOP_SECONDS_MAX: Final = 60
STANDS: Final = {
    "memory": (),
    "sqlite": (),
    "group": (),
    "kafka": (pytest.mark.scaled,),
    "faust": (pytest.mark.scaled,),
}


class LogSender:
    """Takes events for Kafka into a log in memory, each confirmed at once."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log

    def send_together(self, appends: Sequence[Append]) -> "Future[list[Place]]":
        """Append events."""
        places: Future[list[Place]] = Future()
        records = self._log.append(appends)
        places.set_result([(record.partition, record.offset) for record in records])
        return places


class StraightGroupStand(GroupStand):
    """The Kafka runner in a group in memory, its answers sent past the database."""

    def build(self, stage: Stage, ports: dict[str, Any]) -> Runner:
        """Return the Kafka runner."""
        journal = KafkaJournal(LogSender(self.log), ports["journal"])
        return super().build(stage, ports | {"journal": journal})


class StraightKafkaStand(KafkaStand):
    """The Kafka runner on a real broker, only its letters in the database."""

    def __init__(
        self,
        make: Callable[[], Stage],
        kafka: KafkaSettings,
        journal: PostgresJournal[None],
        producer: KafkaProducer,
    ) -> None:
        super().__init__(make, kafka, journal, producer)
        self._answers: list[bytes] = []
        self._reader = Consumer(
            {
                "bootstrap.servers": ",".join(kafka.servers),
                "log_level": 0,
                "group.id": "reader",
                "enable.auto.commit": False,
            }
        )
        team = kafka.topic(TEAM)
        self._reader.assign([TopicPartition(team, each, 0) for each in range(PARTITIONS)])

    def answers(self) -> Sequence[bytes]:
        """Read on in the team's topic on the broker."""
        for message in self._reader.consume(500, 0.05):
            assert message.error() is None, message.error()
            self._answers.append(message.value() or b"")
        return self._answers

    def build(self, stage: Stage, ports: dict[str, Any]) -> Runner:
        """Return the Kafka runner on the broker."""
        journal = KafkaJournal(self.producer, ports["journal"])
        return super().build(stage, ports | {"journal": journal})

    def close(self) -> None:
        """End what still runs, and read no more."""
        super().close()
        self._reader.close()


class FaustProcess:
    """A Faust worker in a process of its own, which it may end itself."""

    def __init__(self, folder: Path, told: dict[str, Any]) -> None:
        self._reason = folder / "reason.json"
        self._said = folder / "said.txt"
        self._told = json.dumps({**told, "reason": str(self._reason), "folder": str(folder)})
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin."""
        self._reason.unlink(missing_ok=True)
        with self._said.open("ab") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.contract.faust_stage_child", self._told],
                cwd=ROOT,
                stdout=said,
                stderr=said,
            )

    def stop(self) -> None:
        """Tell it to stop, and wait until it has ended; end it where it does not."""
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS_MAX)
        finally:
            self._process.kill()
            self._process.wait()

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def stopped_because(self) -> str | None:
        """The reason that it wrote down, if it ended in order and for one."""
        if self.running or not self._reason.exists():
            return None
        reason: str | None = json.loads(self._reason.read_text())
        return reason

    @property
    def crashed_with(self) -> BaseException | None:
        """How it ended, if it ended otherwise than in order."""
        if self.running or self._process is None or self._process.returncode == 0:
            return None
        said = self._said.read_text(errors="replace")[-2_000:]
        return ChildProcessError(f"it ended with {self._process.returncode}: {said}")


class FaustStand(StraightKafkaStand):
    """A Faust worker on a real broker, its letters in the database."""

    def __init__(
        self,
        folder: Path,
        kafka: KafkaSettings,
        journal: PostgresJournal[None],
        producer: KafkaProducer,
    ) -> None:
        super().__init__(partial(PassingStage, folder), kafka, journal, producer)
        self._folder = folder

    def build(self, stage: Stage, ports: dict[str, Any]) -> Runner:
        """Return the worker; of the ports it is told only what to refuse."""
        assert isinstance(stage, PassingStage), "what the process builds for itself"
        journal, refused = ports["journal"], 0
        if isinstance(journal, FaultyJournal):
            assert isinstance(journal.fault, LettersRefused), "a fault that a process can be told"
            refused = journal.fault.left
        told = {
            "kafka": self.kafka.model_dump(),
            "address": self.address,
            "letters_refused": refused,
        }
        return FaustProcess(self._folder, told)


def stateless_stand(
    request: pytest.FixtureRequest, folder: Path, clock: ManualClock, ending: ExitStack
) -> Stand:
    """Return what the test's parameter names; stages and faults leave their marks in `folder`."""
    make = partial(PassingStage, folder)
    if request.param == "group":
        return StraightGroupStand(make, clock)
    if request.param == "kafka":
        return StraightKafkaStand(make, *real_parts(request, ending, TOPIC, TEAM))
    if request.param == "faust":
        return FaustStand(folder, *real_parts(request, ending, TOPIC, TEAM))
    return embedded_stand(request, make, clock, ending)


def every_runner(**differing: str) -> pytest.MarkDecorator:
    """Have a test run on every stand; those named with a reason are known to fail it."""
    return pytest.mark.parametrize(
        "stand",
        [
            pytest.param(
                name,
                marks=[*marks, pytest.mark.xfail(reason=differing[name], raises=AssertionError)]
                if name in differing
                else marks,
            )
            for name, marks in STANDS.items()
        ],
        indirect=True,
    )
