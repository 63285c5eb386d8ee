"""What stands in the way of a move is refused and said with its cure, and nothing is lost by it."""

from collections.abc import Callable
from pathlib import Path

import apsw
import psycopg
import pytest

from services.settings import DATABASE_NAME
from tests.integration.move.mover import Mover


def installed(address: str, *statements: str) -> None:
    """Carry statements out in a database."""
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def moved_elsewhere(mover: Mover, _: Path) -> None:
    """Fill the database with this body's data, and let the folder forget it."""
    mover.moved()
    (mover.folder / "moved.json").unlink()


def moved_by_another(mover: Mover, place: Path) -> None:
    """Fill the database with another body's data."""
    other = Mover(place / "other", mover.address)
    answers = ("--name", "Another Council", "--zone", "Europe/London", "--person-name", "Bo")
    (place / "other").mkdir()
    ended = other.call("init", other.folder, *answers, "--person-address", "bo@council.example")
    assert ended.code == 0, ended
    other.moved()


def begun_in_it(mover: Mover, _: Path) -> None:
    """Let a service have worked in the database."""
    with mover.journal() as journal:
        journal.migrate(0)
    installed(mover.address, "INSERT INTO objections (id) VALUES ('x')")


def taken_by_another_program(mover: Mover, _: Path) -> None:
    """Let another program have a table of one of our names."""
    installed(mover.address, "CREATE TABLE posts (number INTEGER)")


OBSTACLES: list[tuple[Callable[[Mover, Path], None], str]] = [
    (moved_elsewhere, "was moved into the database before"),
    (moved_by_another, "the data of another installation"),
    (begun_in_it, "is not empty"),
    (taken_by_another_program, "table posts of another program"),
]


@pytest.mark.parametrize(("obstacle", "why"), OBSTACLES)
def test_a_database_that_is_not_empty_is_left_alone(
    mover: Mover, tmp_path: Path, obstacle: Callable[[Mover, Path], None], why: str
) -> None:
    """Not a row of it changes, and the folder works on."""
    obstacle(mover, tmp_path)
    with mover.database() as connection:
        before = connection.execute("SELECT count(*) FROM posts").fetchall()

    ended = mover.migrate()

    assert ended.code == 1
    assert why in ended.err
    assert "new database" in ended.err
    assert not mover.is_marked()
    with mover.database() as connection:
        assert before == connection.execute("SELECT count(*) FROM posts").fetchall()


def test_a_database_that_cannot_hold_every_text_is_refused(mover: Mover) -> None:
    """Texts of the public need UTF-8."""
    name = mover.address.rsplit("/", 1)[1]
    installed(
        mover.address.rsplit("/", 1)[0] + "/postgres",
        f"DROP DATABASE {name}",
        f"CREATE DATABASE {name} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0",
    )

    ended = mover.migrate()

    assert ended.code == 1
    assert "ENCODING 'UTF8'" in ended.err


def test_two_moves_into_one_database_do_not_meet(mover: Mover) -> None:
    """The second is told to wait."""
    with mover.database() as connection:
        connection.execute("SELECT pg_advisory_lock(7265747)")

        ended = mover.migrate()

    assert ended.code == 75
    assert "another `mercat migrate`" in ended.err


def test_a_user_who_may_not_make_tables_is_told_what_is_needed(mover: Mover) -> None:
    """Rights are somebody else's to give."""
    installed(
        mover.address,
        "DROP ROLE IF EXISTS onlooker",
        "CREATE ROLE onlooker LOGIN",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    )

    ended = mover.call(
        "migrate", mover.folder, "--to", mover.address.replace("mercat@", "onlooker@")
    )

    assert ended.code == 1
    assert "permission denied" in ended.err
    assert "Traceback" not in ended.err
    assert not mover.is_marked()


def tampered(mover: Mover, statement: str, *values: object) -> None:
    """Write into the folder's file as nobody of ours would."""
    connection = apsw.Connection(str(mover.folder / DATABASE_NAME))
    connection.execute(statement, values)
    connection.close()


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE posts SET text = CAST(x'ff41' AS TEXT) WHERE id = 'post-3'", "posts behind the"),
        ("UPDATE posts SET text = x'ff41' WHERE id = 'post-3'", "posts post-3: text holds bytes"),
        ("UPDATE posts SET posted_at_ms = 'noon' WHERE id = 'post-3'", "posted_at_ms holds str"),
        ("UPDATE posts SET id = 'a' || char(0) WHERE id = 'post-3'", "posts a\u2400: id holds a n"),
        ("UPDATE audit_entries SET kind = kind || char(0)", "kind holds a null character"),
        ("UPDATE approvals SET state = x'00'", "approvals"),
    ],
)
def test_a_damaged_row_is_named_with_its_place(mover: Mover, statement: str, why: str) -> None:
    """What no Mercat wrote is not carried over, and the folder stays unmarked."""
    connection = apsw.Connection(str(mover.folder / DATABASE_NAME))
    connection.execute("PRAGMA ignore_check_constraints = 1").fetchall()
    connection.execute(statement)
    connection.close()

    ended = mover.migrate()

    assert ended.code == 1
    assert why in ended.err
    assert "backup" in ended.err
    assert not mover.is_marked()


def test_null_characters_of_old_are_shown_by_their_sign(mover: Mover) -> None:
    """They came in through doors that are closed now, and do not keep a body where it is."""
    tampered(mover, "UPDATE dead_letters SET detail = 'a' || char(0) || 'b'")

    ended = mover.migrate()

    assert ended.code == 0, ended
    assert "2 rows held a null character" in ended.out
    assert {"a\u2400b"} == {row[7] for row in mover.there()["dead_letters"].values()}


def test_large_values_and_odd_texts_are_carried_whole(mover: Mover) -> None:
    """A value of many megabytes, every kind of line end, signs of the copy's own language."""
    odd = "\\N\t\n\r\\.\n\x01\x7f\ufeff\ufffe\U0010ffff\u2028" * 3
    tampered(mover, "UPDATE dead_letters SET value = zeroblob(12000000), detail = ?", odd)
    tampered(mover, "UPDATE posts SET text = ? WHERE id = 'post-1'", "語🦆" * 400_000)

    mover.moved()

    assert mover.here() == mover.there()
