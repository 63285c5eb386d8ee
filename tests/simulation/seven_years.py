"""Years of weekly takeovers of one account, lived through by chance: people, platform, crashes.

Everything is real but the world around: the desk, the gate and its rules, the senders, the files.
The process may die at any step of speaking, and begins again with nothing but the rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Final, TypeVar

from services.policy.slot_times import Slot, weeks_from
from services.policy.takeover_terms import terms_of
from services.runtime.clock import HOUR_MS, from_epoch_ms
from services.runtime.errors import NotFoundError, RejectError, RetryLaterError
from services.runtime.failpoints import SPEAKING_FAILPOINTS, forget_orders, order_at_failpoints
from tests.handover_town import ACCOUNT, TERMS, HandoverTown
from tests.simulation.rota_beside import STAFF, RotaBeside
from tests.simulation.slot_watch import SlotWatch
from tests.simulation.speaking_day import CrashError

START: Final = datetime(2026, 1, 2, 9, tzinfo=UTC)
ZONE: Final = "Europe/London"
CURATORS: Final = ("vera", "wim", "xan", "yve")
MINUTE_MS: Final = 60_000
JUMPS_SECONDS: Final = (-7_200.0, -60.0, 60.0, 7_200.0)
STEPS_TO_CRASH_MAX: Final = 12
STAYS: Final = "a list of people that somebody brought along"

Done = TypeVar("Done")


@dataclass(slots=True)
class YearsTally:
    """How often each thing befell the years: years in which nothing happens would prove nothing."""

    weeks: int = 0
    crashes: int = 0
    jumps: int = 0
    no_shows: int = 0
    revocations: int = 0
    sent: int = 0
    reverted: int = 0
    late_closes: int = 0
    overrides: int = 0
    unprepared: int = 0


class SevenYears:
    """One seed's years. Each step is followed by a look of the watch."""

    def __init__(self, place: Path, seed: int) -> None:
        self.random = Random(seed)
        self.town = HandoverTown(place, START)
        self.town.welcome(*(f"resident-{number}" for number in range(40)))
        self.tally = YearsTally()
        self.slots: list[str] = []
        self._ended: list[str] = []
        self._steps_left: int | None = None
        self._keys = 0
        for login in CURATORS:
            order = {"name": login.title(), "address": f"{login}@town.example"}
            self.town.do("add-person", "", login=login, roles=("curator",), **order)
        self.rota = RotaBeside(self.town, self.random, self._do, self._tried)
        self.watch = SlotWatch(self.town)

    def live(self, weeks: int) -> None:
        """Live so many weeks, then see everything to its close."""
        first = self.town.clock.now().date()
        order_at_failpoints(self._reached)
        try:
            for slot in weeks_from(first, START.time(), ZONE, weeks):
                self._week(slot)
            self._steps_left = None
            self._go(slot.ends_at_ms + HOUR_MS)
            while self._ended:
                self._close(self._ended.pop(0))
                self._turn()
        finally:
            forget_orders()

    # One week

    def _week(self, slot: Slot) -> None:
        self.tally.weeks += 1
        who = CURATORS[self.tally.weeks % len(CURATORS)]
        takeover_id = self._planned(slot, who)
        self._go(slot.starts_at_ms - 1)
        self._close_some()
        self._go(slot.starts_at_ms)
        if self.random.random() < 0.2:
            self._jump()
        self._go(slot.starts_at_ms + MINUTE_MS)
        if self.random.random() < 0.85:
            self._tried("takeover-sign-on", who, takeover_id=takeover_id)
        else:
            self.tally.no_shows += 1
        self._midweek(slot, takeover_id, who)
        self._shifts(slot)
        if self.random.random() < 0.4:
            self._go(slot.ends_at_ms - HOUR_MS)
            self._tried("takeover-sign-off", who, takeover_id=takeover_id)
        self._go(slot.ends_at_ms - 1)
        self._ended.append(takeover_id)

    def _midweek(self, slot: Slot, takeover_id: str, who: str) -> None:
        """Have whoever speaks say something, and somebody put an end to it in between at times."""
        self._go(slot.starts_at_ms + round(self.random.uniform(3, 45) * HOUR_MS))
        acts = [self._said(who, "statement") for _ in range(self.random.choice((0, 1, 1, 2)))]
        if self.random.random() < 0.15:
            acts.append(self._said(who, "block", f"resident-{self.random.randrange(40)}"))
        acts.append(self._said("dee", "statement"))
        for act in acts:
            self._agreed(act)
        if self.random.random() < 0.3:
            self._revoke(takeover_id)
        self._turn()
        if self.random.random() < 0.3:
            again = {"takeover_id": takeover_id, "why": "it was fair"}
            self._tried("takeover-resume", "dee", **again)
            self._turn()

    def _shifts(self, slot: Slot) -> None:
        """Have staff speak in their shifts, called off under their hands at times; no one else."""
        for place, (login, shift_id) in enumerate(self.rota.plan(slot.starts_at_ms)):
            self._go(self.rota.middle_ms(slot.starts_at_ms, place))
            self._agreed(self._said(login, "statement"))
            if self.random.random() < 0.15:
                self.rota.call_off(shift_id)
            self._turn()
            other = self._said(STAFF[1 - STAFF.index(login)], "statement")
            assert other is None or other["state"] == "denied", "it is not their shift"
        self._survived(self.rota.turn)
        self.watch.look()

    def _planned(self, slot: Slot, who: str) -> str:
        planned = self._do(
            "takeover-plan",
            "gail",
            account=ACCOUNT,
            title=f"Week {self.tally.weeks}",
            duty_officer="dee",
            standby="ann",
            starts_at_ms=slot.starts_at_ms,
            ends_at_ms=slot.ends_at_ms,
            kinds=("reply", "statement", "block"),
            why="a citizen speaks for a week",
        )
        takeover_id = str(planned["takeover_id"])
        self.slots.append(takeover_id)
        of = {"takeover_id": takeover_id}
        self._do("takeover-invite", "gail", login=who, **of)
        if self.random.random() < 0.1:
            self.tally.unprepared += 1
            return takeover_id
        self._do("takeover-accept", who, **of)
        self._do("takeover-consent", who, terms_version=terms_of(TERMS).version, **of)
        self._do("takeover-practise", who, text="Good morning.", **of)
        self._do("takeover-make-ready", "gail", **of)
        return takeover_id

    def _revoke(self, takeover_id: str) -> None:
        """Take leave away between consent and sending."""
        self.tally.revocations += 1
        verb = self.random.choice(("takeover-pause", "takeover-stop", "takeover-pause"))
        self._tried(verb, "dee", takeover_id=takeover_id, why="somebody complained")

    def _said(self, who: str, kind: str, target: str | None = None) -> dict[str, Any] | None:
        self._keys += 1
        text = "" if target else f"We open the gate of plot {self._keys} at nine on Monday."
        order = {"kind": kind, "account": ACCOUNT, "target": target, "text": text}
        return self._tried("answer", who, **order)

    def _agreed(self, act: dict[str, Any] | None) -> None:
        for login in ("bob", "gail"):
            if act is not None and act["state"] == "held":
                order = {"act_id": act["id"], "digest": act["digest"]}
                act = self._tried("approve", login, **order)

    # Handing over

    def _close_some(self) -> None:
        """Close what has ended, most times before the next slot begins."""
        for takeover_id in list(self._ended):
            if self.random.random() < 0.85:
                self._close(takeover_id)
                self._ended.remove(takeover_id)
            else:
                self.tally.late_closes += 1

    def _close(self, takeover_id: str) -> None:
        """Hand the account over and close; two people let go what nobody could look at."""
        if self.town.state_of(takeover_id) != "ended":
            return
        self._turn()
        of = {"takeover_id": takeover_id, "why": STAYS}
        if self._changes(takeover_id):
            decided = self._do("handover-decide", "dee", decision="revert", **of)
            self._turn()
            self._do("handover-agree", "bob", digest=decided["digest"], **of)
            self._turn()
            self.tally.reverted += 1
        if self._tried("takeover-close", "dee", takeover_id=takeover_id) is None:
            self.tally.overrides += 1
            for login in ("dee", "gail"):
                self._do("handover-override", login, **of)
            self._do("takeover-close", "dee", takeover_id=takeover_id)

    def _changes(self, takeover_id: str) -> bool:
        """Return whether something is to be decided on; of a slot that never began nothing is."""
        try:
            return bool(self.town.shown(takeover_id)["items"])
        except NotFoundError:
            return False

    # How time passes, and how the process dies

    def _go(self, at_ms: int) -> None:
        """Let time pass until a moment, and have everything that is due by then done."""
        seconds = (from_epoch_ms(at_ms) - self.town.clock.now()).total_seconds()
        if seconds > 0:
            self.town.clock.advance(seconds)
            self._turn()

    def _jump(self) -> None:
        """Have the wall clock set to another hour, and set back later."""
        self.tally.jumps += 1
        seconds = self.random.choice(JUMPS_SECONDS)
        for each in (seconds, -seconds):
            self.town.clock.jump(each)
            self._turn()

    def _turn(self) -> None:
        self._survived(self.town.turn)
        self.watch.look()

    def _do(self, verb: str, who: str, **order: Any) -> dict[str, Any]:
        """Carry out a verb; whoever gave it gives it again where the process died meanwhile."""
        self._keys += 1
        key = f"key {self._keys}"
        done = self._survived(lambda: self.town.town.do(verb, who, key=key, **order))
        self.watch.look()
        return done

    def _tried(self, verb: str, who: str, **order: Any) -> dict[str, Any] | None:
        """Carry out a verb that may be refused by now."""
        try:
            return self._do(verb, who, **order)
        except (RejectError, RetryLaterError):
            self.watch.look()
            return None

    def _survived(self, deed: Callable[[], Done]) -> Done:
        if self.random.random() < 0.06:
            self._steps_left = self.random.randint(1, STEPS_TO_CRASH_MAX)
        while True:
            try:
                return deed()
            except CrashError:
                self.tally.crashes += 1
                self.town.begin_again()

    def _reached(self, place: str) -> None:
        if self._steps_left is None or place not in SPEAKING_FAILPOINTS:
            return
        self._steps_left -= 1
        if self._steps_left <= 0:
            self._steps_left = None
            raise CrashError
