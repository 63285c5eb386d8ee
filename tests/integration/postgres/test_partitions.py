"""Large tables in parts: posts by month, the audit by id; what was there is kept."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Thread

import psycopg
import pytest

from schemas.envelope import timed_id
from services.runtime.audit_entry import SealedEntry
from services.runtime.effects import Key, Row
from services.runtime.errors import StateConflictError
from services.store.chain import linked
from services.store.migrations import MIGRATIONS, VERSIONS_TABLE
from services.store.months import months_around
from services.store.postgres_partitions import keep_partitions
from services.store.postgres_pool import Connection, PostgresPool
from services.store.postgres_store import PostgresStore
from services.store.relay_migration import RELAY
from services.store.statements import VERSION_WRITE, columns_of, insert, row_values
from tests.postgres_server import fresh_database
from tests.postgres_stores import migrated_database, pool_of

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.fixture
def address(postgres_server: str) -> str:
    """A database of this test's own: parts that it makes stay."""
    return migrated_database(postgres_server)


def post_key(moment: datetime, name: str = "p") -> Key:
    """Return where a post that was first seen at a moment stands."""
    return Key("posts", timed_id(moment, "post", name))


def parts_of(pool: PostgresPool) -> dict[str, int]:
    """Return how many posts lie in each part that holds any."""
    with pool.connection() as connection:
        text = "SELECT tableoid::regclass::text, count(*) FROM posts GROUP BY 1 ORDER BY 1"
        return {str(name): int(count) for name, count in connection.execute(text)}


def plan_of(connection: Connection, text: str, *parameters: str) -> str:
    """Return how the server would carry out a statement whose parameters it does not know yet."""
    connection.execute("SET plan_cache_mode = force_generic_plan")
    cursor = connection.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {text}".encode(), parameters)
    return "\n".join(str(line) for (line,) in cursor)


def test_months_follow_one_another_without_a_gap() -> None:
    """Each ends where the next begins, over the end of a year too."""
    months = list(months_around(datetime(2026, 12, 31, 23, 59, tzinfo=UTC), 1, 2))

    assert ["posts_2026_11", "posts_2026_12", "posts_2027_01", "posts_2027_02"] == [
        month.table for month in months
    ]
    assert all(a.end_id == b.first_id for a, b in pairwise(months))


@pytest.mark.parametrize("seconds", [0, 1, 2_591_999, -1])
def test_an_id_lies_in_the_month_of_its_second(seconds: int) -> None:
    """The first second of a month is in it, and the last one; the one before is not."""
    (month,) = months_around(NOW, 0, 0)
    begin = datetime(2026, 11, 1, tzinfo=UTC)

    of_moment = timed_id(begin + timedelta(seconds=seconds), "any")

    assert (seconds >= 0) is (month.first_id <= of_moment < month.end_id)


def test_the_months_ahead_are_made_once(pool: PostgresPool) -> None:
    """This month and the two that follow; the second time there is nothing left to do."""
    made = keep_partitions(pool, NOW)

    assert ["posts_2026_11", "posts_2026_12", "posts_2027_01"] == made
    assert [] == keep_partitions(pool, NOW)
    assert ["posts_2027_02"] == keep_partitions(pool, NOW + timedelta(days=7))


def test_posts_lie_in_their_month_or_wait_in_the_default_part(pool: PostgresPool) -> None:
    """One of a month without a part is kept, found, changed, and moves when the part is made."""
    store = PostgresStore(pool)
    keep_partitions(pool, NOW)
    old, new = post_key(NOW - timedelta(days=60)), post_key(NOW)
    store.apply({old: {"team": "waste"}, new: {"team": "roads"}})
    before = parts_of(pool)
    store.apply({old: {"team": "parks"}})

    made = keep_partitions(pool, NOW, months_before=2)

    assert {"posts_2026_11": 1, "posts_default": 1} == before
    assert ["posts_2026_09", "posts_2026_10"] == made
    assert {"posts_2026_09": 1, "posts_2026_11": 1} == parts_of(pool)
    found = store.fetch([old, new])
    assert ["parks", "roads"] == [(found[key] or {}).get("team") for key in (old, new)]


def test_parts_are_made_while_posts_come_in(address: str) -> None:
    """Nobody who writes meanwhile loses a post or meets a refusal."""
    with pool_of(address, 4) as pool:
        store = PostgresStore(pool)
        keys = [post_key(NOW + timedelta(days=n // 4), str(n)) for n in range(240)]

        def write() -> None:
            for key in keys:
                store.apply({key: {"team": "waste"}})

        writer = Thread(target=write)
        writer.start()
        for _ in range(2):
            keep_partitions(pool, NOW)
        writer.join(60)

        assert len(keys) == sum(parts_of(pool).values())
        assert all(store.fetch(keys).values())


def test_looking_posts_up_by_id_touches_one_part(pool: PostgresPool) -> None:
    """Even for a plan made before the ids are known, the other months are not looked into."""
    keep_partitions(pool, NOW, months_before=6)
    key = post_key(NOW)
    PostgresStore(pool).apply({key: {"team": "waste"}})

    with pool.connection() as connection:
        connection.execute("PREPARE one (text) AS SELECT * FROM posts WHERE id = $1")
        connection.execute("PREPARE two (text, text) AS SELECT * FROM posts WHERE id IN ($1, $2)")
        one = plan_of(connection, f"EXECUTE one ('{key.id}')")
        two = plan_of(connection, f"EXECUTE two ('{key.id}', '{key.id}')")

    for plan in (one, two):
        assert "posts_2026_11" in plan
        assert not any(f"on posts_2026_{month:02}" in plan for month in range(5, 11)), plan


def test_what_was_there_before_is_kept(postgres_server: str) -> None:
    """A database of the schema before has its posts and its audit afterwards, row by row."""
    rows: dict[Key, Row] = {post_key(NOW, str(n)): {"team": f"t{n}"} for n in range(20)}
    head: tuple[int, bytes] | None = None
    for number in range(20):
        sealed = SealedEntry("house", number, "k", "s", "p", None, None, b"{}", b"s", b"c")
        link = linked(head, sealed)
        head = link.place
        rows[Key("audit_entries", link.entry_id)] = link.entry
        rows[Key("audit_payloads", link.entry_id)] = link.payload
    address = fresh_database(postgres_server)
    with psycopg.connect(address) as connection:
        connection.execute(VERSIONS_TABLE)
        for migration in MIGRATIONS:
            if migration.number < RELAY.number:
                for text in migration.statements_for("postgres"):
                    connection.execute(text.encode())
                done = (migration.number, migration.name, 0)
                connection.execute(VERSION_WRITE.replace("?", "%s").encode(), done)
        for key, row in rows.items():
            text = insert(key.table).replace("?", "%s")
            connection.execute(text.encode(), row_values(key.table, key.id, row))
    with pool_of(address) as pool:
        store = PostgresStore(pool)

        store.migrate(0)

        for key, row in rows.items():
            whole = dict.fromkeys(columns_of(key.table)[1:]) | dict(row)
            assert {key: whole} == store.fetch([key])
        chain = store.select("audit_chain_after", ("house", 0, 100))
        assert list(range(1, 21)) == [entry["sequence"] for entry in chain]
        assert {"posts_default": 20} == parts_of(pool)


def test_an_entry_of_the_audit_stands_at_the_place_its_id_says(pool: PostgresPool) -> None:
    """No two entries have one place in a chain: the id is made of both, and there is one of it."""
    store = PostgresStore(pool)
    row: Row = {"chain": "house", "sequence": 7}

    store.apply({Key("audit_entries", "house:000000000007"): row})

    for wrong in ("house:000000000008", "other:000000000007", "7"):
        with pytest.raises(StateConflictError, match="own rules forbid it"):
            store.apply({Key("audit_entries", wrong): row})
