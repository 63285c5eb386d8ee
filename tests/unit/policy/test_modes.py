"""Modes of accounts: one sets them, two end an emergency, decided on rows alone."""

from typing import Any

import pytest

from services.policy.modes import mode_key, mode_set
from services.policy.orders import SetMode
from services.runtime.effects import Key
from services.runtime.errors import NotAllowedError
from services.runtime.ports import Guard
from tests.unit.policy.samples import NOW_MS, account, actor

GRETA, GORDON = actor("greta-id", "governance"), actor("gordon-id", "governance")
DORA = actor("dora-id", "duty-officer")
KEY = mode_key("town")
TOWN = Key("accounts", "town")


def order(mode: Any) -> SetMode:
    """Return what somebody wants."""
    return SetMode(account="town", mode=mode, why="the river")


def asked(**values: Any) -> dict[str, Any]:
    """Return the row of an emergency's end that greta asked for."""
    decided = mode_set(
        order("normal"), GRETA, account(mode="emergency"), None, NOW_MS, one_officer=False
    )
    return {"id": KEY.id, **(decided.writes[KEY] or {}), **values}


@pytest.mark.parametrize(
    ("before", "mode", "who"),
    [
        ("normal", "emergency", DORA),
        ("normal", "emergency", GRETA),
        ("pre-election", "emergency", DORA),
        ("normal", "pre-election", GRETA),
        ("pre-election", "normal", GRETA),
    ],
)
def test_one_person_sets_a_mode(before: str, mode: str, who: Any) -> None:
    """At once, and every sending of the account looks again."""
    decided = mode_set(order(mode), who, account(mode=before), None, NOW_MS, one_officer=False)

    row = decided.writes[TOWN] or {}
    assert (mode, 8) == (row["mode"], row["version"])
    assert [Guard(TOWN, 7)] == list(decided.guards)
    (noted,) = decided.notes
    assert ("account.mode-set", "account:town", "the river") == (
        noted.kind,
        noted.chain,
        noted.payload["why"],
    )
    assert (mode, before) == (noted.facts["mode"], noted.facts["mode_before"])


@pytest.mark.parametrize(
    ("before", "mode"),
    [("normal", "pre-election"), ("pre-election", "normal"), ("emergency", "pre-election")],
)
def test_the_time_before_an_election_is_for_governance(before: str, mode: str) -> None:
    """A duty officer neither begins it nor ends it."""
    with pytest.raises(NotAllowedError, match="takes governance"):
        mode_set(order(mode), DORA, account(mode=before), None, NOW_MS, one_officer=False)


@pytest.mark.parametrize(
    ("change", "who", "one_officer", "mode", "marked"),
    [
        (None, GRETA, False, "emergency", None),
        (None, GRETA, True, "emergency", None),
        (asked(), GRETA, False, "emergency", None),
        (asked(mode="pre-election"), GORDON, False, "emergency", None),
        (asked(state="agreed"), GORDON, False, "emergency", None),
        (asked(), GORDON, False, "normal", 0),
        (asked(), DORA, False, "normal", 0),
        (asked(), GRETA, True, "normal", 1),
    ],
)
def test_an_emergency_is_ended_by_two_or_the_one_there_is_twice(
    change: Any, who: Any, mode: str, marked: int | None, *, one_officer: bool
) -> None:
    """Who ask for the same; only the last of them touches how the account speaks."""
    before = account(mode="emergency")

    decided = mode_set(order("normal"), who, before, change, NOW_MS, one_officer=one_officer)

    row = decided.writes[KEY] or {}
    assert mode == decided.reply["mode"]
    assert (mode == "normal") == (TOWN in decided.writes)
    assert ("asked" if marked is None else "agreed") == row["state"]
    assert (who.person_id if marked is None else "greta-id") == row["asked_by"]
    assert {KEY, TOWN} == {guard.key for guard in decided.guards}
    assert bool(marked) == decided.notes[0].one_officer


def test_an_emergency_called_anew_ends_the_asking() -> None:
    """Whoever says emergency while its end is asked for means it."""
    change = asked()

    decided = mode_set(
        order("emergency"), DORA, account(mode="emergency"), change, NOW_MS, one_officer=False
    )

    assert {KEY: None} == decided.writes
    assert "account.mode-kept" == decided.notes[0].kind


def test_a_mode_that_is_set_already_stays() -> None:
    """There is nothing to write, and it is no error."""
    decided = mode_set(order("normal"), DORA, account(), None, NOW_MS, one_officer=False)

    assert ({}, ()) == (decided.writes, tuple(decided.notes))
    assert "already" in decided.reply["sentence"]
