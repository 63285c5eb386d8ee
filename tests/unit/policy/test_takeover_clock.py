"""What the clock moves: at which moment, and what is left to people."""

from typing import Any, get_args

import pytest

from services.policy.takeover import MOVES, MoveName, TakeoverState
from services.policy.takeover_clock import MINUTE_MS, caught_up, clock_sentence, due_move
from services.policy.takeover_scene import Scene
from tests.unit.policy.samples import HOUR_MS, NOW_MS
from tests.unit.policy.takeover_samples import SETTINGS, held, scene, takeover

STARTS, ENDS = NOW_MS, NOW_MS + 24 * HOUR_MS
SIGNED: dict[str, Any] = {"signed_on_at_ms": STARTS, "live_at_ms": STARTS}
UNSIGNED: dict[str, Any] = {"live_at_ms": STARTS + MINUTE_MS}
LATE = STARTS + 121 * MINUTE_MS


@pytest.mark.parametrize(
    ("state", "values", "waits", "at_ms", "move"),
    [
        ("draft", {}, False, ENDS - 1, None),
        ("draft", {}, False, ENDS, "withdraw"),
        ("invited", {}, False, ENDS, "withdraw"),
        ("onboarding", {}, False, ENDS, "withdraw"),
        ("ready", {}, False, STARTS - 1, None),
        ("ready", {}, False, STARTS, "begin"),
        ("ready", {}, True, STARTS, None),
        ("ready", {}, True, ENDS, "stop"),
        ("ready", {}, False, ENDS, "no-show"),
        ("live", UNSIGNED, False, LATE - 1, None),
        ("live", UNSIGNED, False, LATE, "no-show"),
        ("live", SIGNED, False, LATE, None),
        ("live", SIGNED, False, ENDS - 1, None),
        ("live", SIGNED, False, ENDS, "run-out"),
        ("live", UNSIGNED, False, ENDS, "no-show"),
        ("paused", UNSIGNED, False, LATE, None),
        ("paused", SIGNED, False, ENDS, "run-out"),
        ("ended", SIGNED, False, ENDS, None),
        ("closed", {}, False, ENDS, None),
    ],
)
def test_a_move_is_due_at_its_moment_and_not_before(
    state: TakeoverState, values: dict[str, Any], *, waits: bool, at_ms: int, move: str | None
) -> None:
    """By the millisecond, from the state alone."""
    own = takeover(state, starts_at_ms=STARTS, ends_at_ms=ENDS, **values)

    assert move == due_move(own, at_ms, SETTINGS, waits=waits)


def test_the_clock_makes_only_moves_that_are_its_own() -> None:
    """The table of moves says which those are, and every one of them is made here."""
    made = {
        move
        for state in ("draft", "ready", "live", "paused")
        for waits in (False, True)
        for at_ms in (STARTS, LATE, ENDS)
        for values in (SIGNED, UNSIGNED)
        if (move := _due(state, values, at_ms, waits=waits)) is not None
    }

    assert {name for name in get_args(MoveName) if "clock" in MOVES[name].by} == made


def _due(state: Any, values: dict[str, Any], at_ms: int, *, waits: bool) -> MoveName | None:
    own = takeover(state, starts_at_ms=STARTS, ends_at_ms=ENDS, **values)
    return due_move(own, at_ms, SETTINGS, waits=waits)


def kinds(moved: Scene) -> list[str]:
    """Return the moves that were noted."""
    return [note.kind for note in moved.notes]


def test_a_slot_begins_at_its_time() -> None:
    """Noted as the clock's, by the program."""
    moved = caught_up(scene("ready"), SETTINGS)

    assert ("live", NOW_MS) == (moved.takeover.state, moved.takeover.live_at_ms)
    assert ["takeover.begin"] == kinds(moved)
    assert ("clock", "program") == (moved.notes[0].facts["by"], moved.notes[0].actor.signed_in_by)


def test_beginning_changes_no_leave() -> None:
    """The grant's own window opened it, at the very moment."""
    decided = caught_up(scene("ready"), SETTINGS).concluded("")

    assert {"takeovers", "accounts"} == {key.table for key in decided.writes}


def test_what_waits_for_the_slot_before_does_not_begin() -> None:
    """However late it is, until that one is closed."""
    before = takeover("ended", id="before", grant_id="grant-0", starts_at_ms=1, ends_at_ms=2)

    moved = caught_up(scene("ready", held(before, "ended")), SETTINGS)

    assert moved.takeover is moved.before


def test_who_was_kept_waiting_to_the_end_is_not_called_absent() -> None:
    """Their slot was stopped, with the reason on record."""
    before = takeover("ended", id="before", grant_id="grant-0", starts_at_ms=1, ends_at_ms=2)

    moved = caught_up(scene("ready", held(before, "ended"), ends_at_ms=NOW_MS), SETTINGS)

    assert ("ended", "stopped") == (moved.takeover.state, moved.takeover.outcome)
    assert "the one before it was not closed" in (moved.takeover.reason or "")


def test_an_absence_ends_the_grant_and_names_who_stands_by() -> None:
    """The house speaks from the next send on."""
    own = scene("live", live_at_ms=NOW_MS - 120 * MINUTE_MS, ends_at_ms=ENDS)

    moved = caught_up(own, SETTINGS)

    decided = moved.concluded(clock_sentence(moved))
    grants = [row for key, row in decided.writes.items() if key.table == "grants"]
    assert ["ended"] == [(row or {})["state"] for row in grants]
    assert "'Week one' is ended now. The house speaks; Ines stands by." == decided.reply["sentence"]
    assert "ines-id" == moved.notes[0].facts["standby"]


def test_a_pause_runs_out_with_its_slot() -> None:
    """Nobody has to remember it."""
    moved = caught_up(scene("paused", ends_at_ms=NOW_MS), SETTINGS)

    assert ("ended", "completed") == (moved.takeover.state, moved.takeover.outcome)
