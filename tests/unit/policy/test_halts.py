"""Halts: one person stops, two let go, decided on rows alone."""

from typing import Any

import pytest

from services.policy.halts import expired, halted, released
from services.policy.orders import HaltVoice, ReleaseHalt
from services.policy.situation import halt_key
from services.runtime.clock import HOUR_MS
from services.runtime.effects import Key
from services.runtime.errors import NotFoundError
from services.runtime.ports import Guard
from tests.unit.policy.samples import NOW_MS, account, actor

OMAR, GRETA, DORA = actor("omar-id", "ops"), actor("greta-id"), actor("dora-id")
KEY = halt_key("account", "town")
TOWN = Key("accounts", "town")
HALT = HaltVoice(kind="account", name="town", why="smoke")
RELEASE = ReleaseHalt(kind="account", name="town", why="all is well")


def in_force(**values: Any) -> dict[str, Any]:
    """Return the row of a halt that was placed."""
    decided = halted(HALT, OMAR, None, [account()], NOW_MS)
    return {"id": KEY.id, **(decided.writes[KEY] or {}), **values}


def test_a_halt_is_placed_by_one() -> None:
    """With its reason, and every sending of the account looks again."""
    decided = halted(HALT, OMAR, None, [account()], NOW_MS)

    row = decided.writes[KEY]
    assert row is not None
    assert ("halted", "omar-id", "smoke", 1) == (
        row["state"],
        row["halted_by"],
        row["reason"],
        row["version"],
    )
    assert 8 == (decided.writes[TOWN] or {})["version"]
    assert {Guard(KEY, None), Guard(TOWN, 7)} == set(decided.guards)


def test_a_halt_that_is_there_is_left_as_it_is() -> None:
    """There is nothing to write, and it is no error."""
    decided = halted(HALT, GRETA, in_force(), [account()], NOW_MS)

    assert {} == decided.writes
    assert "was halted already" in decided.reply["sentence"]


@pytest.mark.parametrize(
    "before", [{"state": "released", "released_by": "dora-id"}, {"release_asked_by": "greta-id"}]
)
def test_a_halt_is_placed_anew_over_one_that_ended_or_is_about_to(before: dict[str, str]) -> None:
    """Nothing of the old release is left in it."""
    decided = halted(HALT, OMAR, in_force(**before), [account()], NOW_MS)

    row = decided.writes[KEY]
    assert row is not None
    assert ("halted", None, None, 2) == (
        row["state"],
        row["release_asked_by"],
        row["released_by"],
        row["version"],
    )


@pytest.mark.parametrize(
    ("asked_by", "who", "one_officer", "state", "marked"),
    [
        (None, GRETA, False, "halted", 0),
        (None, GRETA, True, "halted", 0),
        ("greta-id", GRETA, False, "halted", 0),
        ("greta-id", DORA, False, "released", 0),
        ("greta-id", GRETA, True, "released", 1),
        ("greta-id", DORA, True, "released", 0),
    ],
)
def test_a_release_takes_two_or_the_one_there_is_twice(
    asked_by: str | None, who: Any, state: str, marked: int, *, one_officer: bool
) -> None:
    """And only the last of them touches what may go out."""
    before = in_force(release_asked_by=asked_by)

    decided = released(RELEASE, who, before, [account()], NOW_MS, one_officer=one_officer)

    row = decided.writes[KEY]
    assert row is not None
    assert (state, marked) == (row["state"], row["one_officer"])
    assert ("released" == state) == (TOWN in decided.writes)
    assert bool(marked) == decided.notes[0].one_officer


@pytest.mark.parametrize("before", [None, {"state": "released"}])
def test_what_is_not_halted_is_not_released(before: dict[str, Any] | None) -> None:
    """Nobody learns that they released something when there was nothing."""
    row = None if before is None else in_force(**before)

    with pytest.raises(NotFoundError, match="no halt of account town"):
        released(RELEASE, GRETA, row, [account()], NOW_MS, one_officer=False)


def test_a_halt_may_be_given_its_end() -> None:
    """Said to whoever places it, and kept in the row."""
    decided = halted(HALT.model_copy(update={"hours": 2}), OMAR, None, [account()], NOW_MS)

    assert NOW_MS + 2 * HOUR_MS == (decided.writes[KEY] or {})["expires_at_ms"]
    assert "until two people release it, or until" in decided.reply["sentence"]


@pytest.mark.parametrize(
    ("hours", "ends_at_ms"), [(1, None), (3, NOW_MS + 3 * HOUR_MS), (None, "never")]
)
def test_a_halt_is_made_to_last_longer_and_never_shorter(
    hours: float | None, ends_at_ms: int | str | None
) -> None:
    """Of two ends the later one holds, and no end at all is later than any."""
    before = in_force(expires_at_ms=NOW_MS + 2 * HOUR_MS)

    decided = halted(HALT.model_copy(update={"hours": hours}), GRETA, before, [account()], NOW_MS)

    row = decided.writes.get(KEY)
    if ends_at_ms is None:
        assert row is None
        return
    assert row is not None
    assert (None if ends_at_ms == "never" else ends_at_ms) == row["expires_at_ms"]
    assert ("omar-id", "halt.extended") == (row["halted_by"], decided.notes[0].kind)


def test_a_halt_whose_end_has_come_is_let_go_by_the_clock() -> None:
    """On record as asked for by who placed it, and let go by the program."""
    decided = expired(in_force(), [account()], NOW_MS + 5)

    row = decided.writes[KEY]
    assert row is not None
    assert ("released", "omar-id", "mercat", NOW_MS + 5) == (
        row["state"],
        row["release_asked_by"],
        row["released_by"],
        row["released_at_ms"],
    )
    assert 8 == (decided.writes[TOWN] or {})["version"]
    assert "halt.expired" == decided.notes[0].kind
