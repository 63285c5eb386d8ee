"""The schema of the SQLite file: which it has, and how an older one is brought up, whole or not."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import apsw

from services.runtime.errors import FolderError, StorageRefusedError
from services.runtime.failpoints import reach
from services.store.migration import Migration
from services.store.migrations import MIGRATIONS, VERSIONS_TABLE
from services.store.sqlite_backup import copy_database
from services.store.sqlite_connection import REFUSALS
from services.store.statements import VERSION_READ, VERSION_WRITE

UNFINISHED: Final = ".unfinished"
BESIDE: Final = ("", "-journal", "-wal", "-shm")
"""What SQLite may leave of a file it was writing: a journal would be rolled back into the next."""


def schema_version(connection: apsw.Connection) -> int:
    """Return the number of the newest migration this file has had: 0 for an empty file."""
    known = connection.execute(
        "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_versions'"
    ).fetchall()
    if not known[0][0]:
        return 0
    return int(connection.execute(VERSION_READ).fetchall()[0][0] or 0)


def migrate(
    connection: apsw.Connection,
    path: Path,
    applied_at_ms: int,
    migrations: Sequence[Migration] = MIGRATIONS,
) -> list[str]:
    """Bring the file to this program's schema; return the names of the migrations applied.

    All of them are one transaction: a process that dies amid an upgrade leaves the older schema,
    and the next start begins again. A file that holds rows is copied beside itself first
    (`NAME.before-N`, which the version before can open). Raises FolderError where the file is
    newer than this program, StorageRefusedError where the disk or another process refuses.
    """
    newest = migrations[-1].number
    try:
        if schema_version(connection) == newest:
            return []
        # Whoever else would upgrade this file waits here, and then finds it done.
        with connection:
            version = schema_version(connection)
            _refuse_newer(path, version, newest)
            if 0 < version < newest:
                _keep_copy(path, path.with_name(f"{path.name}.before-{newest}"))
            connection.execute(VERSIONS_TABLE)
            pending = [each for each in migrations if each.number > version]
            for each in pending:
                _apply(connection, each, applied_at_ms)
            reach("schema.commit.before")
        reach("schema.commit.after")
    except REFUSALS as error:
        raise StorageRefusedError(f"{path} cannot be brought up to date: {error}") from error
    return [each.name for each in pending]


def _refuse_newer(path: Path, version: int, newest: int) -> None:
    if version > newest:
        raise FolderError(
            f"{path} was written by a newer Mercat (schema {version}, this program knows "
            f"{newest}); install that version, or restore an older backup"
        )


def _keep_copy(path: Path, kept: Path) -> None:
    """Copy the file as it was last committed; what an attempt before left is written over."""
    unfinished = kept.with_name(kept.name + UNFINISHED)
    try:
        for ending in BESIDE:
            unfinished.with_name(unfinished.name + ending).unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        copy_database(path, unfinished, lambda _: None)
        reach("schema.copy.before")
        unfinished.replace(kept)
        reach("schema.copy.after")
    except OSError as error:
        raise StorageRefusedError(
            f"{path} must be copied to {kept.name} before its upgrade, and cannot be: {error}; "
            "make room or give the folder back to its owner, then start again"
        ) from error


def _apply(connection: apsw.Connection, migration: Migration, applied_at_ms: int) -> None:
    for statement in migration.statements_for("sqlite"):
        connection.execute(statement)
    connection.execute(VERSION_WRITE, (migration.number, migration.name, applied_at_ms))
