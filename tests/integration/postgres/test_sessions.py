"""What rests on sessions with PostgreSQL: the pool, leases, and the server's clock."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from services.runtime.effects import Key, Row
from services.runtime.errors import (
    MercatError,
    OverloadedError,
    StaleStateError,
    StorageRefusedError,
)
from services.runtime.ports import Guard
from services.store import postgres_clock
from services.store.postgres_clock import PostgresClock
from services.store.postgres_journal import PostgresJournal
from services.store.postgres_leases import Leases
from services.store.postgres_pool import PostgresPool, connect
from services.store.postgres_store import PostgresStore
from tests.fakes import wait_until
from tests.postgres_server import PostgresServer
from tests.postgres_stores import pool_of

SECONDS = 60


def end_sessions(pool: PostgresPool, name: str) -> None:
    """End the sessions of a name."""
    with pool.connection() as connection:
        text = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s "
            "AND pid <> pg_backend_pid() AND datname = current_database()"
        )
        connection.execute(text, (name,))


def test_a_pool_in_use_turns_away_rather_than_waits_for_ever(address: str) -> None:
    """Whoever comes when every connection is lent is told to come again, and what to raise."""
    pool = PostgresPool(address, 1, wait_seconds=0.05)
    with (
        pool.connection(),
        pytest.raises(OverloadedError, match="every connection to PostgreSQL is in use"),
    ):
        PostgresStore(pool).fetch([Key("posts", "p")])
    pool.close()


def test_a_closed_pool_says_so(address: str) -> None:
    """What comes after the end is turned away."""
    with pool_of(address) as pool:
        store = PostgresStore(pool)

    with pytest.raises(OverloadedError, match="is closing"):
        store.cursor("route", "t")


def test_a_server_without_room_says_what_to_change(address: str) -> None:
    """Too many connections is a matter of two settings, and both are named."""
    with pool_of(address) as pool, pool.connection() as connection:
        database = address.rsplit("/", 1)[1]
        connection.execute(f"ALTER DATABASE {database} CONNECTION LIMIT 0".encode())
        connection.execute("CREATE ROLE visitor LOGIN")
        try:
            with pytest.raises(StorageRefusedError, match="raise its max_connections"):
                connect(address.replace("mercat@", "visitor@"))
        finally:
            connection.execute(f"ALTER DATABASE {database} CONNECTION LIMIT -1".encode())
            connection.execute("DROP ROLE visitor")


def test_reading_goes_on_after_the_server_was_killed(own_server: PostgresServer) -> None:
    """Connections that died with it are found out and made anew; nobody has to start again."""
    with pool_of(own_server.address, 3) as pool:
        store = PostgresStore(pool)
        store.migrate(0)
        own_server.kill()
        with pytest.raises(StorageRefusedError, match="would not answer"):
            store.cursor("route", "t")

        own_server.restart()

        wait_until(lambda: answers(store))


def answers(store: PostgresStore) -> bool:
    """Return whether a store can be read again; what it raises until then is a refusal."""
    try:
        return store.cursor("route", "t") == 0
    except (StorageRefusedError, OverloadedError):
        return False


def test_two_that_cross_are_told_to_decide_afresh(address: str) -> None:
    """PostgreSQL ends one of two that wait for each other, and nothing of that one is kept."""
    first, second = Key("objections", "a"), Key("objections", "b")
    with pool_of(address) as pool:
        store = PostgresStore(pool)
        store.apply({first: {"source": "0"}, second: {"source": "0"}})
        other = connect(address)
        other.execute("BEGIN")
        other.execute("UPDATE objections SET source = 'other' WHERE id = 'b'")
        failures: list[MercatError] = []

        def write() -> None:
            try:
                store.apply({first: {"source": "1"}, second: {"source": "1"}})
            except MercatError as error:
                failures.append(error)

        writer = threading.Thread(target=write)
        writer.start()
        wait_until(lambda: is_waiting(pool))
        other_failed = fails(
            lambda: other.execute("UPDATE objections SET source = 'other' WHERE id = 'a'")
        )
        other.close()
        writer.join(SECONDS)

        assert 1 == len(failures) + other_failed
        assert all(isinstance(failure, StaleStateError) for failure in failures)
        sources = {(row or {}).get("source") for row in store.fetch([first, second]).values()}
        assert sources == ({"0"} if failures else {"1"})


def fails(act: Callable[[], object]) -> bool:
    """Return whether something of psycopg's was refused."""
    try:
        act()
    except Exception:  # noqa: BLE001 - whichever of the two PostgreSQL ended
        return True
    return False


def is_waiting(pool: PostgresPool) -> bool:
    """Return whether a session of this database waits for a lock."""
    with pool.connection() as connection:
        text = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
            "AND datname = current_database()"
        )
        ((count,),) = connection.execute(text).fetchall()
    return bool(count)


def test_guards_in_any_order_never_cross(address: str, journal: PostgresJournal[None]) -> None:
    """Commits that name the same rows in opposite orders wait in one line, and one of each wins."""
    keys = [Key("command_keys", f"k{n}") for n in range(6)]
    with pool_of(address, 6) as pool:
        store = PostgresStore(pool)
        outcomes: list[str | None] = []
        barrier = threading.Barrier(4)

        def claim(number: int) -> None:
            barrier.wait()
            for _ in range(25):
                order = keys if number % 2 else keys[::-1]
                found = store.fetch(order)
                versions = {key: version_in(row) for key, row in reversed(found.items())}
                guards = [Guard(key, version) for key, version in versions.items()]
                writes = {key: {"version": version + 1} for key, version in versions.items()}
                try:
                    store.apply(writes, guards=guards)
                except StaleStateError as error:
                    outcomes.append(str(error))
                else:
                    outcomes.append(None)

        store.apply({key: {"version": 0} for key in keys})
        threads = [threading.Thread(target=claim, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SECONDS)

        reached = set(map(version_in, journal.store.fetch(keys).values()))
        assert {outcomes.count(None)} == reached
        assert 100 == len(outcomes)
        assert all(outcome is None or "has changed" in outcome for outcome in outcomes)


def version_in(row: Row | None) -> int:
    """Return the version that a row is at."""
    assert row is not None
    return int(str(row["version"]))


def test_a_lease_is_one_processs_until_it_lets_go(address: str) -> None:
    """The other has it after that, and each knows what it holds."""
    first, second = Leases(address), Leases(address)

    taken = (first.hold("sender:town"), second.hold("sender:town"), second.hold("sender:parks"))
    first.release("sender:town")
    then = (second.hold("sender:town"), first.hold("sender:town"))

    assert ((True, False, True), (True, False)) == (taken, then)
    assert (False, True) == (first.holds("sender:town"), second.holds("sender:town"))
    first.release("never held")
    first.close()
    second.close()


def test_a_lease_is_taken_once_however_often_it_is_asked_for(address: str) -> None:
    """Letting go once is enough."""
    first, second = Leases(address), Leases(address)
    assert all(first.hold("sender:town") for _ in range(3))

    first.release("sender:town")

    assert second.hold("sender:town")
    first.close()
    second.close()


def test_a_lease_ends_with_its_connection(address: str) -> None:
    """Whoever lost the line holds nothing any more and is told so; the other has it."""
    with pool_of(address) as pool:
        first, second = Leases(address), Leases(address)
        assert first.hold("sender:town")
        end_sessions(pool, "mercat leases")

        assert not first.holds("sender:town")
        wait_until(lambda: holds_somehow(second, "sender:town"))
        assert not first.hold("sender:town")
        first.close()
        second.close()


def holds_somehow(leases: Leases, name: str) -> bool:
    """Return whether a lease is held in the end; a line that was lost is made anew."""
    try:
        return leases.hold(name)
    except StorageRefusedError:
        return False


def test_a_lease_of_a_server_that_is_away_is_none(own_server: PostgresServer) -> None:
    """Without the server nobody can know who holds what, so nobody does."""
    leases = Leases(own_server.address)
    assert leases.hold("sender:town")
    own_server.kill()

    assert not leases.holds("sender:town")
    with pytest.raises(StorageRefusedError):
        leases.hold("sender:town")
    own_server.restart()
    assert leases.hold("sender:town")
    leases.close()


def test_the_clock_is_the_servers(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever this machine thinks, and between two questions it goes on by what passed here."""
    monkeypatch.setattr(postgres_clock, "_NOW", "SELECT clock_timestamp() + interval '3 days'")
    with pool_of(address) as pool:
        clock = PostgresClock(pool)

        first, second = clock.now(), clock.now()

        with pool.connection() as connection:
            ((server,),) = connection.execute("SELECT clock_timestamp()").fetchall()
        assert timedelta(days=2) < first - server < timedelta(days=4)
        assert first <= second
        assert timedelta(0) == second.utcoffset()
        assert clock.elapsed_seconds() <= clock.elapsed_seconds()


def test_a_clock_asks_again_after_a_second(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server whose time was set is followed, and one that is away has no time."""
    passed = [100.0]
    monkeypatch.setattr(postgres_clock, "_NOW", "SELECT timestamptz '2026-03-02 09:00:00+00'")
    with pool_of(address) as pool:
        clock = PostgresClock(pool, elapsed_seconds=lambda: passed[0])
        first = clock.now()
        passed[0] += 0.75
        second = clock.now()
        monkeypatch.setattr(postgres_clock, "_NOW", "SELECT timestamptz '2026-03-02 08:00:00+00'")
        third = clock.now()
        passed[0] += 0.5
        fourth = clock.now()

    assert timedelta(seconds=0.75) == second - first == third - first
    assert timedelta(hours=-1) == fourth - first
    passed[0] += 2
    with pytest.raises(OverloadedError, match="closing"):
        clock.now()
