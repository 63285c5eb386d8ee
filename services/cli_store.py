"""Where a body's data lie, in its folder or in PostgreSQL, and what opens them for a command.

What was moved, and what began scaled, is read and changed by the same verbs as what lies here.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from services.cli_options import keys_of
from services.runtime.errors import FolderError, SettingsError, StorageRefusedError
from services.runtime.ports import Store
from services.runtime.scaled_settings import PostgresSettings
from services.settings import (
    DATABASE_NAME,
    SETTINGS_NAME,
    BodySettings,
    EnvironmentSettings,
    read_body,
)
from services.store.file_belonging import refuse_another
from services.store.file_moved import read_moved
from services.store.sqlite_store import SqliteReaders, SqliteStore

if TYPE_CHECKING:
    from services.bootstrap_scaled import Scaled

CONNECTIONS_MAX: Final = 2
UNNAMED: Final = PostgresSettings().address
"""The address of settings that name none."""
SERVICE: Final = "command"
"""Under what name a command is a client of Kafka."""


def lies_here(folder: Path) -> bool:
    """Return whether a folder holds its body's data itself. FolderError as `read_moved`."""
    return (folder / DATABASE_NAME).is_file() and read_moved(folder) is None


def in_postgres(folder: Path, settings: BodySettings) -> bool:
    """Return whether a body's data are in PostgreSQL: moved there, or there from the first day.

    Of the latter nothing lies in the folder, and the settings name a database.
    """
    if lies_here(folder):
        return False
    return read_moved(folder) is not None or settings.scaled.postgres.address != UNNAMED


def is_unstarted(folder: Path, environment: EnvironmentSettings) -> bool:
    """Return whether a folder has a body's settings, and no data of it are anywhere yet.

    Raises SettingsError where the settings are wrong.
    """
    if lies_here(folder) or not (folder / SETTINGS_NAME).is_file():
        return False
    return not in_postgres(folder, read_body(folder, environment))


def unnamed(folder: Path, settings: BodySettings) -> str | None:
    """Return in a sentence that a folder was moved and its settings name no database, else None."""
    place = place_named(folder, settings)
    if place == settings.scaled.postgres.address:
        return None
    return (
        f"the data of {folder} were moved to {place}, and the settings name no database: set "
        f"scaled.postgres.address to that in {folder / SETTINGS_NAME}"
    )


def place_named(folder: Path, settings: BodySettings) -> str:
    """Return where a body's data are by its settings, else by the mark of its folder."""
    mark, address = read_moved(folder), settings.scaled.postgres.address
    return address if mark is None or address != UNNAMED else mark.to


@contextmanager
def store_of(folder: Path, environment: EnvironmentSettings) -> Iterator[Store]:
    """Lend a store of a body to read in, wherever it lies.

    Raises FolderError where there is none yet, SettingsError where an extra is not installed,
    StorageRefusedError where PostgreSQL is away.
    """
    if lies_here(folder):
        yield SqliteStore(SqliteReaders(folder / DATABASE_NAME))
        return
    if (folder / SETTINGS_NAME).is_file():
        settings = read_body(folder, environment)
        if in_postgres(folder, settings):
            with pool_of(folder, settings, environment) as pool:
                yield _store_in(pool)
            return
    raise FolderError(f"{folder} holds nothing yet; start it with `mercat run {folder}`")


@contextmanager
def pool_of(
    folder: Path, settings: BodySettings, environment: EnvironmentSettings
) -> Iterator[Any]:
    """Lend a few connections to a body's database, of this program's schema and of that body."""
    from services.bootstrap_scaled import imported, postgres_address

    with _plainly(folder, settings):
        address = postgres_address(settings, environment, keys_of(environment))
        pool = imported("services.store.postgres_pool").PostgresPool(address, CONNECTIONS_MAX)
    with closing(pool):
        with _plainly(folder, settings):
            store = _store_in(pool)
            store.check()
            refuse_another(folder, DATABASE_NAME, store, settings.scaled.postgres.address)
        yield pool


@contextmanager
def scaled_of(
    folder: Path,
    settings: BodySettings,
    environment: EnvironmentSettings,
    *,
    with_house: bool = False,
) -> Iterator["Scaled"]:
    """Lend what a service stands on to a command that changes something; raises as `store_of`."""
    from services.bootstrap_scaled import Scaled

    with _plainly(folder, settings):
        scaled = Scaled(
            folder,
            settings,
            environment,
            keys_of(environment),
            SERVICE,
            database_clock=True,
            with_house=with_house,
        )
    with closing(scaled):
        yield scaled


def _store_in(pool: Any) -> Any:
    from services.bootstrap_scaled import imported

    return imported("services.store.postgres_store").PostgresStore(pool)


@contextmanager
def _plainly(folder: Path, settings: BodySettings) -> Iterator[None]:
    """Say of a database that cannot be opened which it is, and what to do."""
    if trouble := unnamed(folder, settings):
        raise SettingsError(trouble)
    address = settings.scaled.postgres.address
    try:
        yield
    except StorageRefusedError as error:
        told = " ".join(str(error).split())
        raise StorageRefusedError(
            f"the data of {folder} are in PostgreSQL, at {address}, which cannot be used now: see "
            "that it runs, or say in scaled.postgres.address or MERCAT_POSTGRES_ADDRESS where it "
            f"is ({told})"
        ) from error
