"""Halts that end by themselves, and what they found on its way, on a real town."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.policy.halt_turns import HaltTurns
from services.publish.hushed_platform import HushedPlatform
from services.runtime.effects import Key, Row
from services.runtime.platform import PlatformReply, PlatformRequest
from services.runtime.ports import Commit
from tests.handover_town import HandoverTown

CALM = "Our office opens at nine tomorrow."
BINS = "The bins in Mill Lane are emptied on Friday, black bins first."


@pytest.fixture
def town(tmp_path: Path) -> Iterator[HandoverTown]:
    """A town."""
    made = HandoverTown(tmp_path)
    yield made
    made.stop()


def turn(town: HandoverTown) -> int:
    """Let the clock look at halts once."""
    foundation = town.town.embedded
    journal, sealer = foundation.journal, town.town.speaking.sealer
    return HaltTurns(journal, town.town.store, sealer, town.clock).turn()


def halt(town: HandoverTown, kind: str = "account", name: str = "town", **order: Any) -> None:
    """Place a halt."""
    town.do("halt", "otto", kind=kind, name=name, why="smoke", **order)


def row_of(town: HandoverTown, key: str = "account:town") -> Row:
    """Return a halt's row."""
    row = town.town.row("halts", key)
    assert row is not None
    return row


def approved(town: HandoverTown, text: str = CALM) -> dict[str, Any]:
    """Return a statement that is about to go out."""
    return town.agree(town.act("dee", "statement", text=text), "bob")


def state(town: HandoverTown, act: dict[str, Any]) -> str:
    """Return an act's state."""
    row = town.town.row("acts", act["id"])
    assert row is not None
    return str(row["state"])


def test_a_halt_ends_by_itself_when_its_time_has_come(town: HandoverTown) -> None:
    """Not a moment before; what waited goes out, and the record says whose wish it was."""
    act = approved(town)
    halt(town, hours=2)
    town.turn()
    town.clock.advance(2 * 3_600 - 10)
    turn(town)
    before = row_of(town)["state"]

    town.clock.advance(20)
    turn(town)
    town.turn()

    row = row_of(town)
    assert "halted" == before
    assert ("released", town.person_id("otto"), "mercat") == (
        row["state"],
        row["release_asked_by"],
        row["released_by"],
    )
    assert town.town.row("sendings", act["id"])
    assert 1 == town.audited("halt.expired")
    assert [] == town.breaches()


def test_a_halt_without_an_end_stays(town: HandoverTown) -> None:
    """However long it takes until two people are there."""
    halt(town)
    town.clock.advance(30 * 24 * 3_600)
    turn(town)

    assert "halted" == row_of(town)["state"]


def test_a_halt_that_found_nothing_on_its_way_held_at_once(town: HandoverTown) -> None:
    """What ended before the press does not count."""
    town.own_post()
    town.clock.advance(1)
    halt(town)

    turn(town)

    row = row_of(town)
    assert (0, 0, row["halted_at_ms"]) == (
        row["drain_ms"],
        row["let_through"],
        row["drained_at_ms"],
    )
    assert 0 == turn(town)


def test_what_a_halt_found_on_its_way_is_measured_until_it_ended(
    town: HandoverTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is pressed while the platform has the act, which answers two seconds later."""
    platform = town.town.speaking.platforms["town"]
    assert isinstance(platform, HushedPlatform)
    perform = platform._platform.perform
    looks: list[Any] = []

    def slow(request: PlatformRequest, credential: str, timeout_seconds: float) -> PlatformReply:
        halt(town)
        turn(town)
        looks.append(row_of(town)["drained_at_ms"])
        town.clock.advance(2)
        return perform(request, credential, timeout_seconds)

    monkeypatch.setattr(platform._platform, "perform", slow)
    approved(town)
    town.turn()
    turn(town)

    row = row_of(town)
    assert [None] == looks
    assert (2_000, 1) == (row["drain_ms"], row["let_through"])


@pytest.mark.parametrize(("login", "acts"), [("dee", 1), ("ann", 0)])
def test_a_halt_of_a_person_counts_what_was_theirs(
    town: HandoverTown, login: str, acts: int
) -> None:
    """Another's act on its way is none of it."""
    act = approved(town)
    town.turn()
    sending = town.town.row("sendings", act["id"])
    assert sending is not None
    halt(town, "person", login)
    late = {**sending, "begun_at_ms": town.now_ms - 10, "ended_at_ms": town.now_ms + 500}
    journal = town.town.embedded.journal
    journal.commit(Commit(writes={Key("sendings", act["id"]): late})).result()

    turn(town)

    assert acts == row_of(town, f"person:{login}")["let_through"]


@pytest.mark.parametrize(("theme", "stops"), [("missed-bins", True), ("lamps", False)])
def test_a_theme_is_halted_in_words_too(town: HandoverTown, theme: str, *, stops: bool) -> None:
    """A statement has no case; what routing finds in its words is what it is about."""
    speaking = town.town.speaking
    speaking.approved._theme_of = lambda *_words: theme
    act = approved(town, BINS)
    halt(town, "theme", "missed-bins")

    town.turn()

    assert stops == (town.town.row("sendings", act["id"]) is None)
    assert ("approved" if stops else "sending") == state(town, act)


def test_a_pause_holds_what_was_approved_and_it_goes_out_after(town: HandoverTown) -> None:
    """As a halt does: nothing of it is lost, and nothing of it goes out meanwhile."""
    takeover_id = town.live_slot()
    act = town.agree(town.act("curt", "statement", text="Good morning to all of you."), "bob")
    order = {"takeover_id": takeover_id, "why": "I want to read it again"}
    town.do("takeover-pause", "dee", **order)
    town.turn()
    paused = (state(town, act), town.town.row("sendings", act["id"]))

    town.do("takeover-resume", "dee", **order)
    town.turn()

    sending = town.town.row("sendings", act["id"])
    assert ("approved", None) == paused
    assert sending is not None
    assert "sent" == sending["state"]
    assert [] == town.breaches()


def test_a_stop_still_ends_what_was_approved(town: HandoverTown) -> None:
    """Also where the slot was paused before."""
    takeover_id = town.live_slot()
    act = town.agree(town.act("curt", "statement", text="Good morning to all of you."), "bob")
    order = {"takeover_id": takeover_id, "why": "That is enough"}
    town.do("takeover-pause", "dee", **order)
    town.turn()

    town.do("takeover-stop", "dee", **order)
    town.turn()

    assert state(town, act) in ("denied", "held")
    assert town.town.row("sendings", act["id"]) is None
    assert [] == town.breaches()
