"""kill -9 amid an upgrade of the file: the next start upgrades it, however often that befell."""

from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import apsw
import pytest

from services.runtime.clock import ManualClock
from services.runtime.errors import StorageRefusedError
from services.runtime.failpoints import SCHEMA_FAILPOINTS, order_at_failpoints
from services.store.migrations import MIGRATIONS, VERSION
from services.store.sqlite_connection import open_reader, open_writer
from services.store.sqlite_journal import SqliteJournal
from services.store.sqlite_schema import BESIDE, UNFINISHED, migrate, schema_version
from tests.conftest import START
from tests.integration.faults.driver import deadly
from tests.integration.faults.processes import KILLED, Life, life_of
from tests.integration.faults.rig import DATABASE

OLDER = MIGRATIONS[:5]
COPY = f"{DATABASE}.before-{VERSION}"


@dataclass(frozen=True, slots=True)
class Opening:
    """What a process is to do: open a file, and kill itself at a place."""

    path: Path
    kill_at: str


def open_and_die(opening: Opening, told: Connection) -> None:
    """Open a journal as any start does; says None if it lived to see it open."""
    order_at_failpoints(deadly(opening.kill_at, 1))
    SqliteJournal(opening.path, ManualClock(START))
    told.send(None)


def opened(path: Path, kill_at: str) -> Life:
    """Let a process open the file until it is killed."""
    return life_of(open_and_die, Opening(path, kill_at))


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A file of an older schema with a row in it."""
    path = tmp_path / DATABASE
    connection = open_writer(path)
    migrate(connection, path, 0, OLDER)
    connection.execute("INSERT INTO objections (id, source) VALUES ('kept', 'mastodon')")
    connection.close()
    return path


def held(path: Path) -> tuple[int, list[tuple[object, ...]]]:
    """Return a file's schema and its row."""
    connection = open_reader(path)
    try:
        rows = connection.execute("SELECT id, source FROM objections").fetchall()
        return schema_version(connection), rows
    finally:
        connection.close()


@pytest.mark.parametrize("place", SCHEMA_FAILPOINTS)
def test_a_start_after_two_that_died_amid_an_upgrade_upgrades(older: Path, place: str) -> None:
    """Nothing is lost, and the copy beside it is still one the older program can open."""
    first, _second = opened(older, place), opened(older, place)
    assert (KILLED, False) == (first.exit_code, first.finished)

    SqliteJournal(older, ManualClock(START)).close()

    assert (VERSION, [("kept", "mastodon")]) == held(older)
    assert (OLDER[-1].number, [("kept", "mastodon")]) == held(older.with_name(COPY))
    assert not older.with_name(COPY + UNFINISHED).exists()


@pytest.mark.parametrize("place", ["schema.copy.after", "schema.commit.before"])
def test_an_upgrade_that_died_has_changed_nothing(older: Path, place: str) -> None:
    """The version before can be started again on the very file."""
    assert KILLED == opened(older, place).exit_code

    assert (OLDER[-1].number, [("kept", "mastodon")]) == held(older)


def test_a_copy_that_was_cut_short_is_begun_again(older: Path) -> None:
    """Whatever an earlier copy left half written, its journal included, is not built upon."""
    for ending in BESIDE:
        older.with_name(COPY + UNFINISHED + ending).write_bytes(b"cut short")

    SqliteJournal(older, ManualClock(START)).close()

    assert (OLDER[-1].number, [("kept", "mastodon")]) == held(older.with_name(COPY))
    assert 0o600 == older.with_name(COPY).stat().st_mode & 0o777


def test_a_first_start_that_died_left_an_empty_file(tmp_path: Path) -> None:
    """A new file has all tables or none, and an empty one is not copied."""
    path = tmp_path / DATABASE
    assert KILLED == opened(path, "schema.commit.before").exit_code
    with apsw.Connection(str(path)) as connection:
        assert 0 == schema_version(connection)

    SqliteJournal(path, ManualClock(START)).close()

    assert not path.with_name(COPY).exists()


def test_an_upgrade_whose_copy_cannot_be_made_says_so_and_changes_nothing(older: Path) -> None:
    """What is in the way stays for a person to look at, and the file is the older program's."""
    older.with_name(COPY + UNFINISHED).mkdir()

    with pytest.raises(StorageRefusedError, match=f"must be copied to {COPY} before its upgrade"):
        SqliteJournal(older, ManualClock(START))

    assert (OLDER[-1].number, [("kept", "mastodon")]) == held(older)
