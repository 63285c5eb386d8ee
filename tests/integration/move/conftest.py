"""A town that has listened and spoken for a while, and an empty database to move it into."""

from pathlib import Path

import pytest

from tests.integration.move.lived_in import live, make_place
from tests.integration.move.mover import Mover
from tests.postgres_server import fresh_database


@pytest.fixture(scope="session")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a town lies that is to be copied, never moved itself."""
    place = make_place(tmp_path_factory.mktemp("lived") / "town")
    live(place)
    return place


@pytest.fixture
def mover(lived_in: Path, tmp_path: Path, postgres_server: str) -> Mover:
    """A copy of that town, and a database of its own."""
    return Mover.copied(lived_in, tmp_path / "town", fresh_database(postgres_server))


@pytest.fixture
def fresh(tmp_path: Path, postgres_server: str) -> Mover:
    """A body's folder as `mercat init` makes it, and a database."""
    mover = Mover(tmp_path, fresh_database(postgres_server))
    answers = ("--name", "Test Council", "--zone", "Europe/London", "--person-name", "Ann Example")
    ended = mover.call("init", mover.folder, *answers, "--person-address", "ann@council.example")
    assert ended.code == 0, ended
    return mover
