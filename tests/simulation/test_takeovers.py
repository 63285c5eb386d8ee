"""Sixty weeks of takeovers on a seeded clock that jumps: one voice at a time, each closed."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from services.policy.slot_times import Slot, weeks_from
from services.policy.takeover import SPEAKING
from services.runtime.clock import ManualClock, from_epoch_ms
from services.runtime.errors import RejectError
from tests.desk_rig import DeskRig, desk_rig
from tests.takeover_rig import plan, prepare, settle, state_of, turns_of, without_grants

WEEKS = 60
ZONE = "Europe/London"
JUMPS_SECONDS = (0, 0, 0, -7_200, 7_200)
CURATORS = ("curt", "ivor")


class Weeks:
    """A year and more of weekly slots, in which much goes another way than planned."""

    def __init__(self, rig: DeskRig, clock: ManualClock, seed: int) -> None:
        self.rig, self.clock, self.random = rig, clock, Random(seed)
        self.turns = turns_of(rig)
        self.planned: list[str] = []

    def at(self, at_ms: int, seconds: float = 0) -> None:
        """Move the wall clock to a moment, and see what holds there."""
        wanted = from_epoch_ms(at_ms)
        self.clock.jump((wanted - self.clock.now()).total_seconds() + seconds)
        self.check()

    def check(self) -> None:
        """See that leave is as the slots say, before and after the clock's turn, repeated."""
        for _ in range(3):
            self.one_voice()
            self.turns.turn()

    def one_voice(self) -> None:
        """A grant is in force if and only if its slot is on and nothing before it is open."""
        takeovers: list[Any] = [self.rig.row("takeovers", each) for each in self.planned]
        now_ms = self.rig.now_ms
        speaking = []
        for number, takeover in enumerate(takeovers):
            if takeover["grant_id"] is None:
                continue
            grant = self.rig.row("grants", takeover["grant_id"])
            in_window = grant["starts_at_ms"] <= now_ms < grant["ends_at_ms"]
            in_force = grant["state"] == "live" and in_window
            earlier = [each["state"] for each in takeovers[:number]]
            is_free = not {*SPEAKING, "ended"} & set(earlier)
            on = takeover["state"] in ("ready", "live") and in_window and is_free
            assert on == in_force, (number, takeover["state"], grant["state"])
            speaking += [number] if in_force else []
        assert len(speaking) <= 1

    def week(self, slot: Slot) -> None:
        """Plan, prepare, and live through a week; the handover comes a little late at times."""
        starts_in = (slot.starts_at_ms - self.rig.now_ms) / 3_600_000
        ends_in = (slot.ends_at_ms - self.rig.now_ms) / 3_600_000
        takeover_id = plan(self.rig, starts_in, ends_in)
        self.planned.append(takeover_id)
        who = CURATORS[len(self.planned) % 2]
        if self.random.random() < 0.9:
            prepare(self.rig, takeover_id, who)
            self.rig.do("takeover-make-ready", "greta", takeover_id=takeover_id)
        self.at(slot.starts_at_ms - 1)
        self.close_ended(self.planned[:-1])
        self.at(slot.starts_at_ms)
        self.at(slot.starts_at_ms, self.random.choice(JUMPS_SECONDS))
        self.at(slot.starts_at_ms + 1)
        self.live(takeover_id, who)
        self.at(slot.ends_at_ms - 1)

    def live(self, takeover_id: str, who: str) -> None:
        """Have whoever speaks come or not, and officers do what they may."""
        if self.random.random() < 0.8:
            self.attempt("takeover-sign-on", who, takeover_id)
        for verb in self.random.sample(("pause", "resume", "stop", "pause"), 2):
            if self.random.random() < 0.3:
                self.attempt(f"takeover-{verb}", "dora", takeover_id, why="as it must be")
                self.check()

    def attempt(self, verb: str, who: str, takeover_id: str, **order: Any) -> None:
        """Make a move, or be told that it cannot be made."""
        try:
            self.rig.do(verb, who, takeover_id=takeover_id, **order)
        except RejectError:
            return

    def close_ended(self, takeover_ids: list[str]) -> None:
        """Close what has ended, most times in time."""
        for takeover_id in takeover_ids:
            if state_of(self.rig, takeover_id) == "ended" and self.random.random() < 0.8:
                settle(self.rig, takeover_id)
                self.rig.do("takeover-close", "dora", takeover_id=takeover_id)
                self.check()


@pytest.mark.parametrize("seed", [7, 11])
def test_sixty_weeks_have_one_voice_at_a_time(
    sqlite_path: Path, clock: ManualClock, seed: int
) -> None:
    """At every edge, through jumps of the clock and both its changes; each comes to its close."""
    with desk_rig(sqlite_path, clock) as rig:
        for who in CURATORS:
            without_grants(rig, who)
        weeks = Weeks(rig, clock, seed)
        first = clock.now().date().replace(year=clock.now().year + 1)
        slots = list(weeks_from(first, clock.now().time(), ZONE, WEEKS))
        for slot in slots:
            weeks.week(slot)
        weeks.at(slots[-1].ends_at_ms)
        for takeover_id in weeks.planned:
            if state_of(rig, takeover_id) == "ended":
                settle(rig, takeover_id)
                rig.do("takeover-close", "dora", takeover_id=takeover_id)

        assert {"closed"} == {state_of(rig, each) for each in weeks.planned}
        outcomes = {rig.row("takeovers", each)["outcome"] for each in weeks.planned}
        assert {"completed", "no-show", "stopped", "withdrawn"} == outcomes
