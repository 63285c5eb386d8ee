"""What was erased leaves the tables' own files, and nobody is told so while it cannot."""

import pytest

from services.runtime.effects import Key
from services.runtime.ports import Commit
from services.store import postgres_settle
from services.store.postgres_journal import PostgresJournal
from services.store.postgres_pool import PostgresPool, connect

PLACE = Key("audit_payloads", "house:000000000001")


def dead_rows(pool: PostgresPool) -> int:
    """Return how many rows that were overwritten still lie in the part that holds the payload."""
    with pool.connection() as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pgstattuple")
        text = (
            "SELECT sum((pgstattuple(inhrelid::regclass)).dead_tuple_count)::bigint "
            "FROM pg_inherits WHERE inhparent = 'audit_payloads'::regclass"
        )
        ((count,),) = connection.execute(text).fetchall()
    return int(count)


def erase(journal: PostgresJournal[None]) -> None:
    """Write a payload and empty it, as an erasure does."""
    for ciphertext in (b"secret", b""):
        journal.commit(Commit(writes={PLACE: {"ciphertext": ciphertext}})).result(60)


def test_what_was_overwritten_is_cleared_away(
    journal: PostgresJournal[None], pool: PostgresPool
) -> None:
    """No file of a table holds it any more, and the row as it is now stands."""
    erase(journal)
    before = dead_rows(pool)

    settled = journal.settle().result(60)

    assert (True, True, 0) == (before > 0, settled, dead_rows(pool))
    assert {PLACE: {"salt": None, "ciphertext": b""}} == journal.store.fetch([PLACE])


def test_an_earlier_reader_holds_it_back_and_that_is_said(
    journal: PostgresJournal[None],
    pool: PostgresPool,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As long as a transaction from before may still look at it, it is there, and not settled."""
    monkeypatch.setattr(postgres_settle, "TRIES_MAX", 2)
    reader = connect(address)
    reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    reader.execute("SELECT count(*) FROM audit_payloads")
    erase(journal)

    held_back = journal.settle().result(60)
    left = dead_rows(pool)
    reader.close()
    settled = journal.settle().result(60)

    assert (False, True, True, 0) == (held_back, left > 0, settled, dead_rows(pool))
