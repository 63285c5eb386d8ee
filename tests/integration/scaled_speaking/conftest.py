"""A town over an empty PostgreSQL database and an OPA of its own, set up to speak."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.policy.file_bundle import read_bundle
from services.policy.file_opa_bundle import write_opa_bundle
from tests.opa_server import OpaServer
from tests.postgres_stores import emptied_database
from tests.scaled_town import ScaledTown
from tests.speaking_town import make_speaking_folder

REQUEST_SECONDS_MAX = 1
"""So long a request to the platform may take here, and so long another process waits for it."""


@pytest.fixture(scope="session")
def opa_port(opa_program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of an OPA that has the rules in force."""
    folder = tmp_path_factory.mktemp("opa") / "bundle"
    write_opa_bundle(folder, read_bundle())
    with OpaServer(opa_program, folder) as server:
        yield server.port


@pytest.fixture
def address(postgres_server: str) -> str:
    """The address of an empty database with every table."""
    return emptied_database(postgres_server)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A body's folder whose platform answers within a second."""
    folder = make_speaking_folder(tmp_path)
    with (folder / "mercat.yaml").open("a", encoding="utf-8") as file:
        file.write(f"  platform_seconds_max: {REQUEST_SECONDS_MAX}\n  gate_seconds_max: 20\n")
    return folder


@pytest.fixture
def town(folder: Path, address: str, opa_port: int) -> Iterator[ScaledTown]:
    """The town, its people at work; nothing sends yet."""
    made = ScaledTown(folder, address, opa_port)
    try:
        made.set_up()
        yield made
    finally:
        made.stop()
