"""What every store promises, on SQLite and on PostgreSQL: one suite, one set of statements."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row
from services.runtime.errors import FolderError, StateConflictError, StorageRefusedError
from services.runtime.ports import Commit, Cursor, Store
from services.store.migrations import MIGRATIONS, VERSION
from services.store.postgres_pool import PostgresPool
from services.store.postgres_store import PostgresStore
from services.store.queries import QUERIES
from services.store.sqlite_connection import open_writer
from services.store.sqlite_journal import SqliteJournal
from services.store.statements import columns_of
from services.store.tables import TABLES
from tests.postgres_server import fresh_database
from tests.postgres_stores import emptied_database, pool_of


class WritableStore(Store, Protocol):
    """A store together with the way its runner writes it."""

    def apply(self, writes: Mapping[Key, Row | None], cursors: Sequence[Cursor] = ()) -> None:
        """Carry out writes and moves in one transaction."""
        ...


class SqliteUnderTest:
    """The SQLite store, written through its journal as the embedded runner does."""

    def __init__(self, journal: SqliteJournal) -> None:
        self.fetch = journal.store.fetch
        self.select = journal.store.select
        self.cursor = journal.store.cursor
        self._journal = journal

    def apply(self, writes: Mapping[Key, Row | None], cursors: Sequence[Cursor] = ()) -> None:
        """Commit and wait."""
        self._journal.commit(Commit(writes=writes, cursors=cursors)).result()


@pytest.fixture(params=["sqlite", "postgres"])
def store(
    request: pytest.FixtureRequest, sqlite_path: Path, clock: ManualClock
) -> Iterator[WritableStore]:
    """An empty store of each kind."""
    if request.param == "sqlite":
        journal = SqliteJournal(sqlite_path, clock)
        yield SqliteUnderTest(journal)
        journal.close()
        return
    with pool_of(emptied_database(request.getfixturevalue("postgres_server"))) as pool:
        yield PostgresStore(pool)


def letter(**values: Any) -> Row:
    """Return a dead letter's row with some values set."""
    return dict.fromkeys(columns_of("dead_letters")[1:]) | values


def test_a_written_row_is_read_back_with_the_types_it_was_written_with(
    store: WritableStore,
) -> None:
    """Text, integers, bytes and emptiness survive unchanged."""
    key = Key("dead_letters", "a")
    row = letter(stage="route", size_bytes=2**53 + 1, value=b"\x00\xff'\";--", cause="čí 語 🦆")

    store.apply({key: row})

    assert {key: row} == store.fetch([key])


def test_an_absent_row_is_none(store: WritableStore) -> None:
    """Every key asked for is answered, a missing one by None."""
    key = Key("objections", "nobody")

    assert {key: None} == store.fetch([key])


def test_a_second_write_replaces_the_whole_row(store: WritableStore) -> None:
    """A column left out of the second writing is empty after it."""
    key = Key("known_posts", "p")
    store.apply({key: {"conversation_id": "c", "post_id": "1", "removed": 0}})

    store.apply({key: {"conversation_id": "c", "removed": 1}})

    row = store.fetch([key])[key]
    assert row is not None
    assert (row["post_id"], row["removed"]) == (None, 1)


def test_a_forgotten_row_is_gone(store: WritableStore) -> None:
    """Writing None takes a row away."""
    key = Key("objections", "o")
    store.apply({key: {"source": "feed"}})

    store.apply({key: None})

    assert {key: None} == store.fetch([key])


@pytest.mark.parametrize("count", [1, 2, 16, 17, 513, 1_100])
def test_any_number_of_keys_is_fetched_at_once(store: WritableStore, count: int) -> None:
    """Batches larger than one statement takes are split without losing a row."""
    writes = {Key("objections", f"r{i}"): {"source": f"p{i}"} for i in range(count)}
    store.apply(writes)

    fetched = store.fetch(writes)

    assert count == sum(row is not None for row in fetched.values())


def test_a_consumer_moves_on_from_where_it_is(store: WritableStore) -> None:
    """Cursors start at nought and follow each move."""
    store.apply({}, [Cursor("route", "t", 0, 5)])
    store.apply({}, [Cursor("route", "t", 5, 9)])

    assert store.cursor("route", "t") == 9
    assert store.cursor("classify", "t") == 0


def test_a_move_from_elsewhere_fails_whole(store: WritableStore) -> None:
    """A commit that does not start where the consumer stands leaves nothing behind."""
    store.apply({}, [Cursor("route", "t", 0, 5)])
    key = Key("objections", "r")

    with pytest.raises(StateConflictError, match="not at offset 7"):
        store.apply({key: {"source": "p"}}, [Cursor("route", "t", 7, 9)])

    assert store.cursor("route", "t") == 5
    assert {key: None} == store.fetch([key])


def test_an_undeclared_table_or_column_is_refused(store: WritableStore) -> None:
    """A slip of the pen must not lose data."""
    with pytest.raises(KeyError):
        store.apply({Key("nowhere", "a"): {}})
    with pytest.raises(KeyError, match="no column colour"):
        store.apply({Key("objections", "a"): {"colour": "red"}})
    with pytest.raises(KeyError):
        store.fetch([Key("nowhere", "a")])


def test_every_declared_table_has_the_columns_it_declares(store: WritableStore) -> None:
    """Migrations and declarations agree: a fetch names every column."""
    for table in TABLES:
        assert {Key(table, "x"): None} == store.fetch([Key(table, "x")])


def test_every_declared_query_runs_on_an_empty_store(store: WritableStore) -> None:
    """Each search is text that both databases take."""
    for name, statement in sorted(QUERIES.items()):
        before_each = statement.split("?")[:-1]
        parameters = [10 if text.endswith("LIMIT ") else "1" for text in before_each]

        assert isinstance(store.select(name, parameters), list), name


@given(
    texts=st.lists(
        st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=60),
        max_size=5,
    )
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_survives(store: WritableStore, texts: list[str]) -> None:
    """All of Unicode but lone surrogates and NUL, which the door keeps out, is kept unchanged."""
    writes = {Key("objections", f"t{i}"): {"source": text} for i, text in enumerate(texts)}
    store.apply(writes)

    kept = {key: (row or {}).get("source") for key, row in store.fetch(writes).items()}

    assert {key: row["source"] for key, row in writes.items()} == kept


def test_a_newer_sqlite_file_is_refused(sqlite_path: Path, clock: ManualClock) -> None:
    """A file written by a later version says which version it wants."""
    SqliteJournal(sqlite_path, clock).close()
    connection = open_writer(sqlite_path)
    connection.execute("INSERT INTO schema_versions VALUES (?, 'later', 0)", (VERSION + 1,))
    connection.close()

    with pytest.raises(FolderError, match="newer Mercat"):
        SqliteJournal(sqlite_path, clock)


@pytest.fixture
def pool(postgres_server: str) -> Iterator[PostgresPool]:
    """Connections to an empty database without any table."""
    with pool_of(fresh_database(postgres_server)) as pool:
        yield pool


def test_a_newer_postgres_database_is_refused(pool: PostgresPool) -> None:
    """The same on PostgreSQL, by whoever would change it and whoever only looks."""
    store = PostgresStore(pool)
    store.migrate(0)
    with pool.connection() as connection:
        connection.execute("INSERT INTO schema_versions VALUES (%s, 'later', 0)", (VERSION + 1,))

    with pytest.raises(FolderError, match="newer Mercat"):
        store.migrate(0)
    with pytest.raises(FolderError, match="newer Mercat"):
        store.check()


def test_an_older_postgres_database_is_told_from_one_that_fits(pool: PostgresPool) -> None:
    """A service that finds an older schema, or none, does not begin."""
    store = PostgresStore(pool)
    with pytest.raises(FolderError, match="has schema 0 and this program needs"):
        store.check()
    store.migrate(0)

    store.check()

    with pool.connection() as connection:
        connection.execute("DELETE FROM schema_versions WHERE number = %s", (VERSION,))
    with pytest.raises(FolderError, match=f"has schema {VERSION - 1} and"):
        store.check()


def test_migrating_again_changes_nothing(pool: PostgresPool) -> None:
    """The second start finds its schema there."""
    store = PostgresStore(pool)

    assert [migration.name for migration in MIGRATIONS] == store.migrate(0)
    assert store.migrate(0) == []


def test_a_server_that_is_away_asks_for_patience() -> None:
    """An unreachable PostgreSQL is an error to retry, not a crash."""
    with pytest.raises(StorageRefusedError, match="would not answer"):
        PostgresPool("postgresql://mercat@127.0.0.1:1/none?connect_timeout=1", 2)
