"""Thousands of approved acts on their way out, and one press on halt: nothing more is begun."""

import time
from pathlib import Path

import pytest

from services.publish.records import BEGUN
from services.runtime.system_clock import SystemClock
from tests.fakes import wait_until
from tests.integration.faults.approved_acts import approve_many
from tests.integration.faults.speaking_rig import copied
from tests.simulation.checkers_speaking import speaking_breaches
from tests.simulation.seeds import long_share_of
from tests.simulation.speaking_remains import SpeakingRemains, speaking_remains
from tests.speaking_town import ACCOUNTS, SpeakingTown

SENT_BEFORE = 20
SENT_AFTER = 10


def public_count(town: SpeakingTown) -> int:
    """Return how many acts of ours are in public."""
    house = town.embedded.house
    assert house is not None, "this town has its platform"
    return house.last_sequence()


def looked_again(town: SpeakingTown) -> None:
    """Wait until each sender has looked at what waits, and begun nothing of it."""
    town.engine.asked.clear()
    senders = town.speaking.senders

    def looked() -> bool:
        for sender in senders:
            sender.wake()
        return len(town.engine.asked) > len(senders) and not town.is_settling()

    wait_until(looked)


def begun_after_halt(remains: SpeakingRemains) -> list[str | None]:
    """Return the acts begun between the halt and its release."""
    (placed,) = (each.place for each in remains.entries if each.kind == "halt.placed")
    (released,) = (each.place for each in remains.entries if each.kind == "halt.released")
    return [
        each.act_id
        for each in remains.entries
        if each.kind == BEGUN and placed < each.place < released
    ]


def storm(place: Path, acts_count: int, capsys: pytest.CaptureFixture[str]) -> SpeakingRemains:
    """Queue acts, let them go out, halt in the midst of it, and release; return what is left."""
    town = SpeakingTown(place / "data", SystemClock())
    for account in ACCOUNTS:
        approve_many(town, account, acts_count // len(ACCOUNTS))
    assert acts_count == len(list(town.waiting()))
    before = public_count(town)
    town.speaking.start()
    wait_until(lambda: public_count(town) >= before + SENT_BEFORE)

    pressed_seconds = time.perf_counter()
    town.do("halt", "otto", kind="everything", why="as ordered")
    returned_seconds = time.perf_counter() - pressed_seconds
    public_then = public_count(town)
    looked_again(town)

    public_now = public_count(town)
    drains = [sender.drain.last_seconds or 0.0 for sender in town.speaking.senders]
    with capsys.disabled():
        print(  # noqa: T201 - the figure that this is run for
            f"\n{acts_count:,} acts queued: the halt was kept {returned_seconds * 1_000:.1f} ms "
            f"after the press, and held {max(drains) * 1_000:.1f} ms after that"
        )
    assert public_now - public_then <= len(ACCOUNTS)
    for who in ("gail", "dee"):
        town.do("release", who, kind="everything", why="all is well")
    wait_until(lambda: public_count(town) >= public_now + SENT_AFTER)
    town.speaking.stop()
    town.stop()
    return speaking_remains(town.folder)


def test_a_halt_stops_hundreds_of_queued_acts(
    town_place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once the press is answered nothing is begun, and what waited goes out after the release."""
    rig = copied(town_place, tmp_path / "town")

    remains = storm(rig.place, 300, capsys)

    assert [] == begun_after_halt(remains)
    assert [] == speaking_breaches(remains)


@pytest.mark.long
def test_a_halt_stops_ten_thousand_queued_acts(
    town_place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same with a queue that nobody would wish for."""
    rig = copied(town_place, tmp_path / "town")

    remains = storm(rig.place, long_share_of(10_000), capsys)

    assert [] == begun_after_halt(remains)
    assert [] == speaking_breaches(remains)
