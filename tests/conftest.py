"""Fixtures for all suites: real parts, started on free ports or taken from the environment."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
import structlog
from hypothesis import HealthCheck, settings

from services.runtime.clock import ManualClock
from services.runtime.scaled_settings import KafkaSettings
from tests.kafka_server import KafkaServer, fresh_prefix, kafka_jars
from tests.opa_server import opa_program as found_opa_program
from tests.postgres_server import PostgresServer, server_programs

# Property tests have no time limits, so that a busy machine fails nothing.
settings.register_profile(
    "mercat",
    deadline=None,
    max_examples=40,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("mercat")

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def absent(reason: str) -> None:
    """Skip the test that needs an absent part; in CI, fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(autouse=True)
def lines_as_they_are() -> None:
    """Lines are written as in a fresh process: nothing of an earlier test holds or marks them."""
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands at nine on a Monday until told to move."""
    return ManualClock(START)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server: `MERCAT_TEST_POSTGRES`, else one of our own."""
    address = os.environ.get("MERCAT_TEST_POSTGRES")
    if address:
        yield address
        return
    programs = server_programs()
    if programs is None:
        absent("PostgreSQL's server is not installed (Debian package: postgresql)")
        return
    with PostgresServer(programs) as server:
        yield server.address


@pytest.fixture(scope="session")
def kafka_server() -> Iterator[str]:
    """The address of a Kafka broker: `MERCAT_TEST_KAFKA`, else one of our own."""
    address = os.environ.get("MERCAT_TEST_KAFKA")
    if address:
        yield address
        return
    jars = kafka_jars()
    if jars is None:
        absent("Kafka's jars are not there (needs java and mvn: `make kafka`)")
        return
    with KafkaServer(jars) as server:
        yield server.servers


@pytest.fixture
def kafka(kafka_server: str) -> KafkaSettings:
    """Settings of the broker, with a prefix that no other test's topics have."""
    return KafkaSettings(
        servers=tuple(kafka_server.split(",")),
        prefix=fresh_prefix(),
        replicas=1,
        replicas_in_sync_min=1,
    )


@pytest.fixture(scope="session")
def opa_program() -> Path:
    """The OPA program: `MERCAT_TEST_OPA`, else the one on the path."""
    program = found_opa_program()
    if program is None:
        absent("OPA is not installed (go install github.com/open-policy-agent/opa@v1.22.2)")
    return cast("Path", program)


@pytest.fixture
def sqlite_path(tmp_path: Path) -> Path:
    """A place for a database file."""
    return tmp_path / "mercat.sqlite"
