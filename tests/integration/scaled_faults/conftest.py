"""One body at scale for all of these tests, on a broker and a database that may be killed."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.runtime.scaled_settings import KafkaSettings
from tests.conftest import absent
from tests.integration.kafka.scaled_body import WEBHOOK, ScaledBody
from tests.integration.scaled_faults.apart import Apart, may_part
from tests.integration.scaled_faults.living import Living
from tests.kafka_server import KafkaServer, fresh_prefix, kafka_jars
from tests.postgres_server import PostgresServer, fresh_database, server_programs
from tests.simulation.seeds import seed_of_run


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a body stands on; `apart` is the line to the broker, where lines can be made."""

    kafka: KafkaServer
    postgres: PostgresServer
    apart: Apart | None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what runs on Faust last: each change of the runner waits for a session to end."""
    here = Path(__file__).parent
    places = [number for number, item in enumerate(items) if here in item.path.parents]
    ordered = sorted((items[number] for number in places), key=lambda item: "faust" in item.name)
    for number, item in zip(places, ordered, strict=True):
        items[number] = item


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The seed of this test's chance."""
    return seed_of_run(request)


def jars() -> Path:
    """Return where the broker's jars are, or skip."""
    found = kafka_jars()
    if found is None:
        absent("Kafka's jars are not there (needs java and mvn: `make kafka`)")
    assert found is not None
    return found


def programs() -> Path:
    """Return where PostgreSQL's programs are, or skip."""
    found = server_programs()
    if found is None:
        absent("PostgreSQL's server is not installed (Debian package: postgresql)")
    assert found is not None
    return found


@pytest.fixture(scope="package")
def grounds() -> Iterator[Grounds]:
    """A broker behind a line of its own, and a database server, both to be killed."""
    with ExitStack() as stack:
        apart = stack.enter_context(Apart()) if may_part() else None
        broker = (
            KafkaServer(jars())
            if apart is None
            else KafkaServer(jars(), host=apart.host, within=apart.within)
        )
        yield Grounds(
            stack.enter_context(broker), stack.enter_context(PostgresServer(programs())), apart
        )


@pytest.fixture(scope="package")
def living(grounds: Grounds, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    """A body on it whose services run, fed by a webhook."""
    kafka = KafkaSettings(
        servers=(grounds.kafka.servers,),
        prefix=fresh_prefix(),
        replicas=1,
        replicas_in_sync_min=1,
    )
    address = fresh_database(grounds.postgres.address)
    with ScaledBody(
        tmp_path_factory.mktemp("living"), kafka, address, rows=(), sources=(WEBHOOK,)
    ) as body:
        yield Living(body)
