"""Who is added, changed, leaves, holds a token or a grant: decided on rows alone."""

from typing import Any

import pytest

from schemas.verdict import Role
from services.policy.decided import Decided
from services.policy.grants import grant_key
from services.policy.leave import raised
from services.policy.orders import AddPerson, ChangePerson, EndGrant, GiveGrant, IssueToken
from services.policy.people import (
    added,
    changed,
    grant_ended,
    grant_given,
    left,
    person_key,
    require_apart,
    token_issued,
    token_revoked,
)
from services.policy.tokens import PREFIX, token_digest, token_of
from services.runtime.effects import Key, Row
from services.runtime.errors import NotAllowedError, RejectError
from services.runtime.ports import Guard
from tests.unit.policy.samples import NOW_MS, account, actor, grant, person

DAY_MS = 86_400_000
GRETA = actor("greta-id", "governance")
INES = person_key("ines-id")
TOWN, LIBRARY = Key("accounts", "town"), Key("accounts", "library")
ACCOUNTS = [account(), account(id="library", version=3)]
ANNA = AddPerson(
    login="anna", name="Anna Example", address="anna@town.example", roles=("team-member",)
)
CHANGE = ChangePerson(login="ines", roles=("approver", "approver"), why="new work")
GRANT = GiveGrant(login="ines", account="town", themes=("trees", "bins"), days=2, why="their work")
TOKEN = IssueToken(login="ines", days=1)


def row_of(decided: Decided, key: Key) -> Row:
    """Return a row that is to be written."""
    row = decided.writes[key]
    assert row is not None
    return row


def test_whoever_is_added_works_here_from_now_on() -> None:
    """Under an id that nobody had."""
    decided = added(ANNA, GRETA, "anna-id", NOW_MS, one_officer=False)

    assert ("anna", "team-member", "active", NOW_MS, 1) == tuple(
        row_of(decided, person_key("anna-id"))[name]
        for name in ("login", "roles", "state", "added_at_ms", "version")
    )
    assert [Guard(person_key("anna-id"), None)] == decided.guards


@pytest.mark.parametrize(
    ("roles", "one_officer", "fine"),
    [
        (("governance",), False, True),
        (("governance", "approver", "auditor"), False, True),
        (("team-member", "approver"), False, True),
        (("governance", "team-member"), False, False),
        (("governance", "curator"), False, False),
        (("governance", "duty-officer"), False, False),
        (("governance", "team-member"), True, True),
    ],
)
def test_who_looks_after_people_does_not_write(
    roles: tuple[Role, ...], *, one_officer: bool, fine: bool
) -> None:
    """Unless there is nobody else."""
    if fine:
        require_apart(roles, one_officer=one_officer)
        return
    with pytest.raises(RejectError, match="does not write too"):
        require_apart(roles, one_officer=one_officer)


def test_other_roles_make_every_sending_look_again() -> None:
    """Each account's version is raised with them."""
    decided = changed(CHANGE, GRETA, person(), ACCOUNTS, NOW_MS, one_officer=False)

    assert ("approver", 5) == tuple(row_of(decided, INES)[name] for name in ("roles", "version"))
    assert (8, 4) == tuple(row_of(decided, key)["version"] for key in (TOWN, LIBRARY))
    assert {Guard(INES, 4), Guard(TOWN, 7), Guard(LIBRARY, 3)} == set(decided.guards)


def test_whoever_leaves_takes_everything_with_them() -> None:
    """Tokens, grants, and the say they had in what is about to go out."""
    token, granted = Key("tokens", "t"), grant_key("grant-1")
    owned: list[tuple[Key, Row]] = [
        (token, {"id": "t", "state": "live", "version": 1}),
        (granted, grant()),
    ]

    decided = left(GRETA, person(), owned, ACCOUNTS, "moved away", NOW_MS)

    assert ("left", NOW_MS) == tuple(
        row_of(decided, INES)[name] for name in ("state", "left_at_ms")
    )
    assert ("ended", "ended") == tuple(row_of(decided, key)["state"] for key in (token, granted))
    assert "id" not in row_of(decided, token)
    assert (8, 4) == tuple(row_of(decided, key)["version"] for key in (TOWN, LIBRARY))


def test_a_token_is_kept_by_its_digest() -> None:
    """Neither the row nor the record has it."""
    decided = token_issued(TOKEN, GRETA, person(), "t", ("secret", "digest"), NOW_MS)

    assert ("digest", "live", "greta-id", NOW_MS + DAY_MS) == tuple(
        row_of(decided, Key("tokens", "t"))[name]
        for name in ("digest", "state", "issued_by", "expires_at_ms")
    )
    assert "secret" == decided.reply["token"]
    assert "secret" not in str((decided.writes, decided.notes))


def test_a_grant_runs_from_now_for_its_days() -> None:
    """For its kinds and themes, on the account's own chain."""
    decided = grant_given(GRANT, GRETA, person(), account(), "g", NOW_MS)

    assert ("reply", "bins trees", NOW_MS, NOW_MS + 2 * DAY_MS) == tuple(
        row_of(decided, grant_key("g"))[name]
        for name in ("kinds", "themes", "starts_at_ms", "ends_at_ms")
    )
    assert 8 == row_of(decided, TOWN)["version"]
    assert "account:town" == decided.notes[0].chain


def test_a_grant_that_ends_stays_on_record() -> None:
    """Its row says that it has ended; nothing is deleted."""
    order = EndGrant(grant_id="grant-1", why="over")

    decided = grant_ended(order, GRETA, grant(), account(), NOW_MS)

    assert ("ended", 2) == tuple(
        row_of(decided, grant_key("grant-1"))[name] for name in ("state", "version")
    )
    assert 8 == row_of(decided, TOWN)["version"]


def test_a_token_that_ends_touches_no_account() -> None:
    """Whose it is may still speak by another."""
    row: Row = {"id": "t", "person_id": "ines-id", "state": "live", "version": 1}

    decided = token_revoked(GRETA, "t", row, "lost")

    assert [Key("tokens", "t")] == list(decided.writes)


SELF = actor("ines-id", "governance")
GONE = person(state="left")


@pytest.mark.parametrize(
    "attempt",
    [
        lambda who, whom: changed(CHANGE, who, whom, ACCOUNTS, NOW_MS, one_officer=False),
        lambda who, whom: token_issued(TOKEN, who, whom, "t", ("s", "d"), NOW_MS),
        lambda who, whom: grant_given(GRANT, who, whom, account(), "g", NOW_MS),
    ],
)
def test_nobody_gives_to_themselves_or_to_whoever_has_left(attempt: Any) -> None:
    """The first is not allowed, the second not possible."""
    with pytest.raises(NotAllowedError, match="Nobody"):
        attempt(SELF, person())
    with pytest.raises(RejectError, match="works here no more"):
        attempt(GRETA, GONE)
    assert attempt(GRETA, person()).writes


def test_nobody_leaves_twice() -> None:
    """The record says when they did."""
    with pytest.raises(RejectError, match="works here no more"):
        left(GRETA, GONE, [], ACCOUNTS, "again", NOW_MS)


def test_what_has_ended_does_not_end_again() -> None:
    """Neither a token nor a grant."""
    with pytest.raises(RejectError, match="ended already"):
        token_revoked(GRETA, "t", {"state": "ended", "version": 2}, "again")
    with pytest.raises(RejectError, match="ended already"):
        grant_ended(
            EndGrant(grant_id="g", why="again"), GRETA, grant(state="ended"), account(), NOW_MS
        )


def test_raising_an_account_changes_its_version_and_when() -> None:
    """All else of its row stays, and somebody else's change is not written over."""
    writes, guards = raised([account(mode="emergency")], NOW_MS)

    assert {
        "platform": "house",
        "name": "Town",
        "mode": "emergency",
        "version": 8,
        "changed_at_ms": NOW_MS,
    } == writes[TOWN]
    assert [Guard(TOWN, 7)] == guards


def test_a_token_shows_what_it_is_and_its_digest_shows_nothing_of_it() -> None:
    """Scanners know one by its beginning; other tokens have other digests."""
    token = token_of("drawn")

    assert token.startswith(PREFIX)
    assert 64 == len(token_digest(token))
    assert token_digest(token) != token_digest(token + "x")
    assert token_digest("\ud800")
