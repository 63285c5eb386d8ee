"""What every store says of sign-in: whose a secret is, what somebody has, what no row may say."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from services.policy.sign_in import Passkey, Session, SignInLink, link_of, passkey_of, session_of
from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row
from services.runtime.errors import StateConflictError
from services.runtime.ports import Commit, Store
from services.store.postgres_pool import PostgresPool
from services.store.postgres_store import PostgresStore
from services.store.sqlite_journal import SqliteJournal
from tests.postgres_stores import emptied_database
from tests.unit.policy.samples import NOW_MS

Write = Callable[[Mapping[Key, Row | None]], object]


class Stand:
    """A store with passkeys, sessions and links in it."""

    def __init__(self, store: Store, write: Write) -> None:
        self.store = store
        self.write = write

    def passkey(self, passkey_id: str, **values: Any) -> Passkey:
        """Keep a passkey."""
        plain: dict[str, Any] = {"person_id": "ines", "label": "x", "public_key": b"\0\xff"}
        made = Passkey(id=passkey_id, **(plain | {"counter": 0, "added_at_ms": NOW_MS} | values))
        self.write({made.key: made.row()})
        return made

    def session(self, session_id: str, **values: Any) -> Session:
        """Keep a session."""
        times = dict.fromkeys(("begun_at_ms", "seen_at_ms", "expires_at_ms"), NOW_MS)
        plain: dict[str, Any] = {"person_id": "ines", "digest": session_id, "factors": "passkey"}
        made = Session(id=session_id, **(plain | times | values))
        self.write({made.key: made.row()})
        return made

    def link(self, link_id: str, **values: Any) -> SignInLink:
        """Keep a link."""
        plain: dict[str, Any] = {"person_id": "ines", "purpose": "enrol", "issued_by": "greta"}
        plain |= {"issued_at_ms": NOW_MS, "expires_at_ms": NOW_MS, "state": "live"}
        made = SignInLink(id=link_id, **(plain | values))
        self.write({made.key: made.row()})
        return made


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


def test_what_somebody_has_is_found(stand: Stand) -> None:
    """What is live, the latest first, and nobody else's; a public key comes back byte by byte."""
    older, newer = stand.passkey("k1"), stand.passkey("k2", added_at_ms=NOW_MS + 1)
    gone = stand.passkey("k0", added_at_ms=NOW_MS + 2, state="ended")
    stand.passkey("k3", person_id="ivor")
    session = stand.session("s1", expires_at_ms=NOW_MS + 1)
    stand.session("s2", expires_at_ms=NOW_MS + 1, state="ended")
    stand.session("s3")
    asked = stand.link("l1", purpose="recover", state="asked")
    stand.link("l2", state="used", digest="d")

    passkeys = stand.store.select("passkeys_of_person", ("ines", 10))
    sessions = stand.store.select("sessions_live_of", ("ines", NOW_MS, 10))
    links = stand.store.select("sign_in_links_open_of", ("ines", 10))

    assert [newer, older, gone] == [passkey_of(row) for row in passkeys]
    assert [session] == [session_of(row) for row in sessions]
    assert [asked] == [link_of(row) for row in links]


def test_a_secret_is_one_persons(stand: Stand) -> None:
    """By its digest; two of the same cannot be kept."""
    session, link = stand.session("s1", digest="d"), stand.link("l1", digest="e")

    (row,) = stand.store.select("session_by_digest", ("d",))
    (other,) = stand.store.select("sign_in_link_by_digest", ("e",))
    assert (session, link) == (session_of(row), link_of(other))
    with pytest.raises(StateConflictError):
        stand.session("s2", digest="d")
    with pytest.raises(StateConflictError):
        stand.link("l2", digest="e")


def test_leave_ahead_is_a_grant_or_a_slot_that_is_not_over(stand: Stand) -> None:
    """To the millisecond, and not what ended before its time."""
    writes: dict[Key, Row | None] = {}
    for number, state in enumerate(("live", "waiting", "ended")):
        grant: Row = {"person_id": f"p{number}", "state": state, "ends_at_ms": NOW_MS + 1}
        writes[Key("grants", f"g{number}")] = grant
    stand.write(writes)

    def ahead(person: str, now_ms: int) -> int:
        return len(stand.store.select("grants_ahead_of", (person, now_ms)))

    assert [1, 1, 0] == [ahead(f"p{number}", NOW_MS) for number in range(3)]
    assert 0 == ahead("p0", NOW_MS + 1)
    assert [] == list(stand.store.select("takeovers_ahead_of", ("p0", NOW_MS)))


@pytest.mark.parametrize(
    "values",
    [
        {"state": "lost"},
        {"purpose": "else"},
        {"purpose": "recover"},
        {"purpose": "recover", "agreed_by": "greta"},
    ],
)
def test_nobody_is_recovered_by_one_person(stand: Stand, values: dict[str, Any]) -> None:
    """No store keeps such a link, unless it is marked as one officer's."""
    with pytest.raises(StateConflictError):
        stand.link("l1", **values)
    stand.link("l2", purpose="recover", agreed_by="greta", one_officer=1)


def test_no_session_is_without_a_way_in(stand: Stand) -> None:
    """Nor a passkey without its key."""
    with pytest.raises(StateConflictError):
        stand.session("s1", factors="password")
    with pytest.raises(StateConflictError):
        stand.passkey("k1", public_key=None)
