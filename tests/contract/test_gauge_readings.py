"""What every store tells the gauges: how much of each there is, to the row."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from services.policy.audit_checkpoints import checkpoint_key
from services.policy.audit_gauges import AuditGauges
from services.policy.speaking_gauges import SpeakingGauges
from services.publish.answer_counts import AnswerCounts
from services.publish.sender_waits import SenderWaits
from services.publish.sending import Sending
from services.route.case_gauges import CaseGauges
from services.runtime import speaking_metrics as speaking
from services.runtime.clock import ManualClock, to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.gauges import GaugeBoard, Reading
from services.runtime.log_gauges import DeadLetterGauges
from services.runtime.metrics import Metrics
from services.runtime.ports import Commit, Store
from services.store.postgres_gauges import DatabaseGauges
from services.store.postgres_pool import PostgresPool
from services.store.postgres_store import PostgresStore
from services.store.sqlite_journal import SqliteJournal
from tests.conftest import START
from tests.postgres_stores import emptied_database
from tests.unit.publish.samples import sending

NOW: Final = to_epoch_ms(START)
MINUTE: Final = 60_000
Write = Callable[[Mapping[Key, Row | None]], object]


class Kept:
    """A store of each kind, and how rows are written to it."""

    def __init__(self, store: Store, write: Write, clock: ManualClock) -> None:
        self.store, self.write, self.clock = store, write, clock

    def rows(self, table: str, **rows: Row) -> None:
        """Keep rows of a table by their ids."""
        self.write({Key(table, row_id): row for row_id, row in rows.items()})


@pytest.fixture(params=["sqlite", "postgres"])
def kept(request: pytest.FixtureRequest, sqlite_path: Path, clock: ManualClock) -> Iterator[Kept]:
    """An empty store of each kind."""
    if request.param == "sqlite":
        journal = SqliteJournal(sqlite_path, clock)
        write = lambda writes: journal.commit(Commit(writes=writes)).result()  # noqa: E731
        yield Kept(journal.store, write, clock)
        journal.close()
        return
    pool = PostgresPool(emptied_database(request.getfixturevalue("postgres_server")), 1)
    store = PostgresStore(pool)
    yield Kept(store, store.apply, clock)
    pool.close()


def told(reading: Reading) -> dict[str, float]:
    """Return what a reading tells, by metric and labels, without the names' common part."""
    return {
        ":".join([figure.metric.name.removeprefix("mercat_"), *figure.labels]): figure.value
        for figure in reading()
    }


def case(team: str, deadline_ms: int, **values: Any) -> Row:
    """Return an open case's row."""
    return {"team": team, "state": "open", "deadline_ms": deadline_ms, **values}


def test_cases_are_told_by_team_and_by_when_they_are_due(kept: Kept) -> None:
    """A case counts as overdue by what was merged into it, too; a team without any is told."""
    kept.rows(
        "cases",
        late=case("roads", NOW - 1),
        soon=case("roads", NOW + 59 * MINUTE),
        later=case("roads", NOW + 61 * MINUTE),
        merged=case("roads", NOW - 1, state="closed", merged_into="later"),
        closed=case("roads", NOW - 1, state="closed"),
    )

    figures = told(CaseGauges(kept.store, kept.clock, ["parks"]))

    assert {
        "route_open_cases:parks": 0,
        "route_overdue_cases:parks": 0,
        "route_cases_due_within_hour:parks": 0,
        "route_open_cases:roads": 3,
        "route_overdue_cases:roads": 2,
        "route_cases_due_within_hour:roads": 1,
    } == figures


def test_what_waits_for_people_is_told(kept: Kept) -> None:
    """By state, with the age of what waits longest; every declared value has its line."""
    account: Row = {"version": 1, "platform": "house", "mode": "normal"}
    kept.rows("accounts", town=account)
    act: Row = {"account": "town", "state": "held"}
    kept.rows(
        "acts",
        a={**act, "proposed_at_ms": NOW - 90_000},
        b={**act, "proposed_at_ms": NOW - 30_000},
        c={**act, "state": "draft"},
        d={**act, "state": "withdrawn"},
        e={**act, "account": "gone", "proposed_at_ms": NOW - 900_000},
    )
    halted: Row = {"kind": "theme", "state": "halted", "version": 1}
    over: Row = {"release_asked_by": "gail", "released_by": "dora"}
    kept.rows("halts", h=halted, i={**halted, "state": "released", **over})
    times: Row = {"starts_at_ms": NOW - 1, "ends_at_ms": NOW + 1, "state": "live"}
    kept.rows(
        "grants",
        g=times,
        later={**times, "starts_at_ms": NOW + 1},
        old={**times, "ends_at_ms": NOW},
    )

    figures = told(SpeakingGauges(kept.store, kept.clock, reads_back=True))

    assert {"policy_acts:held": 2, "policy_acts:draft": 1, "policy_acts:approved": 0}.items() <= (
        figures.items()
    )
    assert 90 == figures["policy_oldest_held_act_age_seconds"]
    assert (1, 0) == (figures["policy_halts:theme"], figures["policy_halts:everything"])
    assert 1 == figures["policy_live_grants"]
    assert 0 == figures["policy_open_incidents"]
    assert "policy_timeline_oldest_read_age_seconds" not in figures


def test_the_account_read_back_longest_ago_is_told(kept: Kept) -> None:
    """One that was never read has no age yet."""
    kept.rows(
        "timelines",
        town={"read_at_ms": NOW - 5_000, "version": 1},
        parks={"read_at_ms": NOW - 9_000, "version": 1},
        new={"version": 1},
    )

    figures = told(SpeakingGauges(kept.store, kept.clock, reads_back=True))

    assert 9 == figures["policy_timeline_oldest_read_age_seconds"]


def test_accounts_that_wait_for_their_platform_are_told(kept: Kept) -> None:
    """Once each, however many acts of theirs wait; what only a person settles is not told here."""
    kept.rows(
        "accounts",
        town={"version": 1, "platform": "house"},
        parks={"version": 1, "platform": "house"},
    )
    sending: Row = {"account": "town", "version": 1}
    kept.rows(
        "sendings",
        a={**sending, "state": "deferred"},
        b={**sending, "state": "unknown", "not_before_ms": NOW},
        c={**sending, "account": "parks", "state": "unknown"},
    )

    assert {"publish_waiting_senders:house": 1} == told(SenderWaits(kept.store))


def test_dead_letters_that_nobody_put_back_are_told_by_origin(kept: Kept) -> None:
    """What was retried is no longer anybody's to mend."""
    letter: Row = {"origin": "posts.received.v1", "state": "waiting"}
    kept.rows(
        "dead_letters",
        a=letter,
        b={**letter, "state": "retried"},
        c={**letter, "origin": "source:calls"},
    )

    assert {"dead_letters:posts.received.v1": 1, "dead_letters:source:calls": 1} == told(
        DeadLetterGauges(kept.store)
    )


def reply(act_id: str, ended_at_ms: int, **values: Any) -> Sending:
    """Return a reply to one case that was sent."""
    state = {"state": "sent", "remote_id": f"native-{act_id}", **values}
    return sending(act_id=act_id, ended_at_ms=ended_at_ms, **state)


def test_of_several_answers_to_a_case_the_first_is_counted(kept: Kept) -> None:
    """Also where all were there before anybody counted; one that never went out does not count."""
    replies = [
        reply("act-c", NOW),
        reply("act-b", NOW),
        reply("act-a", NOW + MINUTE),
        reply("act-d", NOW - MINUTE, state="reconciled", remote_id=None, settled_by="reader"),
        reply("act-e", NOW - MINUTE, state="refused", remote_id=None),
        reply("act-f", NOW - MINUTE, kind="hide"),
    ]
    opened: Row = {"team": "roads", "opened_at_ms": NOW - MINUTE}
    act: Row = {"case_id": "case-1", "state": "sending"}
    kept.write({Key("cases", "case-1"): opened})
    kept.rows("acts", **{each.act_id: act for each in replies})
    kept.rows("sendings", **{each.act_id: each.row() for each in replies})
    metrics = Metrics()
    counts = AnswerCounts(metrics, kept.store)
    for each in replies:
        counts.recorded(each)

    counts()

    told_by = metrics.registry.get_sample_value
    assert 1 == told_by("mercat_route_case_answers_total", {"team": "roads", "in_time": "yes"})
    assert 60 == told_by("mercat_route_case_answer_seconds_sum", {"team": "roads"})


def test_messages_that_wait_are_told_by_mail_and_by_webhook(kept: Kept) -> None:
    """All webhooks together; a summary waits for its hour, and what was rung waits no more."""
    ringing: Row = {"bell_id": "b", "person_id": "ann", "state": "waiting", "manner": "at-once"}
    kept.rows(
        "bell_ringings",
        a={**ringing, "channel": "mail"},
        b={**ringing, "channel": "webhook:rota"},
        c={**ringing, "channel": "webhook:duty"},
        d={**ringing, "channel": "webhook:duty", "state": "rung"},
        e={**ringing, "channel": "mail", "manner": "summary"},
    )
    channels = ["mail", "webhook:rota", "webhook:duty"]
    gauges = SpeakingGauges(kept.store, kept.clock, reads_back=True, channels=channels)
    metrics = Metrics()

    GaugeBoard(metrics, kept.clock, [gauges]).turn()

    value = metrics.registry.get_sample_value
    assert (1, 2) == tuple(
        value("mercat_bell_waiting_messages", {"ringer": each}) for each in ("mail", "webhook")
    )


class Exported:
    """Something that exported so many checkpoints."""

    def __init__(self, exported: int | None) -> None:
        self.exported = exported


def test_what_no_exported_checkpoint_covers_is_told_by_its_age(kept: Kept) -> None:
    """It grows from the first entry after the head that was exported last."""
    entry: Row = {"chain": "house", "sequence": 1, "previous_hash": b"", "body": b"", "hash": b"h"}
    kept.rows(
        "audit_entries",
        **{
            "house:000000000001": {**entry, "at_ms": NOW - 90_000},
            "house:000000000002": {**entry, "at_ms": NOW - 20_000, "sequence": 2},
        },
    )
    point: Row = {"body": b"", "signature": b"", "key_id": "k"}
    kept.write(
        {
            checkpoint_key(1): {**point, "number": 1, "at_ms": NOW - 60_000},
            checkpoint_key(2): {**point, "number": 2, "at_ms": NOW - 10_000},
        }
    )

    some, none, nowhere = (
        told(AuditGauges(kept.store, kept.clock, Exported(number))) for number in (1, 0, None)
    )

    assert 1 == some["audit_unexported_checkpoints"]
    assert (NOW - 60_000) / 1_000 == some["audit_exported_head_timestamp_seconds"]
    assert 20 == some["audit_uncovered_age_seconds"]
    assert (2, 90) == (none["audit_unexported_checkpoints"], none["audit_uncovered_age_seconds"])
    assert speaking.EXPORTED_HEAD_TIMESTAMP.name.removeprefix("mercat_") not in none
    assert {} == nowhere


def test_a_database_tells_its_size(postgres_server: str) -> None:
    """As PostgreSQL counts it, in bytes."""
    pool = PostgresPool(emptied_database(postgres_server), 1)

    (size,) = told(DatabaseGauges(pool)).values()
    pool.close()

    assert size > 1_000_000
