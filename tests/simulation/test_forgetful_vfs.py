"""The disk that loses power: what it forgets, what it keeps, and when it is full."""

from pathlib import Path

import apsw
import pytest

from tests.simulation.forgetful_vfs import ForgetfulVfs


def opened(path: Path, vfs: ForgetfulVfs, synchronous: str) -> apsw.Connection:
    """Return a connection in write-ahead mode, on a file that was made before."""
    if not path.exists():
        made = apsw.Connection(str(path))
        made.execute("PRAGMA journal_mode = WAL").fetchall()
        made.execute("CREATE TABLE kept (number INTEGER)")
        made.close()
    connection = apsw.Connection(str(path), vfs=vfs.name)
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    return connection


def numbers(path: Path) -> list[int]:
    """Return what is in the file once the power is back."""
    connection = apsw.Connection(str(path))
    found = [int(str(row[0])) for row in connection.execute("SELECT number FROM kept")]
    connection.close()
    return found


def let_go(connection: apsw.Connection) -> None:
    """Close what stands on a dead disk."""
    with pytest.raises(apsw.IOError, match="power is gone"):
        connection.close()


@pytest.mark.parametrize(("synchronous", "kept"), [("FULL", [1]), ("NORMAL", [])])
def test_only_what_was_synced_is_there_after_a_crash(
    sqlite_path: Path, synchronous: str, kept: list[int]
) -> None:
    """A commit that was not synced is gone."""
    vfs = ForgetfulVfs()
    connection = opened(sqlite_path, vfs, synchronous)
    connection.execute("INSERT INTO kept VALUES (1)")
    vfs.crash()
    let_go(connection)

    assert kept == numbers(sqlite_path)


def test_what_is_not_synced_may_survive_by_chance(sqlite_path: Path) -> None:
    """A disk may have written it all the same."""
    vfs = ForgetfulVfs(lambda: True)
    connection = opened(sqlite_path, vfs, "NORMAL")
    connection.execute("INSERT INTO kept VALUES (1)")
    vfs.crash()
    let_go(connection)

    assert numbers(sqlite_path) == [1]


def test_two_connections_see_the_same_unsynced_content(sqlite_path: Path) -> None:
    """While there is power, nobody can tell."""
    vfs = ForgetfulVfs()
    writer = opened(sqlite_path, vfs, "NORMAL")
    reader = opened(sqlite_path, vfs, "NORMAL")
    writer.execute("INSERT INTO kept VALUES (7)")

    assert reader.execute("SELECT number FROM kept").fetchall() == [(7,)]
    writer.close()
    reader.close()
    assert numbers(sqlite_path) == [7]


def test_the_power_goes_at_the_step_it_was_told_to(sqlite_path: Path) -> None:
    """Writes count as steps; what comes after is refused."""
    vfs = ForgetfulVfs()
    connection = opened(sqlite_path, vfs, "FULL")
    vfs.steps_left = 20

    with pytest.raises(apsw.IOError, match="power is gone"):
        connection.executemany("INSERT INTO kept VALUES (?)", ((n,) for n in range(20)))
    let_go(connection)

    kept = numbers(sqlite_path)
    assert kept == [*range(len(kept))]
    assert 0 < len(kept) < 20


def test_a_full_disk_takes_nothing_more_until_there_is_room(sqlite_path: Path) -> None:
    """Room is room for files to grow."""
    vfs = ForgetfulVfs()
    connection = opened(sqlite_path, vfs, "FULL")
    vfs.room_bytes = 100
    with pytest.raises(apsw.FullError, match="no space left"):
        connection.execute("INSERT INTO kept VALUES (1)")

    vfs.room_bytes = None
    connection.execute("INSERT INTO kept VALUES (2)")

    connection.close()
    assert numbers(sqlite_path) == [2]


def test_an_unreadable_disk_says_so(sqlite_path: Path) -> None:
    """Reads fail to order, and go on after."""
    vfs = ForgetfulVfs()
    connection = opened(sqlite_path, vfs, "FULL")
    vfs.unreadable = True
    with pytest.raises(apsw.IOError, match="cannot be read"):
        connection.execute("SELECT number FROM kept").fetchall()

    vfs.unreadable = False
    assert connection.execute("SELECT number FROM kept").fetchall() == []
    connection.close()
