"""The compose file, brought up as processes on a real Kafka, PostgreSQL and OPA."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import absent
from tests.deploy.composed import Composed
from tests.deploy.places import compose_file
from tests.kafka_server import KafkaServer, kafka_jars
from tests.postgres_server import fresh_database

pytestmark = pytest.mark.scaled

OURS = ("listeners", "advertised.listeners", "log.dirs", "controller.quorum.voters", "node.id")
"""What a broker on this machine has to have otherwise: ports, places and its number."""
JVM = ("heap.opts", "opts")


def kafka_options() -> dict[str, str]:
    """Return the broker's settings in the compose file, as its image makes them of variables."""
    told = compose_file()["services"]["kafka"]["environment"]
    named = {
        name.removeprefix("KAFKA_").lower().replace("_", "."): str(value)
        for name, value in told.items()
    }
    return {name: value for name, value in named.items() if name not in (*OURS, *JVM)}


@pytest.fixture
def composed(tmp_path: Path, postgres_server: str, opa_program: Path) -> Iterator[Composed]:
    """Everything of the compose file that is Mercat's or OPA's, not started yet."""
    jars = kafka_jars()
    if jars is None:
        absent("Kafka's jars are not there (needs java and mvn: `make kafka`)")
        return
    database = fresh_database(postgres_server)
    with (
        KafkaServer(jars, options=kafka_options()) as kafka,
        Composed(tmp_path, opa_program, kafka=kafka.servers, postgres=database) as composed,
    ):
        yield composed


def test_the_system_comes_up_and_goes_down(composed: Composed) -> None:
    """After its jobs each service becomes ready under the settings that come with it."""
    for job in ("secrets", "migrate", "topics", "migrate", "topics"):
        composed.job(job)
    composed.start()

    composed.await_ready()

    pages = composed.asked("console", "/")
    measured = {name: composed.asked(name, "/metrics") for name in composed.serving}
    assert httpx.codes.OK == pages.status_code
    assert "Our Council" in pages.text
    assert all("mercat_" in answer.text for answer in measured.values())
    assert {0} == set(composed.end())
