"""What every store says of one person as one account: a grant's own quota, clean acts, firsts."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import apsw
import pytest

from services.policy.circumstances import Pace, pace_under_account
from services.policy.trust import Trust, standing_at
from services.policy.trust_record import standings, trust_read, with_firsts
from services.runtime.audit_entry import BODY_SUBJECT
from services.runtime.clock import DAY_MS, HOUR_MS, ManualClock
from services.runtime.effects import Key, Row
from services.runtime.ports import Commit, Store
from services.store.grant_queries import GRANT_QUERIES
from services.store.postgres_pool import PostgresPool
from services.store.postgres_store import PostgresStore
from services.store.sqlite_journal import SqliteJournal
from tests.authority import authority_data
from tests.postgres_stores import emptied_database
from tests.unit.policy.samples import NOW_MS, act, grant

MINUTE_MS: Final = 60_000
DATA: Final = authority_data(trust__clean_acts={"every": 2, "first": 3, "sampled": 4})

Write = Callable[[Mapping[Key, Row | None]], object]


class Record:
    """A store with acts of ines in it, and what is told of them."""

    def __init__(self, store: Store, write: Write) -> None:
        self.store = store
        self.write = write

    def say(self, act_id: str, ago_ms: int, sending: str | None = "sent", **values: Any) -> None:
        """Keep an act that was proposed some time ago, and how its sending ended."""
        at_ms = NOW_MS - ago_ms
        row = {**act(drafted_at_ms=at_ms, proposed_at_ms=at_ms, state="sending").row(), **values}
        rows: dict[Key, Row | None] = {Key("acts", act_id): row}
        if sending is not None:
            remote_id = None if sending == "lost" else f"remote-{act_id}"
            state = "reconciled" if sending in ("found", "lost") else sending
            kept = {"account": row["account"], "state": state, "remote_id": remote_id, "version": 1}
            kept["settled_by"] = "person"
            rows[Key("sendings", act_id)] = kept
        self.write(rows)

    def give(self, grant_id: str, **values: Any) -> None:
        """Keep a grant of ines."""
        row = {name: value for name, value in grant(**values).items() if name != "id"}
        self.write({Key("grants", grant_id): row})

    def stand(self, level: str, ago_ms: int, account: str = "town") -> None:
        """Keep the level that somebody put ines on."""
        row: dict[str, Any] = {"person_id": "ines-id", "account": account, "level": level}
        row |= {"reason": "As agreed.", "changed_by": "greta-id", "clean_acts": 0, "version": 1}
        self.write(
            {Key("trust_levels", f"ines-id:{account}"): row | {"changed_at_ms": NOW_MS - ago_ms}}
        )

    def trust(self) -> Trust | None:
        """Return where ines stands for the town."""
        return trust_read(self.store, "ines-id", "town", NOW_MS, DATA)

    def clean(self) -> int:
        """Return how many clean acts count for her since the last step."""
        trust = self.trust()
        assert trust is not None
        return trust.clean_acts


@pytest.fixture(params=["sqlite", "postgres"])
def record(
    request: pytest.FixtureRequest, sqlite_path: Path, clock: ManualClock
) -> Iterator[Record]:
    """An empty store of each kind."""
    if request.param == "sqlite":
        journal = SqliteJournal(sqlite_path, clock)
        yield Record(journal.store, lambda writes: journal.commit(Commit(writes=writes)).result())
        journal.close()
        return
    pool = PostgresPool(emptied_database(request.getfixturevalue("postgres_server")), 1)
    store = PostgresStore(pool)
    yield Record(store, store.apply)
    pool.close()


def test_where_nothing_was_said_nothing_is_counted(record: Record) -> None:
    """And the ladder is for nobody."""
    assert Pace() == pace_under_account(record.store, act(), NOW_MS)
    assert record.trust() is None


def test_a_grants_own_quota_counts_its_author_as_the_account(record: Record) -> None:
    """Not others, not other accounts, not what was refused, and not the act itself."""
    record.say("a1", 10 * MINUTE_MS)
    record.say("a2", 5 * HOUR_MS, state="held", sending=None)
    record.say("a3", 10 * MINUTE_MS, author_id="ivor-id")
    record.say("a4", 10 * MINUTE_MS, account="library")
    record.say("a5", 10 * MINUTE_MS, state="denied", sending=None)
    record.say("a6", 25 * HOUR_MS)
    record.say("act-1", MINUTE_MS)

    pace = pace_under_account(record.store, act(), NOW_MS)

    assert Pace(1, 2, 600) == pace


def test_what_came_after_an_act_was_proposed_does_not_fill_its_quota(record: Record) -> None:
    """So what fitted at its proposal fits at its sending."""
    record.say("a1", MINUTE_MS)
    waiting = act(state="approved", proposed_at_ms=NOW_MS - HOUR_MS)

    assert Pace() == pace_under_account(record.store, waiting, NOW_MS)


@pytest.mark.parametrize(
    ("sending", "counts"),
    [("sent", 1), ("found", 1), ("lost", 0), ("refused", 0), ("unknown", 0), (None, 0)],
)
def test_an_act_is_clean_once_it_reached_its_platform(
    record: Record, sending: str | None, counts: int
) -> None:
    """Whether it was seen at once or found there later."""
    record.give("g1", origin="rota")
    record.say("a1", HOUR_MS, sending=sending)

    assert counts == record.clean()


def test_only_her_own_acts_as_the_account_are_counted(record: Record) -> None:
    """And only for as long as they count."""
    record.give("g1", origin="rota")
    record.say("a1", HOUR_MS)
    record.say("a2", HOUR_MS, author_id="ivor-id")
    record.say("a3", HOUR_MS, account="library")
    record.say("a4", 91 * DAY_MS)

    assert 1 == record.clean()


def test_clean_acts_lead_up_and_are_counted_from_the_last_change(record: Record) -> None:
    """What was done before it is done with."""
    record.give("g1", origin="rota")
    for number in range(3):
        record.say(f"a{number}", (3 - number) * HOUR_MS)
    climbed = record.trust()
    record.stand("every", 90 * MINUTE_MS)

    assert climbed is not None
    assert ("first", 1, 1) == (climbed.level, climbed.clean_acts, record.clean())


def test_in_a_takeover_only_what_was_done_in_it_counts(record: Record) -> None:
    """Everybody begins at the beginning; on a rota the last shift counts too."""
    record.say("a1", 2 * HOUR_MS)
    record.say("a2", 30 * MINUTE_MS)
    record.give("g1", origin="takeover", starts_at_ms=NOW_MS - HOUR_MS)
    takeover = record.clean()
    record.give("g1", origin="rota", starts_at_ms=NOW_MS - HOUR_MS)
    rota = record.trust()

    assert rota is not None
    assert (1, "first") == (takeover, rota.level)


@pytest.mark.parametrize(
    ("values", "on_it"),
    [
        ({"origin": "takeover"}, True),
        ({"origin": "rota"}, True),
        ({"origin": "standing"}, False),
        ({"origin": None}, False),
        ({"origin": "rota", "state": "ended"}, False),
        ({"origin": "rota", "starts_at_ms": NOW_MS + 1}, False),
        ({"origin": "rota", "account": "library"}, False),
    ],
)
def test_the_ladder_is_for_whom_the_rules_say(
    record: Record, values: dict[str, Any], *, on_it: bool
) -> None:
    """While their grant for the account is in force."""
    record.give("g1", **values)

    assert on_it == (record.trust() is not None)


def test_whoever_is_put_on_the_ladder_by_name_is_on_it(record: Record) -> None:
    """Whatever their grant, for that account."""
    record.give("g1")
    record.give("g2", account="library", origin="rota")
    record.stand("sampled", HOUR_MS)

    told = {each.account: each.level for each in standings(record.store, "ines-id", NOW_MS, DATA)}

    assert {"library": "every", "town": "sampled"} == told


@pytest.mark.parametrize(
    ("said", "of_day", "to_person"),
    [
        ([], True, True),
        ([(HOUR_MS, {})], False, False),
        ([(HOUR_MS, {"subject": "citizen:2"})], False, True),
        ([(DAY_MS, {})], True, False),
        ([(HOUR_MS, {"state": "held"})], True, True),
        ([(HOUR_MS, {"state": "approved"})], False, False),
        ([(HOUR_MS, {"account": "library"})], True, True),
        ([(HOUR_MS, {"author_id": "ivor-id"})], True, True),
        ([(91 * DAY_MS, {})], True, True),
        ([(-1, {})], True, True),
    ],
)
def test_what_is_first_is_told_by_what_was_let_go_before(
    record: Record, said: list[tuple[int, dict[str, Any]]], *, of_day: bool, to_person: bool
) -> None:
    """Of the day, and to the person."""
    for number, (ago_ms, values) in enumerate(said):
        record.say(f"a{number}", ago_ms, sending=None, **values)
    trust = standing_at({"level": "first", "reason": "."}, 0, DATA.trust, "ines-id", "town")

    told = with_firsts(record.store, trust, act(), NOW_MS, DATA)

    assert (of_day, to_person) == (told.first_of_day, told.first_to_person)


def test_what_is_said_to_nobody_is_no_first_to_a_person(record: Record) -> None:
    """A statement stands by itself; it can be the first of a day."""
    trust = standing_at({"level": "first", "reason": "."}, 0, DATA.trust, "ines-id", "town")

    told = with_firsts(record.store, trust, act(subject=BODY_SUBJECT), NOW_MS, DATA)

    assert (True, False) == (told.first_of_day, told.first_to_person)


def test_the_day_is_that_of_the_clock_on_the_wall(record: Record) -> None:
    """Ten hours ago was yesterday in London, and this noon in Auckland."""
    zone = authority_data(duty_officer__hours__time_zone="Pacific/Auckland")
    trust = standing_at({"level": "first", "reason": "."}, 0, DATA.trust, "ines-id", "town")
    record.say("a1", 10 * HOUR_MS, sending=None)

    here = with_firsts(record.store, trust, act(), NOW_MS, DATA)
    there = with_firsts(record.store, trust, act(), NOW_MS, zone)

    assert (True, False) == (here.first_of_day, there.first_of_day)


@pytest.mark.parametrize("query", ["pace_under_account", "clean_acts_of", "let_go_before"])
def test_each_search_rests_on_an_index(query: str, sqlite_path: Path, clock: ManualClock) -> None:
    """None reads all acts there are."""
    SqliteJournal(sqlite_path, clock).close()
    asked = GRANT_QUERIES[query]
    with apsw.Connection(str(sqlite_path)) as connection:
        plan = [
            str(row[3])
            for row in connection.execute(f"EXPLAIN QUERY PLAN {asked}", [1] * asked.count("?"))
        ]

    assert any("acts_by_author_time" in step for step in plan), plan
