"""Empty databases and a server that a test may kill."""

from collections.abc import Iterator

import pytest

from services.runtime.clock import ManualClock
from services.runtime.failpoints import forget_orders
from services.store.postgres_journal import PostgresJournal
from services.store.postgres_pool import PostgresPool
from tests.conftest import absent
from tests.postgres_server import PostgresServer, server_programs
from tests.postgres_stores import emptied_database, pool_of


@pytest.fixture(autouse=True)
def _no_order_left() -> Iterator[None]:
    yield
    forget_orders()


@pytest.fixture
def address(postgres_server: str) -> str:
    """The address of an empty database with every table."""
    return emptied_database(postgres_server)


@pytest.fixture
def pool(address: str) -> Iterator[PostgresPool]:
    """Connections to an empty database."""
    with pool_of(address, 4) as pool:
        yield pool


@pytest.fixture
def journal(address: str, clock: ManualClock) -> Iterator[PostgresJournal[None]]:
    """A journal over an empty database."""
    journal = PostgresJournal(address, clock, connections_max=6)
    yield journal
    journal.close()


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A server that nobody else uses, so that it may be killed."""
    programs = server_programs()
    if programs is None:
        absent("PostgreSQL's server is not installed (Debian package: postgresql)")
        return
    with PostgresServer(programs) as server:
        yield server
