"""Services on a database that holds another body than their folder: refused, nothing touched."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from services.bootstrap_services import Order, build
from services.runtime.errors import FolderError
from services.settings import DATABASE_NAME, MOVED_NAME, EnvironmentSettings, read_body
from services.store.file_keys import KeyFolder
from tests.integration.move.mover import Mover
from tests.mercat_process import run
from tests.postgres_server import fresh_database
from tests.scaled_town import NO_KAFKA

SERVICES_WITHOUT_KAFKA = ("ingest", "policy", "publish", "console")


def begun(place: Path, address: str, name: str) -> Mover:
    """Return a body of its own as `mercat init` makes it, with the database that it is to have."""
    place.mkdir()
    mover = Mover(place, address)
    answers = ("--name", name, "--zone", "Europe/London", "--person-name", "Bo Example")
    ended = mover.call("init", mover.folder, *answers, "--person-address", "bo@council.example")
    assert ended.code == 0, ended
    return mover


@pytest.fixture
def other(tmp_path: Path, postgres_server: str) -> Mover:
    """Another body, moved into a database of its own."""
    mover = begun(tmp_path / "other", fresh_database(postgres_server), "Another Council")
    mover.moved()
    return mover


def order(mover: Mover, address: str) -> Order:
    """Return what a service of a folder is opened with on a database."""
    environment = EnvironmentSettings(
        postgres_address=address, kafka_servers=NO_KAFKA, opa_port=1, service_port=0
    )
    return Order(
        folder=mover.folder,
        settings=read_body(mover.folder, environment),
        environment=environment,
        keys=KeyFolder(mover.place / "keys"),
    )


def keys_of(mover: Mover) -> Mapping[str, bytes]:
    """Return what a body's keys folder holds."""
    return {path.name: path.read_bytes() for path in (mover.place / "keys").glob("*")}


@pytest.mark.parametrize("service", SERVICES_WITHOUT_KAFKA)
def test_a_moved_folder_is_refused_on_another_bodys_database(
    fresh: Mover, other: Mover, service: str
) -> None:
    """One council's rules and people never speak in another council's name."""
    fresh.moved()
    rows, keys = other.there(), keys_of(fresh)

    with pytest.raises(FolderError) as refused:
        build(service, order(fresh, other.address))

    told = str(refused.value)
    assert f"the database at {other.address} holds another body" in told
    assert f"{fresh.folder / MOVED_NAME} says that its data were moved to {fresh.address}" in told
    assert "set scaled.postgres.address" in told
    assert (rows, keys) == (other.there(), keys_of(fresh))


def test_a_folder_that_was_never_moved_is_refused_on_another_bodys_database(
    fresh: Mover, other: Mover, lived_in: Path, tmp_path: Path
) -> None:
    """Whose a folder is stands in its own data, too, where no mark says it."""
    town = Mover.copied(lived_in, tmp_path / "town", fresh.address)
    rows = other.there()

    with pytest.raises(FolderError) as refused:
        build("console", order(town, other.address))

    assert f"{town.folder / DATABASE_NAME} holds the data of" in str(refused.value)
    assert "holds another body" in str(refused.value)
    assert rows == other.there()


def test_a_file_that_is_no_database_is_told(fresh: Mover, other: Mover) -> None:
    """Whose the folder is cannot be seen then, so nothing begins."""
    (fresh.folder / DATABASE_NAME).write_text("These are not rows. " * 100, "utf-8")

    with pytest.raises(FolderError, match="is not a Mercat database; restore it"):
        build("policy", order(fresh, other.address))


def test_a_folder_with_data_is_not_begun_anew_in_an_empty_database(
    fresh: Mover, lived_in: Path, tmp_path: Path
) -> None:
    """Its people would find none of their cases: they are told to move it first."""
    town = Mover.copied(lived_in, tmp_path / "town", fresh.address)
    made = fresh.call("migrate", fresh.folder, "--schema", "--to", fresh.address)
    assert made.code == 0, made
    rows = town.there()

    with pytest.raises(FolderError) as refused:
        build("policy", order(town, town.address))

    assert "holds no body yet" in str(refused.value)
    assert f"`mercat migrate {town.folder} --to {town.address}`" in str(refused.value)
    assert rows == town.there()


def test_a_moved_folder_is_refused_on_an_empty_database(fresh: Mover, postgres_server: str) -> None:
    """A database that was lost, or a name that was mistyped, is not taken for a new body."""
    fresh.moved()
    empty = fresh_database(postgres_server)
    made = fresh.call("migrate", fresh.folder, "--schema", "--to", empty)
    assert made.code == 0, made

    with pytest.raises(FolderError) as refused:
        build("policy", order(fresh, empty))

    assert f"the database at {empty} holds no body yet" in str(refused.value)
    assert f"moved to {fresh.address}" in str(refused.value)


def test_a_moved_folder_works_on_the_database_it_moved_to(fresh: Mover) -> None:
    """Nothing stands in the way of a body in its own place, also under another address."""
    fresh.moved()
    again = fresh.address.replace("127.0.0.1", "localhost")

    service = build("policy", order(fresh, again))

    try:
        assert service.stopped_because() is None
    finally:
        service.stop()


def test_a_fresh_folder_begins_in_a_fresh_database_and_comes_back_to_it(fresh: Mover) -> None:
    """A folder of settings alone says nothing of who it is: its keys have to fit, as ever."""
    made = fresh.call("migrate", fresh.folder, "--schema", "--to", fresh.address)
    assert made.code == 0, made

    for _ in range(2):
        build("policy", order(fresh, fresh.address)).stop()

    assert not (fresh.folder / DATABASE_NAME).exists()
    assert 1 == len(fresh.there()["installations"])


def test_serve_ends_with_one_sentence_and_nothing_to_start_again(
    fresh: Mover, other: Mover
) -> None:
    """Whoever started it reads what is wrong; starting it again mends nothing, as its code says."""
    fresh.moved()
    env = {**fresh.env, "MERCAT_POSTGRES_ADDRESS": other.address, "MERCAT_SERVICE_PORT": "0"}

    ended = run("serve", "policy", fresh.folder, env={**env, "MERCAT_KAFKA_SERVERS": NO_KAFKA})

    assert 1 == ended.code
    assert "holds another body" in ended.err
    assert "Traceback" not in ended.err
