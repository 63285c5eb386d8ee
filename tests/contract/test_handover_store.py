"""What every store says of handovers: which are due, what is left, and what no row may say."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from services.policy.handover import Change, Standing, Tally, settled
from services.policy.handover_reading import (
    decidables_of,
    handover_found,
    items_of,
    settled_now,
    takeover_whole,
)
from services.policy.handover_rows import Handover, Item, new_item, state_text
from services.policy.handover_turns import LISTED_MAX
from services.runtime.account_state import AccountState
from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row
from services.runtime.errors import StateConflictError
from services.runtime.ports import Commit, Store
from services.store.handover_queries import ITEMS_MAX
from services.store.postgres_pool import PostgresPool
from services.store.postgres_store import PostgresStore
from services.store.sqlite_journal import SqliteJournal
from tests.postgres_stores import emptied_database
from tests.unit.policy.samples import NOW_MS, act
from tests.unit.policy.takeover_samples import takeover

Write = Callable[[Mapping[Key, Row | None]], object]
NAMES: Final = ("ann", "bea", "cem")


class Stand:
    """A store with takeovers and handovers in it."""

    def __init__(self, store: Store, write: Write) -> None:
        self.store = store
        self.write = write

    def takeover(self, takeover_id: str, state: Any, **values: Any) -> None:
        """Keep a takeover in a state."""
        named = {"curator_id": "curt-id", "grant_id": "g1", "consented_at_ms": NOW_MS}
        kept = takeover(state, id=takeover_id, **(named | values))
        self.write({kept.key: kept.row()})

    def handover(self, takeover_id: str, state: Any = "compared", **values: Any) -> None:
        """Keep a handover in a state."""
        text = state_text(AccountState())
        kept = Handover(id=takeover_id, account="town", state=state, before=text, **values)
        self.write({kept.key: kept.row()})

    def items(self, takeover_id: str, **values: Any) -> list[Item]:
        """Keep three changes, alike but for their names."""
        made = [
            new_item(takeover_id, Change("block", name, "added"), place).changed(**values)
            for place, name in enumerate(NAMES, start=1)
        ]
        self.write({each.key: each.row() for each in made})
        return made

    def act(self, act_id: str, state: str, sending: str | None = None) -> None:
        """Keep an act that reverts something, and how its sending stands."""
        values: dict[str, Any] = {"kind": "unblock", "target": "ann", "text": "", "state": state}
        rows: dict[Key, Row | None] = {Key("acts", act_id): act(**values).row()}
        if sending is not None:
            remote_id = f"r-{act_id}" if sending in ("sent", "reconciled") else None
            rows[Key("sendings", act_id)] = {
                "account": "town",
                "kind": "unblock",
                "grant_id": "g1",
                "state": sending,
                "remote_id": remote_id,
                "version": 1,
            }
        self.write(rows)

    def due(self, query: str, *parameters: int) -> list[str]:
        """Return which takeovers a search finds."""
        rows = self.store.select(query, (*parameters, 20))
        return [str(row.get("id") or row.get("takeover_id")) for row in rows]


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


def test_accounts_are_read_as_a_slot_begins_and_once_it_has_ended(stand: Stand) -> None:
    """Live ones at once, one that is near where no other is open, and none twice."""
    stand.takeover("live", "live", account="town")
    stand.takeover("near", "ready", account="library", starts_at_ms=NOW_MS)
    stand.takeover("waits", "ready", account="town", starts_at_ms=NOW_MS)
    stand.takeover("far", "ready", account="park", starts_at_ms=NOW_MS + 1, ends_at_ms=NOW_MS + 9)
    stand.takeover("unseen", "ended", account="pool", live_at_ms=NOW_MS)
    stand.takeover("nobody", "ended", account="gym")
    stand.takeover("known", "live", account="zoo")
    stand.handover("known", "taken")

    due = stand.due("handovers_to_take", NOW_MS)

    assert {"live", "near", "unseen"} == set(due)


def test_what_ended_is_compared_and_what_never_was_live_is_not(stand: Stand) -> None:
    """So is nothing that is still open, or was compared already."""
    live: dict[str, Any] = {"live_at_ms": NOW_MS}
    for name, state, values in (
        ("open", "live", live),
        ("over", "ended", live),
        ("nobody", "ended", {}),
        ("done", "ended", live),
    ):
        stand.takeover(name, state, **values)
        stand.handover(name, "compared" if name == "done" else "taken")

    assert ["over"] == stand.due("handovers_to_compare")


def test_changes_are_told_in_their_place_with_what_became_of_them(stand: Stand) -> None:
    """Each with the act that reverts it, as far as that is."""
    stand.takeover("t1", "ended", live_at_ms=NOW_MS)
    stand.handover("t1")
    items = stand.items("t1")
    stand.act("a1", "sending", "sent")
    decided = items[0].changed(
        decision="revert", decided_by="dora-id", act_id="a1", decided_at_ms=NOW_MS
    )
    stand.write({decided.key: decided.row()})

    found = decidables_of(stand.store, "t1")

    assert [*NAMES] == [each.item.target for each in found]
    assert [("sending", "sent"), (None, None), (None, None)] == [
        (each.act_state, each.sending_state) for each in found
    ]
    assert [False, True, True] == [each.is_open for each in found]
    assert [decided, *items[1:]] == items_of(stand.store, "t1")
    left, handover = settled_now(stand.store, takeover_whole(stand.store, "t1"))
    assert ("Changes to be decided on, keep or revert: 2.",) == left.left
    assert handover == handover_found(stand.store, "t1")


def test_reverts_count_as_done_once_their_platform_has_them(stand: Stand) -> None:
    """Refused, unknown and unsent ones are left."""
    stand.handover("t1")
    stand.takeover("t1", "ended", live_at_ms=NOW_MS)
    items = stand.items("t1", decision="revert", decided_by="dora-id")
    for item, sending in zip(items, ("sent", "refused", "unknown"), strict=True):
        stand.act(f"a-{item.target}", "sending", sending)
        kept = item.changed(act_id=f"a-{item.target}")
        stand.write({kept.key: kept.row()})

    left, _ = settled_now(stand.store, takeover_whole(stand.store, "t1"))

    wanted = [
        Tally("block", "revert", is_sent=is_sent, changes=changes)
        for is_sent, changes in ((False, 2), (True, 1))
    ]
    assert settled(Standing("compared"), wanted) == left
    assert ("Changes that are to be reverted and are not yet: 2.",) == left.left


def test_consent_is_for_acts_that_wait_and_were_decided_before_it(stand: Stand) -> None:
    """What was decided later, or has this person's consent already, is not asked for again."""
    stand.takeover("t1", "ended", live_at_ms=NOW_MS)
    stand.handover("t1", agreed_by="bob-id", agreed_at_ms=NOW_MS)
    for name, item in zip(NAMES, stand.items("t1"), strict=True):
        stand.act(f"a-{name}", "held")
        at_ms = NOW_MS + 1 if name == "cem" else NOW_MS
        kept = item.changed(
            decision="revert", decided_by="dora-id", act_id=f"a-{name}", decided_at_ms=at_ms
        )
        stand.write({kept.key: kept.row()})
    approval: dict[str, Any] = {"act_id": "a-bea", "author_id": "dora-id"}
    approval |= {"approver_id": "bob-id", "state": "valid"}
    stand.write({Key("approvals", "p1"): approval})

    rows = stand.store.select("handover_items_held", ("t1", 20))

    assert ["t1"] == stand.due("handovers_to_agree")
    assert ["a-ann"] == [row["act_id"] for row in rows]


def test_only_moderation_under_the_slots_own_grant_counts_as_done_before(stand: Stand) -> None:
    """Words leave nothing behind on an account, and others' acts are not the curator's."""
    sent: dict[str, Any] = {"account": "town", "state": "sent", "version": 1}
    for number, (kind, grant) in enumerate(
        (("block", "g1"), ("statement", "g1"), ("block", "g2"), ("profile", "g1"))
    ):
        row = {**sent, "kind": kind, "grant_id": grant, "remote_id": f"r{number}"}
        stand.write({Key("sendings", f"s{number}"): row})

    (counted,) = stand.store.select("handover_acts_before", ("town", "g1"))

    assert 2 == counted["acts"]


@pytest.mark.parametrize(
    "values",
    [
        {"override_asked_by": "dora-id"},
        {"overridden_by": "dora-id"},
        {"override_asked_by": "dora-id", "overridden_by": "dora-id"},
    ],
)
def test_no_row_says_that_one_person_let_a_handover_go(
    stand: Stand, values: dict[str, Any]
) -> None:
    """The database is the last line: two people, unless the body has one officer."""
    with pytest.raises(StateConflictError):
        stand.handover("t1", "overridden", **values)

    two = {"override_asked_by": "dora-id", "overridden_by": "greta-id"}
    stand.handover("t2", "overridden", **two)
    one = {"override_asked_by": "dora-id", "overridden_by": "dora-id", "one_officer": 1}
    stand.handover("t3", "overridden", **one)


def test_no_decision_is_nobodys(stand: Stand) -> None:
    """Whoever decides that something stays or goes is named."""
    with pytest.raises(StateConflictError):
        stand.items("t1", decision="keep")


def test_as_many_changes_as_there_may_be_are_kept_in_one_piece(stand: Stand) -> None:
    """A list of 14,000 and more is read back whole, in order."""
    changes = [Change("block", f"n{number:05}", "added") for number in range(LISTED_MAX)]
    items = [new_item("t1", change, place) for place, change in enumerate(changes, start=1)]
    stand.handover("t1")
    stand.write({each.key: each.row() for each in items})

    assert items == items_of(stand.store, "t1")
    assert 14_000 < LISTED_MAX < ITEMS_MAX
