"""Rows of the relay in a real database: order by key whoever commits when, shares, and kills."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.runtime.clock import ManualClock, to_epoch_ms
from services.runtime.errors import StorageRefusedError
from services.runtime.failpoints import forget_orders, order_at_failpoints
from services.runtime.kafka_relay import SHARE_SECONDS, Relay
from services.runtime.metrics import Metrics
from services.runtime.ports import Append, Commit, Record
from services.runtime.relay import FIRST_KEY, RelayRow
from services.store.postgres_appends import SHARDS, append, shard_of
from services.store.postgres_journal import PostgresJournal
from services.store.postgres_pool import PostgresPool, connect
from services.store.postgres_relay import RelayRows, forget_keys_at_rest
from tests.fakes import wait_until
from tests.relay_fakes import TakenByKafka

TOPIC = "posts.received.v1"
SECONDS = 60
KEYS = [f"key-{n}" for n in range(40)]


def said(number: int, key: str = "c", topic: str = TOPIC) -> Append:
    """Return the n-th event of a key."""
    return Append(topic, key, f'{{"id":"{key}-{number}"}}'.encode())


@pytest.fixture
def rows(pool: PostgresPool) -> Iterator[RelayRows]:
    """Rows of which every shard is held here."""
    rows = RelayRows(pool)
    assert all(rows.hold(shard) for shard in rows.shards())
    yield rows
    rows.close()


@pytest.fixture
def made(
    pool: PostgresPool, journal: PostgresJournal[None], clock: ManualClock
) -> Iterator[Callable[[TakenByKafka], tuple[Relay, RelayRows]]]:
    """Something that makes one more relay over the same database."""
    opened: list[RelayRows] = []

    def make(kafka: TakenByKafka) -> tuple[Relay, RelayRows]:
        opened.append(RelayRows(pool))
        relay = Relay(opened[-1], kafka, clock=clock, metrics=Metrics(), letters=journal)
        return relay, opened[-1]

    yield make
    for each in opened:
        each.close()


def of(rows: RelayRows, key: str = "c") -> list[RelayRow]:
    """Return what waits of a key."""
    shard = shard_of(key)
    return [row for row in rows.unsent({shard: FIRST_KEY}, 1_000)[shard] if row.key == key]


def test_shards_are_the_same_on_every_machine() -> None:
    """Rows stand under their shard: another way of counting would leave them where they are."""
    assert [0, 9, 8] == [shard_of(key) for key in ("", "conversation", "waste")]
    assert set(range(SHARDS)) == {shard_of(str(n)) for n in range(1_000)}


def test_events_wait_as_they_were_written(journal: PostgresJournal[None], rows: RelayRows) -> None:
    """Topic, key and bytes come out as they went in, counted from 0 for each key of a topic."""
    appends = [said(0), said(1), said(0, "d"), said(0, "c", "posts.routed.v1"), said(2)]

    records = journal.commit(Commit(appends)).result(SECONDS)

    assert [0, 1, 0, 0, 2] == [record.offset for record in records]
    assert ["posts.received.v1"] * 3 + ["posts.routed.v1"] == [row.topic for row in of(rows)]
    assert [*appends[:2], appends[4], appends[3]] == [row.append for row in of(rows)]
    assert 5 == rows.waiting()
    assert {shard_of("c"), shard_of("d")} == set(rows.busy())


def test_only_what_was_sent_goes(journal: PostgresJournal[None], rows: RelayRows) -> None:
    """Later rows of the same key stay, and so do those that came meanwhile."""
    journal.commit(Commit([said(n) for n in range(3)])).result(SECONDS)
    sent = of(rows)[:2]
    journal.commit(Commit([said(3)])).result(SECONDS)

    rows.sent(sent)

    assert [2, 3] == [row.sequence for row in of(rows)]


def test_a_transaction_that_commits_late_is_overtaken_by_none_of_its_keys(
    address: str, pool: PostgresPool, rows: RelayRows
) -> None:
    """Whoever appends to its key meanwhile waits for it; other keys go on."""
    late = connect(address)
    late.execute("BEGIN")
    append(late, [said(0)], 0)
    ended: list[str] = []

    def behind() -> None:
        with pool.connection() as connection, connection.transaction():
            append(connection, [said(1)], 0)
        ended.append("behind")

    waiting = threading.Thread(target=behind)
    waiting.start()
    with pool.connection() as connection, connection.transaction():
        append(connection, [said(0, "d")], 0)
    wait_until(lambda: is_somebody_waiting(pool))
    before = ([row.sequence for row in of(rows)], [row.sequence for row in of(rows, "d")])
    late.execute("COMMIT")
    waiting.join(SECONDS)
    late.close()

    assert ([], [0]) == before
    assert [(0, said(0).value), (1, said(1).value)] == [(r.sequence, r.value) for r in of(rows)]
    assert ["behind"] == ended


def is_somebody_waiting(pool: PostgresPool) -> bool:
    """Return whether a session waits for a lock."""
    with pool.connection() as connection:
        text = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
            "AND datname = current_database()"
        )
        ((count,),) = connection.execute(text).fetchall()
    return bool(count)


def test_what_was_rolled_back_leaves_no_hole(pool: PostgresPool, rows: RelayRows) -> None:
    """The next event of the key takes the number that was given back."""
    with pool.connection() as connection:
        connection.execute("BEGIN")
        append(connection, [said(0)], 0)
        connection.execute("ROLLBACK")
        with connection.transaction():
            append(connection, [said(1)], 0)

    assert [(0, said(1).value)] == [(row.sequence, row.value) for row in of(rows)]


def test_many_writers_and_a_relay_keep_every_key_in_order(
    address: str, clock: ManualClock, made: Callable[[TakenByKafka], tuple[Relay, RelayRows]]
) -> None:
    """Keys shared by six writers at once come out in the order of their numbers, none missing."""
    kafka = TakenByKafka()
    relay, rows = made(kafka)
    journals = [PostgresJournal(address, clock, connections_max=3) for _ in range(6)]
    records: list[list[Record]] = [[] for _ in journals]

    def write(number: int) -> None:
        for n in range(25):
            keys = [KEYS[(number * 7 + n * each) % len(KEYS)] for each in range(8)]
            appends = [said(number * 1_000 + n, key) for key in keys]
            records[number] += journals[number].commit(Commit(appends)).result(SECONDS)

    writers = [threading.Thread(target=write, args=(n,)) for n in range(len(journals))]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        relay.turn()
    for journal in journals:
        journal.close()
    while relay.turn():
        pass

    written = sorted((r.key, r.offset, r.value) for each in records for r in each)
    for key in KEYS:
        expected = [(offset, value) for of_key, offset, value in written if of_key == key]
        assert list(range(len(expected))) == [offset for offset, _ in expected]
        values = [event.value for event in kafka.events if event.key == key]
        assert [value for _, value in expected] == values
    assert 6 * 25 * 8 == len(kafka.events)
    assert 0 == rows.waiting()


@pytest.mark.parametrize("place", ["relay.send.before", "relay.send.after", "relay.mark.after"])
def test_a_relay_that_is_killed_repeats_and_loses_nothing(
    journal: PostgresJournal[None],
    made: Callable[[TakenByKafka], tuple[Relay, RelayRows]],
    place: str,
) -> None:
    """Wherever it ends, the next one sends what was not marked, each key in its order."""
    kafka = TakenByKafka()
    relay, rows = made(kafka)
    appends = [said(n, key) for n in range(5) for key in KEYS[:6]]
    journal.commit(Commit(appends)).result(SECONDS)

    def end(name: str) -> None:
        if name == place:
            raise KeyboardInterrupt

    order_at_failpoints(end)
    with pytest.raises(KeyboardInterrupt):
        relay.turn()
    forget_orders()
    rows.close()
    second, second_rows = made(kafka)
    while second.turn():
        pass

    for key in KEYS[:6]:
        assert [said(n, key).value for n in range(5)] == kafka.values_of(key)
    assert len(appends) * (2 if place == "relay.send.after" else 1) == len(kafka.events)
    assert 0 == second_rows.waiting()


def test_two_relays_share_the_shards_and_one_takes_over(
    journal: PostgresJournal[None],
    clock: ManualClock,
    made: Callable[[TakenByKafka], tuple[Relay, RelayRows]],
) -> None:
    """Each holds half; where one is gone, the other has all, and every event came once."""
    kafka = TakenByKafka()
    (first, first_rows), (second, second_rows) = made(kafka), made(kafka)
    for each in (first, second, first, second):
        each.turn()
        clock.advance(SHARE_SECONDS)
    shared = (len(first_rows.held), len(second_rows.held))
    journal.commit(Commit([said(n, key) for n in range(3) for key in KEYS])).result(SECONDS)
    sent = (first.turn(), second.turn())

    first_rows.close()
    journal.commit(Commit([said(3, key) for key in KEYS])).result(SECONDS)
    wait_until(lambda: second_rows.relays() == 1)
    clock.advance(SHARE_SECONDS)
    second.turn()

    assert ((8, 8), 3 * len(KEYS)) == (shared, sum(sent))
    assert min(sent) > 0
    assert SHARDS == len(second_rows.held)
    for key in KEYS:
        assert [said(n, key).value for n in range(4)] == kafka.values_of(key)
    assert 4 * len(KEYS) == len(kafka.events)


def test_a_shard_is_free_when_its_relay_lost_the_connection(
    pool: PostgresPool, rows: RelayRows
) -> None:
    """What is held is a lock of the session: whoever lost it is told, and holds nothing."""
    other = RelayRows(pool)
    refused = other.hold(3)
    with pool.connection() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'mercat relay' AND datname = current_database() "
            "ORDER BY backend_start LIMIT 1"
        )

    wait_until(lambda: other.hold(3))
    with pytest.raises(StorageRefusedError):
        rows.busy()

    assert not refused
    assert frozenset() == rows.held
    assert not rows.hold(3)
    assert rows.hold(4)
    other.close()


def test_a_key_at_rest_is_forgotten_and_one_that_waits_is_not(
    journal: PostgresJournal[None], pool: PostgresPool, rows: RelayRows
) -> None:
    """Of keys without events for a day those go whose rows are sent, and begin again at 0."""
    journal.commit(Commit([said(0, "sent"), said(0, "waits"), said(0, "young")])).result(SECONDS)
    rows.sent([*of(rows, "sent"), *of(rows, "young")])
    with pool.connection() as connection:
        connection.execute("UPDATE relay_keys SET at_ms = 5 WHERE key <> 'young'")

    # The asker's clock is wrong by years, and the server's own keeps the young one all the same.
    gone = journal.forget("relay_keys", (2**60,)).result(SECONDS)

    records = journal.commit(Commit([said(1, key) for key in ("sent", "waits", "young")]))
    assert 1 == gone
    assert [0, 1, 1] == [record.offset for record in records.result(SECONDS)]


def test_keys_at_rest_are_forgotten_a_day_after_their_last_event(
    journal: PostgresJournal[None], pool: PostgresPool, rows: RelayRows
) -> None:
    """However many there are, all whose day is over go in one call, and none before."""
    now = datetime.now(UTC)
    with pool.connection() as connection:
        connection.execute(
            "INSERT INTO relay_keys SELECT 't', n::text, 0, 1, %s - n * 3600000::bigint "
            "FROM generate_series(2, 6001) AS n",
            (to_epoch_ms(now),),
        )

    assert 6_001 - 24 == forget_keys_at_rest(journal, now)
    assert 0 == forget_keys_at_rest(journal, now)
    assert 23 == forget_keys_at_rest(journal, now + timedelta(days=1))
    assert 0 == rows.waiting()


def test_a_key_that_is_counted_on_while_it_is_swept_stays(
    address: str, journal: PostgresJournal[None], pool: PostgresPool, rows: RelayRows
) -> None:
    """The sweep waits for the key's lock, and then sees that the key is at rest no more."""
    journal.commit(Commit([said(0)])).result(SECONDS)
    rows.sent(of(rows))
    with pool.connection() as connection:
        connection.execute("UPDATE relay_keys SET at_ms = 5")
    late = connect(address)
    late.execute("BEGIN")
    append(late, [said(1)], 0)
    sweep = journal.forget("relay_keys", (2**60,))
    wait_until(lambda: is_somebody_waiting(pool))

    late.execute("COMMIT")
    late.close()

    assert 0 == sweep.result(SECONDS)
    assert [2] == [r.offset for r in journal.commit(Commit([said(2)])).result(SECONDS)]


@given(
    commits=st.lists(st.lists(st.sampled_from(KEYS[:5]), min_size=1, max_size=8), max_size=8),
    away=st.lists(st.integers(0, 2), max_size=8),
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_committed_and_fails_each_key_comes_out_in_order(
    journal: PostgresJournal[None],
    made: Callable[[TakenByKafka], tuple[Relay, RelayRows]],
    commits: list[list[str]],
    away: list[int],
) -> None:
    """First sights of a key's events in Kafka are in the order of their commits."""
    kafka = TakenByKafka()
    relay, rows = made(kafka)
    expected: dict[str, list[bytes]] = {}
    for number, keys in enumerate(commits):
        appends = [said(number * 10 + place, key) for place, key in enumerate(keys)]
        journal.commit(Commit(appends)).result(SECONDS)
        for each in appends:
            expected.setdefault(each.key, []).append(each.value)
        kafka.away = away[number] if number < len(away) else 0
        while kafka.away:
            with pytest.raises(Exception, match="did not confirm"):
                relay.turn()
    while relay.turn():
        pass

    assert expected == {key: kafka.values_of(key) for key in expected}
    rows.close()
