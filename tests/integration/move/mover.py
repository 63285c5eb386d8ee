"""A folder and the database that it is moved into, with a look at both sides."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from services.runtime.clock import ManualClock
from services.runtime.effects import Value
from services.settings import DATABASE_NAME, MOVED_NAME
from services.store.postgres_journal import PostgresJournal
from services.store.sqlite_connection import open_reader
from services.store.statements import columns_of
from services.store.tables import TABLES
from tests.conftest import START
from tests.mercat_process import Ended, call, environment

Rows = Mapping[str, Mapping[str, tuple[Value, ...]]]


@dataclass(frozen=True, slots=True)
class Mover:
    """`place` holds the folder and its keys; `address` is the database's."""

    place: Path
    address: str

    @classmethod
    def copied(cls, prepared: Path, place: Path, address: str) -> "Mover":
        """Return a mover of a copy of a prepared folder."""
        shutil.copytree(prepared, place)
        settings = place / "data" / "mercat.yaml"
        said = settings.read_text("utf-8").replace(str(prepared), str(place))
        settings.write_text(said, "utf-8")
        return cls(place, address)

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self.place / "data"

    @property
    def env(self) -> dict[str, str]:
        """The environment of a command, with the folder's own keys."""
        return environment(self.place / "keys", MERCAT_HTTP_PORT="0")

    def call(self, *arguments: str | Path) -> Ended:
        """Call the command line in this process."""
        return call(*arguments, env=self.env)

    def migrate(self, *arguments: str) -> Ended:
        """Move the folder into the database."""
        return self.call("migrate", self.folder, "--to", self.address, *arguments)

    def moved(self) -> dict[str, Any]:
        """Move the folder, which has to succeed; return what is told to programs."""
        ended = self.migrate("--json")
        assert ended.code == 0, ended
        told: dict[str, Any] = json.loads(ended.out)
        return told

    def is_marked(self) -> bool:
        """Return whether the folder says that it was moved."""
        return (self.folder / MOVED_NAME).exists()

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """Lend a connection to the database."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            yield connection

    @contextmanager
    def journal(self) -> Iterator[PostgresJournal[None]]:
        """Open the database as a service does."""
        journal = PostgresJournal(self.address, ManualClock(START), connections_max=4)
        try:
            yield journal
        finally:
            journal.close()

    def here(self) -> Rows:
        """Return every row of the folder, by table and id."""
        reader = open_reader(self.folder / DATABASE_NAME)
        try:
            return {
                table: {
                    str(row[0]): tuple(row)
                    for row in reader.execute(f"SELECT {', '.join(columns_of(table))} FROM {table}")
                }
                for table in TABLES
            }
        finally:
            reader.close()

    def there(self) -> Rows:
        """Return every row of the database, by table and id."""
        with self.database() as connection:
            return {
                table: {
                    str(row[0]): tuple(row)
                    for row in connection.execute(
                        f"SELECT {', '.join(columns_of(table))} FROM {table}".encode()
                    )
                }
                for table in TABLES
            }

    def relayed(self) -> list[tuple[str, str, bytes]]:
        """Return what waits to be sent, each key's in order."""
        query = b"SELECT topic, key, value FROM relay_rows ORDER BY topic, key, sequence"
        with self.database() as connection:
            return [(topic, key, bytes(value)) for topic, key, value in connection.execute(query)]
