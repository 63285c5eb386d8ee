"""What every store says of bells: what is due and in which order, and what runs out when."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row
from services.runtime.errors import StateConflictError
from services.runtime.ports import Commit, Store
from services.store.postgres_pool import PostgresPool
from services.store.postgres_store import PostgresStore
from services.store.sqlite_journal import SqliteJournal
from tests.postgres_stores import emptied_database
from tests.unit.policy.samples import HOUR_MS, NOW_MS, act
from tests.unit.policy.takeover_samples import takeover

Write = Callable[[Mapping[Key, Row | None]], object]
LATEST: Final = 1 << 52
FIRST: Final = (0, 0, "")
RELEASED: Final = {"state": "released", "release_asked_by": "dora", "released_by": "greta"}


class Stand:
    """A store with bells in it, and what they are about."""

    def __init__(self, store: Store, write: Write) -> None:
        self.store = store
        self.write = write

    def keep(self, table: str, row_id: str, **values: Any) -> None:
        """Keep a row."""
        self.write({Key(table, row_id): values})

    def bell(self, bell_id: str, rung_at_ms: int, person_id: str = "moira", **values: Any) -> None:
        """Keep a bell."""
        plain = {"person_id": person_id, "kind": "act.void", "family": "usual", "times": 1}
        self.keep("bells", bell_id, rung_at_ms=rung_at_ms, **(plain | values))

    def ringing(self, row_id: str, **values: Any) -> None:
        """Keep a bell on its way by mail, due now."""
        plain: dict[str, Any] = {
            "bell_id": row_id,
            "person_id": "moira",
            "channel": "mail",
            "manner": "single",
            "state": "waiting",
            "place": 2,
            "not_before_ms": NOW_MS,
            "attempt": 0,
            "made_at_ms": NOW_MS,
            "version": 1,
        }
        self.keep("bell_ringings", row_id, **(plain | values))

    def found(self, query: str, *parameters: str | int) -> list[str]:
        """Return the ids that a search finds, in its order."""
        return [str(row["id"]) for row in self.store.select(query, parameters)]


@pytest.fixture(params=["sqlite", "postgres"])
def stand(request: pytest.FixtureRequest, sqlite_path: Path, clock: ManualClock) -> Iterator[Stand]:
    """An empty store of each kind."""
    if request.param == "sqlite":
        journal = SqliteJournal(sqlite_path, clock)
        yield Stand(journal.store, lambda writes: journal.commit(Commit(writes=writes)).result())
        journal.close()
        return
    pool = PostgresPool(emptied_database(request.getfixturevalue("postgres_server")), 1)
    store = PostgresStore(pool)
    yield Stand(store, store.apply)
    pool.close()


def test_an_inbox_is_somebodys_own_the_newest_first_and_goes_on_behind_a_place(
    stand: Stand,
) -> None:
    """Bells of one moment are told by their ids."""
    for bell_id, at_ms in (("b1", 1), ("b3", 2), ("b2", 2)):
        stand.bell(bell_id, at_ms)
    stand.bell("other", 3, person_id="mungo")

    assert ["b3", "b2", "b1"] == stand.found("bells_of", "moira", LATEST, LATEST, "", 9)
    assert ["b2", "b1"] == stand.found("bells_of", "moira", 2, 2, "b3", 9)
    assert ["b3"] == stand.found("bells_of", "moira", LATEST, LATEST, "", 1)


def test_what_was_read_is_not_among_the_unread(stand: Stand) -> None:
    """It is still in the inbox."""
    stand.bell("read", 1, read_at_ms=5)
    stand.bell("unread", 1)

    assert ["unread"] == stand.found("bells_unread_of", "moira", LATEST, LATEST, "", 9)
    assert ["unread", "read"] == stand.found("bells_of", "moira", LATEST, LATEST, "", 9)


def test_what_an_hour_brought_is_counted_by_person_and_family(stand: Stand) -> None:
    """Folding goes by it."""
    stand.bell("old", 9)
    for number in range(3):
        stand.bell(f"b{number}", 10)
    stand.bell("alarm", 11, family="alarm")

    rows = stand.store.select("bells_since", (10,))
    assert [("moira", "alarm", 1), ("moira", "usual", 3)] == [
        (row["person_id"], row["family"], row["bells"]) for row in rows
    ]


def test_what_is_due_goes_by_its_place_and_then_by_its_time(stand: Stand) -> None:
    """Alarms first; what is not due, over, or another way's does not go."""
    stand.ringing("late", not_before_ms=NOW_MS - 2)
    stand.ringing("later", not_before_ms=NOW_MS - 1)
    stand.ringing("alarm", place=0)
    stand.ringing("tomorrow", not_before_ms=NOW_MS + 1)
    stand.ringing("rung", state="rung")
    stand.ringing("failed", state="failed")
    stand.ringing("other", channel="webhook:desk")

    assert ["alarm", "late", "later"] == stand.found("bell_ringings_due", "mail", NOW_MS, 9)


def test_a_summary_takes_in_what_is_due_and_is_in_none_yet(stand: Stand) -> None:
    """Of one person by one way; and it stays what it was bound to."""
    stand.ringing("one", manner="summary")
    stand.ringing("two", manner="summary", place=1)
    stand.ringing("bound", manner="summary", summary_id="s1")
    stand.ringing("gone", manner="summary", summary_id="s1", state="rung")
    stand.ringing("single")
    stand.ringing("mungo", manner="summary", person_id="mungo")
    stand.ringing("tomorrow", manner="summary", not_before_ms=NOW_MS + 1)

    asked = ("mail", "moira", NOW_MS, 9)
    assert ["two", "one"] == stand.found("bell_ringings_to_summarise", *asked)
    assert ["bound"] == stand.found("bell_ringings_of_summary", "s1", 9)


def test_trouble_is_what_was_tried_and_waits_and_what_failed_lately(stand: Stand) -> None:
    """What waits for its hour is no trouble, nor is what failed long ago."""
    stand.ringing("tried", attempt=2)
    stand.ringing("fresh")
    stand.ringing("failed", state="failed", ended_at_ms=NOW_MS)
    stand.ringing("long ago", state="failed", ended_at_ms=NOW_MS - 1)

    rows = stand.store.select("bell_ringings_counts", (NOW_MS,))
    assert [("failed", 1), ("waiting", 1)] == [(row["state"], row["ringings"]) for row in rows]


def test_old_bells_and_their_ways_are_found_and_newer_are_not(stand: Stand) -> None:
    """The oldest first, so many at once."""
    for name, at_ms in (("b1", 1), ("b2", 2), ("b3", 3)):
        stand.bell(name, at_ms)
        stand.ringing(name, made_at_ms=at_ms)

    assert ["b1", "b2"] == stand.found("bells_old", 3, 9)
    assert ["b1", "b2"] == stand.found("bell_ringings_old", 3, 9)
    assert ["b1"] == stand.found("bells_old", 3, 1)


def test_what_belongs_to_whoever_left_is_found(stand: Stand) -> None:
    """Nobody reads that inbox any more."""
    for login, state in (("moira", "active"), ("mungo", "left")):
        stand.keep("persons", login, login=login, state=state, version=1)
        stand.bell(f"bell of {login}", 1, person_id=login)
        stand.keep("bell_wishes", login, channels="mail", version=1)

    assert ["bell of mungo"] == stand.found("bells_of_departed", 9)
    assert ["mungo"] == stand.found("bell_wishes_of_departed", 9)


def test_acts_that_run_out_are_met_once_behind_a_place(stand: Stand) -> None:
    """Held and approved ones, in the order of their time; others run out of nothing."""
    for name, state, at_ms in (
        ("a2", "held", 20),
        ("a1", "approved", 20),
        ("a0", "held", 10),
        ("far", "held", 31),
        ("draft", "draft", 20),
    ):
        row = act(state=state, expires_at_ms=at_ms).row()
        stand.write({Key("acts", name): row})

    assert ["a0", "a1", "a2"] == stand.found("bell_soon_acts", *FIRST, 30, 9)
    assert ["a1", "a2"] == stand.found("bell_soon_acts", 11, 11, "", 30, 9)
    assert ["a2"] == stand.found("bell_soon_acts", 20, 20, "a1", 30, 9)
    assert ["a0"] == stand.found("bell_soon_acts", *FIRST, 30, 1)


@pytest.mark.parametrize(
    ("query", "table", "at", "values", "other"),
    [
        ("bell_soon_grants", "grants", "ends_at_ms", {"state": "live"}, {"state": "ended"}),
        ("bell_soon_grants", "grants", "ends_at_ms", {"state": "live"}, {"takeover_id": "t"}),
        ("bell_soon_grants", "grants", "ends_at_ms", {"state": "live"}, {"shift_id": "s"}),
        (
            "bell_soon_certifications",
            "grants",
            "certify_by_ms",
            {"state": "live"},
            {"state": "ended"},
        ),
        ("bell_soon_tokens", "tokens", "expires_at_ms", {"state": "live"}, {"state": "ended"}),
        ("bell_soon_halts", "halts", "expires_at_ms", {"state": "halted"}, RELEASED),
        ("bell_soon_reviews", "broken_glasses", "review_by_ms", {}, {"reviewed_at_ms": 3}),
    ],
)
def test_what_runs_out_is_found_and_its_like_that_does_not_is_not(
    stand: Stand, query: str, table: str, at: str, values: dict[str, Any], other: dict[str, Any]
) -> None:
    """Only what is in force has an end that anybody waits for."""
    needed = _needed(table)
    stand.keep(table, "one", **(needed | values | {at: 10}))
    stand.keep(table, "no", **(needed | values | other | {at: 10}))

    assert ["one"] == stand.found(query, *FIRST, 30, 9)


def test_slots_are_found_before_they_begin_and_before_they_end(stand: Stand) -> None:
    """Ready ones begin, live and paused ones end."""
    for name, state in (("ready", "ready"), ("live", "live"), ("paused", "paused")):
        kept = takeover(state, id=name, account=name, grant_id="g1", consented_at_ms=NOW_MS)  # type: ignore[arg-type] # three of its states
        named: dict[str, str | int] = {
            "curator_id": "curt",
            "starts_at_ms": NOW_MS,
            "ends_at_ms": NOW_MS + HOUR_MS,
        }
        stand.write({kept.key: {**kept.row(), **named}})
    stand.bell("b", 1)

    until = NOW_MS + HOUR_MS
    assert ["ready"] == stand.found("bell_soon_slots", *FIRST, until, 9)
    assert ["live", "paused"] == stand.found("bell_soon_ends", *FIRST, until, 9)
    assert ["dora-id"] == [row["duty_officer_id"] for row in stand.store.select("bell_on_duty")]


def test_who_speaks_as_what_is_listed_once(stand: Stand) -> None:
    """Of leave that is live or paused."""
    for name, state in (("g1", "live"), ("g2", "live"), ("g3", "paused"), ("g4", "ended")):
        account = "town" if name in ("g1", "g2") else name
        stand.keep("grants", name, person_id="ines", account=account, state=state, version=1)

    rows = stand.store.select("bell_speakers")
    assert ["g3", "town"] == [row["account"] for row in rows]


def test_consent_that_holds_is_told_by_whom(stand: Stand) -> None:
    """Void consent is none."""
    for name, state in (("moira", "valid"), ("mungo", "void")):
        row = {"act_id": "a1", "author_id": "ines", "approver_id": name, "state": state}
        stand.keep("approvals", name, one_officer=0, **row)

    rows = stand.store.select("bell_approvers_of", ("a1",))
    assert ["moira"] == [row["approver_id"] for row in rows]


def test_letters_are_counted_behind_a_moment(stand: Stand) -> None:
    """With the moment of the latest; none is a count too."""
    for number in (1, 2, 3):
        stand.keep("dead_letters", f"l{number}", state="waiting", written_at_ms=number)

    (some,) = stand.store.select("bell_letters", (1,))
    (none,) = stand.store.select("bell_letters", (3,))
    assert (2, 3) == (some["letters"], some["latest_at_ms"])
    assert (0, None) == (none["letters"], none["latest_at_ms"])


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("bells", {"kind": "act.void", "rung_at_ms": 1}),
        ("bells", {"person_id": "moira", "kind": "act.void"}),
        ("bell_ringings", {"bell_id": "b1", "channel": "mail"}),
    ],
)
def test_no_bell_is_kept_that_rings_nobody(
    stand: Stand, table: str, values: dict[str, Any]
) -> None:
    """The database forbids it, whatever the program does."""
    with pytest.raises(StateConflictError):
        stand.keep(table, "b1", **values)


def _needed(table: str) -> dict[str, Any]:
    """Return what the checks of a table ask of any row."""
    needed: dict[str, dict[str, Any]] = {
        "grants": {"person_id": "ines", "account": "town", "version": 1},
        "halts": {"kind": "everything", "name": "", "halted_by": "omar", "version": 1},
        "tokens": {"person_id": "ines", "version": 1},
        "broken_glasses": {
            "person_id": "ines",
            "account": "town",
            "asked_by": "ivor",
            "state": "ended",
        },
    }
    return needed[table]
