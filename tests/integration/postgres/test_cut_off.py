"""Lines that break and servers that die under a commit: what was acknowledged is there."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future

import psycopg
import pytest

from services.runtime.clock import ManualClock
from services.runtime.effects import Key
from services.runtime.errors import MercatError, StorageRefusedError
from services.runtime.failpoints import order_at_failpoints
from services.runtime.ports import Append, Commit, Cursor, Guard, Lane, Record
from services.runtime.relay import FIRST_KEY
from services.store import postgres_writer
from services.store.postgres_journal import PostgresJournal
from services.store.postgres_pool import PostgresPool
from services.store.postgres_relay import RelayRows
from services.store.postgres_writer import PostgresWriter
from tests.integration.postgres.cutting_line import CuttingLine
from tests.postgres_server import PostgresServer

SECONDS = 60
PLACE = Key("command_keys", "k")


def commit(number: int, lane: Lane = Lane.BULK) -> Commit:
    """Return the n-th commit of a consumer, with an event."""
    append = Append("posts.received.v1", "c", f'{{"id":"{number}"}}'.encode())
    return Commit([append], cursors=[Cursor("route", "t", number, number + 1)], lane=lane)


def end_sessions(pool: PostgresPool) -> None:
    """End every other session, as an administrator or a failing network does."""
    with pool.connection() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )


@pytest.mark.parametrize("lane", Lane)
def test_a_session_that_ended_at_rest_costs_nobody_anything(
    journal: PostgresJournal[None], lane: Lane
) -> None:
    """The next commit makes a new one: nothing was under way."""
    journal.commit(commit(0, lane)).result(SECONDS)

    end_sessions(journal.pool)

    journal.commit(commit(1, lane)).result(SECONDS)
    assert 2 == journal.store.cursor("route", "t")


@pytest.mark.parametrize("place", ["cursor.move.after", "log.commit.before"])
def test_a_session_that_ends_under_a_commit_leaves_nothing_of_it(
    journal: PostgresJournal[None], pool: PostgresPool, place: str
) -> None:
    """It is refused as something that may be given again, and given again it is kept once."""
    left = [place]

    def end_once(name: str) -> None:
        if name in left:
            left.remove(name)
            end_sessions(pool)

    order_at_failpoints(end_once)

    with pytest.raises(StorageRefusedError):
        journal.commit(commit(0)).result(SECONDS)
    before = journal.store.cursor("route", "t")
    (record,) = journal.commit(commit(0)).result(SECONDS)

    assert (0, 0) == (before, record.offset)
    assert 1 == journal.store.cursor("route", "t")


def test_a_commit_whose_answer_was_lost_is_found_to_be_kept(
    address: str, clock: ManualClock
) -> None:
    """The server itself says afterwards that it is there, so nobody is told to give it again."""
    with CuttingLine(address) as line:
        journal = PostgresJournal(line.address, clock, connections_max=4)
        line.cut_next_commit()

        (record,) = journal.commit(commit(0)).result(SECONDS)
        (second,) = journal.commit(commit(1)).result(SECONDS)

        assert (0, 1, 2) == (record.offset, second.offset, journal.store.cursor("route", "t"))
        journal.close()


def test_what_cannot_be_found_out_is_said_to_be_unknown(
    address: str, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a takeover by another server a number proves nothing: whoever asked has to look."""
    with CuttingLine(address) as line:
        journal = PostgresJournal(line.address, clock, connections_max=4)
        journal.commit(commit(0)).result(SECONDS)
        monkeypatch.setattr(postgres_writer, "_LIFE", "SELECT '00000002'")
        line.cut_next_commit()

        with pytest.raises(StorageRefusedError, match="not known whether"):
            journal.commit(commit(1)).result(SECONDS)

        assert 2 == journal.store.cursor("route", "t")
        journal.close()


def test_a_number_given_anew_after_a_crash_proves_nothing(own_server: PostgresServer) -> None:
    """A crash forgets numbers that were not on the disk: another's commit may have it now."""
    left = ["log.commit.before"]

    def crash(name: str) -> None:
        if name in left:
            left.remove(name)
            own_server.kill()
            own_server.restart()
            with psycopg.connect(own_server.address, autocommit=True) as other:
                for _ in range(20):
                    other.execute("SELECT pg_current_xact_id()")

    writer = PostgresWriter(own_server.address, "test")
    order_at_failpoints(crash)

    with pytest.raises(StorageRefusedError, match="not known whether"):
        writer.submit(lambda _: None).result(SECONDS)

    assert [] == left
    writer.submit(lambda _: None).result(SECONDS)
    writer.close()


def test_a_server_that_stays_away_is_not_waited_for_when_closing(
    own_server: PostgresServer,
) -> None:
    """A service that is told to end does so; what was under way is said to be unknown."""
    writer = PostgresWriter(own_server.address, "test")
    looking = threading.Event()

    def kill(name: str) -> None:
        if name == "log.commit.before":
            own_server.kill()
            looking.set()

    order_at_failpoints(kill)
    future: Future[None] = writer.submit(lambda _: None)
    assert looking.wait(SECONDS)
    writer.close()

    with pytest.raises(StorageRefusedError):
        future.result(SECONDS)
    own_server.restart()


def test_everything_acknowledged_outlives_a_server_that_is_killed(
    own_server: PostgresServer, clock: ManualClock
) -> None:
    """Killed three times among commits and started again: no cursor, event or number is missing."""
    journal = PostgresJournal(own_server.address, clock, connections_max=6)
    journal.migrate(0)
    kept: list[tuple[int, Sequence[Record]]] = []
    number = 0
    for round_number in range(3):
        futures = [journal.commit(commit(n)) for n in range(number, number + 60)]
        kept.append((number, futures[0].result(SECONDS)))
        kill = threading.Thread(target=own_server.kill)
        kill.start()
        decision = journal.commit(
            Commit(
                writes={PLACE._replace(id=f"k{round_number}"): {"version": 1}},
                guards=[Guard(PLACE._replace(id=f"k{round_number}"), None)],
                lane=Lane.DECISION,
            )
        )
        kill.join()
        own_server.restart()
        for place, future in enumerate(futures):
            if failure_of(future) is None:
                kept.append((number + place, future.result()))
        found = journal.store.fetch([PLACE._replace(id=f"k{round_number}")])
        # One that was refused may be there all the same: a crash leaves in doubt what it cut off.
        assert failure_of(decision) is not None or None not in found.values()
        number = journal.store.cursor("route", "t")
        assert number > max(place for place, _ in kept)

    rows = RelayRows(journal.pool)
    waiting = [
        row
        for shard in rows.shards()
        if rows.hold(shard)
        for row in rows.unsent({shard: FIRST_KEY}, 999)[shard]
    ]
    assert list(range(number)) == [row.sequence for row in waiting]
    assert [f'{{"id":"{n}"}}'.encode() for n in range(number)] == [row.value for row in waiting]
    rows.close()
    journal.close()


def failure_of(future: "Future[Sequence[Record]]") -> MercatError | None:
    """Return what a commit failed with; anything but a refusal of ours fails the test."""
    error = future.exception(SECONDS)
    assert error is None or isinstance(error, MercatError)
    return error
