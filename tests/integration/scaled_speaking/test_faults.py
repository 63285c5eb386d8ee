"""The engine and the database killed while a town speaks: each act once, none without leave."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from services.policy.file_bundle import read_bundle
from services.policy.file_opa_bundle import write_opa_bundle
from services.runtime.errors import RetryLaterError
from services.runtime.failpoints import forget_orders, order_at_failpoints
from tests.conftest import absent
from tests.fakes import wait_until
from tests.integration.scaled_speaking.scaled_remains import scaled_remains
from tests.opa_server import OpaServer
from tests.postgres_server import PostgresServer, server_programs
from tests.postgres_stores import emptied_database
from tests.scaled_town import ScaledTown
from tests.simulation.checkers_speaking import speaking_breaches

TEXTS = tuple(f"The library opens at nine on day {number}." for number in range(1, 4))
SENT_TRIES_MAX = 12_000


@pytest.fixture
def opa(opa_program: Path, tmp_path: Path) -> Iterator[OpaServer]:
    """An OPA of the test's own, with the rules in force."""
    write_opa_bundle(tmp_path / "bundle", read_bundle())
    with OpaServer(opa_program, tmp_path / "bundle") as server:
        yield server


@pytest.fixture(scope="module")
def mortal() -> Iterator[PostgresServer]:
    """A database server of this module's own, to be killed."""
    programs = server_programs()
    if programs is None:
        absent("PostgreSQL's server is not installed (Debian package: postgresql)")
        return
    with PostgresServer(programs) as server:
        yield server


def test_nothing_is_sent_from_the_engine_s_death_to_its_return(
    folder: Path, address: str, opa: OpaServer
) -> None:
    """What was agreed to meanwhile keeps its place, and goes out unaided."""
    town = ScaledTown(folder, address, opa.port)
    town.set_up()
    first, *others = [town.approved(text) for text in TEXTS]
    service = town.publish()
    sender = next(each for each in service.senders.all if each.account == "library")
    order_at_failpoints(Once("sending.outcome.after", partial(opa.__exit__, None, None, None)))
    try:
        service.start()
        wait_until(lambda: "not running" in sender.sentence)
        states = [town.state(act) for act in (first, *others)]
        opa.__enter__()
        wait_until(lambda: {town.state(act) for act in others} == {"sent"}, SENT_TRIES_MAX)
    finally:
        forget_orders()
        service.stop()
        town.stop()

    assert ["sent", None, None] == states
    assert [1, 1, 1] == [town.shown(text) for text in TEXTS]
    assert [] == speaking_breaches(scaled_remains(town, address))


class Once:
    """Does something the first time a place is reached; whoever came there waits for it."""

    def __init__(self, place: str, deed: Callable[[], object]) -> None:
        self.done = False
        self._place = place
        self._deed = deed

    def __call__(self, reached: str) -> None:
        """Do it, where it is time."""
        if reached == self._place and not self.done:
            self.done = True
            self._deed()


def ended(town: ScaledTown, acts: Sequence[str]) -> bool:
    """Return whether each act came to its end; not where the database is away at this moment."""
    try:
        return {town.state(act) for act in acts} <= {"sent", "reconciled"}
    except RetryLaterError:
        return False


def killed_and_started(server: PostgresServer) -> None:
    """Kill a database's server, and start it again."""
    server.kill()
    server.restart()


@pytest.mark.parametrize(
    "place",
    [
        "sending.begin.before",
        "sending.begin.after",
        "sending.perform.after",
        "sending.outcome.after",
        "log.commit.before",
        "log.commit.after",
    ],
)
def test_a_database_killed_while_an_act_is_sent_doubles_nothing(
    folder: Path, mortal: PostgresServer, opa_port: int, place: str
) -> None:
    """Wherever it dies, also in a commit: the sender settles what became of the act."""
    address = emptied_database(mortal.address)
    town = ScaledTown(folder, address, opa_port)
    town.set_up()
    acts = [town.approved(text) for text in TEXTS]
    service = town.publish()
    kills = Once(place, partial(killed_and_started, mortal))
    order_at_failpoints(kills)
    try:
        service.start()
        wait_until(lambda: ended(town, acts), SENT_TRIES_MAX)
        stopped = service.stopped_because()
    finally:
        forget_orders()
        service.stop()
        town.stop()

    assert kills.done
    assert stopped is None
    assert [1, 1, 1] == [town.shown(text) for text in TEXTS]
    assert [] == speaking_breaches(scaled_remains(town, address))
