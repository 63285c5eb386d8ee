"""Both programs of a team, each on a topic of its own that our producer writes to."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.topics import team_topic
from services.log.kafka_client import client_options
from services.log.kafka_producer import KafkaProducer
from services.runtime.scaled_settings import KafkaSettings
from tests.conftest import absent
from tests.integration.team_programs.programs import GoProgram, Program, PythonProgram, build_go
from tests.kafka_server import make_topics

TOPIC = team_topic("waste")


@pytest.fixture(scope="session")
def go_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Go program, built once."""
    go = shutil.which("go")
    if go is None:
        absent("Go is not installed, so the team's program in Go cannot be built")
    assert go is not None
    return build_go(go, tmp_path_factory.mktemp("go"))


@pytest.fixture
def producer(kafka: KafkaSettings) -> Iterator[KafkaProducer]:
    """Our own producer, and the team's topic made as it is declared."""
    make_topics(kafka, TOPIC)
    producer = KafkaProducer(client_options(kafka, None, "tests"), kafka)
    yield producer
    producer.close()


@pytest.fixture(params=["python", "go"])
def program(
    request: pytest.FixtureRequest, kafka: KafkaSettings, tmp_path: Path, producer: KafkaProducer
) -> Iterator[Program]:
    """Each of the programs in turn, not started yet."""
    del producer
    if request.param == "python":
        program: Program = PythonProgram(tmp_path, kafka, TOPIC)
    else:
        program = GoProgram(request.getfixturevalue("go_program"), tmp_path, kafka, TOPIC)
    yield program
    program.end()
