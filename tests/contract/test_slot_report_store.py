"""What every store says of reports on slots: which are due, and what a slot's rows are."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from services.policy.slot_report import Happened, Slot, made_row, numbers_of, report_key
from services.policy.takeover import TakeoverState
from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row
from services.runtime.errors import StateConflictError
from services.runtime.ports import Commit, Store
from services.store.postgres_pool import PostgresPool
from services.store.postgres_store import PostgresStore
from services.store.sqlite_journal import SqliteJournal
from tests.postgres_stores import emptied_database
from tests.unit.policy.samples import NOW_MS
from tests.unit.policy.takeover_samples import takeover

Write = Callable[[Mapping[Key, Row | None]], object]
SLOT = Slot(
    id="takeover-1",
    kind="shift",
    account="town",
    person_id="curt-id",
    officer_id=None,
    starts_at_ms=NOW_MS,
    ends_at_ms=NOW_MS + 100,
)


class Stand:
    """A store with acts of a slot in it."""

    def __init__(self, store: Store, write: Write) -> None:
        self.store = store
        self.write = write

    def act(self, act_id: str, at_ms: int, sending: Row | None = None, **values: str) -> None:
        """Keep an act of curt's, and its sending where it has one."""
        plain: Row = {
            "author_id": "curt-id",
            "account": "town",
            "kind": "reply",
            "state": "sending",
        }
        row: Row = {**plain, "state": "sending", "proposed_at_ms": at_ms, "version": 1, **values}
        rows: dict[Key, Row | None] = {Key("acts", act_id): row}
        if sending is not None:
            rows[Key("sendings", act_id)] = {"account": "town", "version": 1, **sending}
        self.write(rows)

    def found(self, query: str) -> list[str]:
        """Return the acts that a search of the slot finds."""
        rows = self.store.select(query, SLOT.asked())
        return [str(row.get("id") or row.get("act_id")) for row in rows]


@pytest.fixture(params=["sqlite", "postgres"])
def stand(request: pytest.FixtureRequest, sqlite_path: Path, clock: ManualClock) -> Iterator[Stand]:
    """An empty store of each kind."""
    if request.param == "sqlite":
        journal = SqliteJournal(sqlite_path, clock, synchronous="OFF")
        yield Stand(journal.store, lambda writes: journal.commit(Commit(writes=writes)).result())
        journal.close()
        return
    pool = PostgresPool(emptied_database(request.getfixturevalue("postgres_server")), 1)
    store = PostgresStore(pool)
    yield Stand(store, store.apply)
    pool.close()


def test_a_slot_has_the_acts_of_its_person_account_and_time(stand: Stand) -> None:
    """From its first millisecond to before its last."""
    for act_id, at_ms in (("a", -1), ("b", 0), ("c", 99), ("d", 100)):
        stand.act(act_id, NOW_MS + at_ms)
    stand.act("e", NOW_MS, account="library")
    stand.act("f", NOW_MS, author_id="ines-id")

    assert ["b", "c"] == stand.found("slot_acts")


def test_what_stopped_it_and_who_agreed_is_found_with_it(stand: Stand) -> None:
    """Verdicts that held or denied, not advice; consents of whatever state."""
    stand.act("a", NOW_MS)
    verdicts = {"v1": ("hold", "proposal"), "v2": ("allow", "proposal"), "v3": ("deny", "advice")}
    for verdict_id, (decision, phase) in verdicts.items():
        row: Row = {"act_id": "a", "decision": decision, "phase": phase, "reasons": "[]"}
        stand.write({Key("verdicts", verdict_id): row})
    consent: Row = {"act_id": "a", "author_id": "curt-id", "approver_id": "bob", "state": "void"}
    stand.write({Key("approvals", "x"): {**consent, "approved_at_ms": NOW_MS + 1, "version": 1}})

    assert ["a"] == stand.found("slot_verdicts")
    assert ["a"] == stand.found("slot_approvals")


def test_what_is_on_its_way_keeps_a_slot_open(stand: Stand) -> None:
    """An approved act, a sending, and one that the program still finds out about."""
    ended: Row = {"state": "sent", "remote_id": "r1"}
    stand.act("sent", NOW_MS, ended)
    stand.act("asked of a person", NOW_MS, {"state": "unknown"})
    settled = stand.store.select("slot_unsettled", SLOT.asked())[0]["acts"]

    stand.act("approved", NOW_MS, state="approved")
    stand.act("sending", NOW_MS, {"state": "sending"})
    stand.act("unknown", NOW_MS, {"state": "unknown", "not_before_ms": 5})
    open_now = stand.store.select("slot_unsettled", SLOT.asked())[0]["acts"]

    assert (0, 3) == (settled, open_now)


def test_a_report_is_due_once_and_to_be_completed_once(stand: Stand) -> None:
    """First when a takeover with a grant has ended, then when it is closed."""
    whose: dict[str, Any] = {"grant_id": "g", "curator_id": "curt-id", "outcome": "completed"}
    states: tuple[TakeoverState, ...] = ("ended", "closed")
    for state in states:
        made = takeover(state, id=state, ended_at_ms=NOW_MS, **whose)
        stand.write({made.key: made.row()})
    never = takeover("closed", id="never", outcome="withdrawn", curator_id=None, grant_id=None)
    stand.write({never.key: never.row()})

    due = stand.store.select("slot_reports_due", (NOW_MS - 1, 10))
    for takeover_id in ("ended", "closed"):
        row = made_row(SLOT, numbers_of(Happened()), None, NOW_MS, is_final=False)
        stand.write({report_key(takeover_id): row})

    assert ["closed", "ended"] == [row["id"] for row in due]
    assert not stand.store.select("slot_reports_due", (NOW_MS - 1, 10))
    to_complete = stand.store.select("slot_reports_to_complete", (10,))
    assert ["closed"] == [row["id"] for row in to_complete]


def test_a_report_on_a_shift_is_due_once_where_something_was_proposed_in_it(stand: Stand) -> None:
    """Over, not long ago, and with an act of its person there, in its time."""
    for name, first_ms in (("spoken", 0), ("quiet", 50), ("planned", 0), ("long-ago", -500)):
        shift: Row = {"rota_id": "r", "account": "town", "person_id": "curt-id", "grant_id": "g"}
        state = "planned" if name == "planned" else "done"
        times: Row = {"starts_at_ms": NOW_MS + first_ms, "ends_at_ms": NOW_MS + first_ms + 50}
        stand.write({Key("shifts", name): {**shift, **times, "state": state, "version": 1}})
    stand.act("a", NOW_MS + 49)
    stand.act("b", NOW_MS - 460)
    stand.act("c", NOW_MS + 60, author_id="ines-id")

    due = stand.store.select("shift_reports_due", (NOW_MS - 1, 10))
    (shift_id,) = [str(row["id"]) for row in due]
    stand.write({report_key(shift_id): made_row(SLOT, {}, None, NOW_MS, is_final=True)})

    assert "spoken" == shift_id
    assert not stand.store.select("shift_reports_due", (NOW_MS - 1, 10))


def test_what_is_past_its_time_is_found_with_whose_it_is(stand: Stand) -> None:
    """Reports by when they were made; a handover and its items by when the takeover was closed."""
    whose: dict[str, Any] = {"grant_id": "g", "curator_id": "curt-id", "outcome": "completed"}
    for takeover_id, closed_at_ms in (("old", NOW_MS - 9), ("new", NOW_MS), ("open", None)):
        state: TakeoverState = "ended" if closed_at_ms is None else "closed"
        made = takeover(state, id=takeover_id, closed_at_ms=closed_at_ms, **whose)
        report = made_row(SLOT, {}, None, closed_at_ms or NOW_MS, is_final=True)
        handover: Row = {"account": "town", "state": "compared", "before": "{}", "version": 1}
        item: Row = {"takeover_id": takeover_id, "kind": "mute", "target": "a", "place": 1}
        stand.write(
            {
                made.key: made.row(),
                report_key(takeover_id): report,
                Key("handovers", takeover_id): handover,
                Key("handover_items", f"{takeover_id}-1"): {
                    **item,
                    "change": "added",
                    "version": 1,
                },
            }
        )

    asked = (NOW_MS, 0, 0, "", 10)
    names = ("slot_reports_old", "handovers_old", "handover_items_old")
    found = {name: stand.store.select(name, asked) for name in names}

    ids = {name: [row["id"] for row in rows] for name, rows in found.items()}
    assert dict(zip(names, (["old"], ["old"], ["old-1"]), strict=True)) == ids
    assert {("person:curt-id", "town")} == {
        (row["subject"], row["account"]) for rows in found.values() for row in rows
    }


def test_a_report_without_numbers_is_refused(stand: Stand) -> None:
    """And what is published is found, the latest first."""
    for report_id, at_ms in (("a", 1), ("b", 2), ("c", 3)):
        row = {**made_row(SLOT, {}, None, NOW_MS, is_final=True), "starts_at_ms": at_ms}
        published = None if report_id == "c" else NOW_MS
        stand.write({report_key(report_id): {**row, "published_at_ms": published}})

    with pytest.raises(StateConflictError):
        stand.write({report_key("d"): {"account": "town", "version": 1}})

    rows = stand.store.select("slot_reports_published", (10,))
    assert ["b", "a"] == [row["id"] for row in rows]
