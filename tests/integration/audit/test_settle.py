"""What SQLite takes outside a transaction alone: between groups, and never at their cost."""

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from services.runtime.clock import ManualClock
from services.runtime.effects import Key
from services.runtime.errors import StorageRefusedError
from services.runtime.ports import Commit, Lane
from services.store.sqlite_journal import SqliteJournal
from services.store.sqlite_writer import Job

KEY = Key("objections", "o")


@pytest.fixture
def journal(sqlite_path: Path, clock: ManualClock) -> Iterator[SqliteJournal]:
    """A journal with a row written."""
    opened = SqliteJournal(sqlite_path, clock)
    opened.commit(Commit(writes={KEY: {"source": "feed"}})).result()
    yield opened
    opened.close()


def test_the_write_ahead_log_is_emptied_into_the_database(
    journal: SqliteJournal, sqlite_path: Path
) -> None:
    """Afterwards its file is there and holds nothing."""
    wal = sqlite_path.with_name(sqlite_path.name + "-wal")
    before = wal.stat().st_size

    assert journal.settle().result()
    assert (True, 0) == (before > 0, wal.stat().st_size)


def test_it_says_so_where_somebody_still_reads(journal: SqliteJournal, sqlite_path: Path) -> None:
    """A reader that stays in an old moment keeps it from going, and no error comes of it."""
    journal._writer.submit(
        Job(lambda connection: connection.set_busy_timeout(1), alone=True), Lane.BULK
    ).result()
    reader = apsw.Connection(str(sqlite_path), flags=apsw.SQLITE_OPEN_READONLY)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM objections").fetchall()
    journal.commit(Commit(writes={KEY: {"source": "other"}})).result()

    assert not journal.settle().result()
    reader.close()
    assert journal.settle().result()


def test_what_fails_alone_leaves_the_writer_at_work(journal: SqliteJournal) -> None:
    """The asker is told, and commits before and behind it are carried out in order."""
    first = journal.commit(Commit(writes={KEY: {"source": "first"}}))
    failing = journal._writer.submit(
        Job(lambda connection: connection.execute("PRAGMA no such"), alone=True), Lane.BULK
    )
    second = journal.commit(Commit(writes={KEY: {"source": "second"}}))

    with pytest.raises(StorageRefusedError, match="would not do it now"):
        failing.result()
    first.result()
    second.result()
    row = journal.store.fetch([KEY])[KEY]
    assert row is not None
    assert "second" == row["source"]
