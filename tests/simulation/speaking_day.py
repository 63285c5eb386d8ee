"""A compressed day of a town that speaks, in one thread: real desk, gate, senders and files.

What is simulated is the world around them: people of every sort, residents who change what was
answered, a platform that fails, an engine that fails, and a process that dies at any step.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Final

from services.house.faults import FAULTS, Fault, HouseFaults
from services.house.threads import HouseAct
from services.publish.house_platform import HousePlatform
from services.publish.hushed_platform import HushedPlatform
from services.runtime.clock import ManualClock
from services.runtime.errors import RejectError, RetryLaterError
from services.runtime.failpoints import SPEAKING_FAILPOINTS, forget_orders, order_at_failpoints
from tests.simulation.flaky_engine import TROUBLES, FlakyEngine
from tests.speaking_town import (
    ACCOUNTS,
    POSTS_COUNT,
    RESIDENT,
    RulesInPlace,
    SpeakingTown,
    make_speaking_folder,
    post_id,
)

START: Final = datetime(2026, 3, 3, 8, tzinfo=UTC)
REST_TURNS_MAX: Final = 20_000
WRITERS: Final = ("ann", "ann", "dee", "curt")
APPROVERS: Final = ("bob", "bob", "dee", "gail", "ann")
HALTS: Final = (
    ("account", "town"),
    ("account", "library"),
    ("everything", ""),
    ("person", "ann"),
    ("theme", "bins"),
)
TEXTS: Final = (
    *("It is emptied on Friday.",) * 6,
    *("It was emptied this morning. Sorry for the wait.",) * 3,
    "Ring the crew on 07700 900123.",
    "We will look into it.",
    "Long " * 120,
)
MOSTLY: Final[tuple[Fault, ...]] = ("time-out-before", "time-out-after", "failure-after") * 2
TROUBLE_SHARE: Final = 0.25
ENGINE_TROUBLE_SHARE: Final = 0.3
SAME_TEXT_SHARE: Final = 0.6
STEPS_TO_CRASH_MAX: Final = 8


class CrashError(BaseException):
    """The process died here: nothing that it held is left, and nobody may catch it on the way."""


@dataclass(slots=True)
class DayTally:
    """How often each thing befell a day: a day without faults would prove nothing."""

    crashes: int = 0
    refusals: int = 0
    outages: int = 0
    platform_faults: int = 0
    halts: int = 0
    approvals: int = 0
    ended_grants: int = 0
    changed_parents: int = 0
    overtaken: int = 0


class SpeakingDay:
    """One seed's day; `takes_keys` and `reads_back` are what its platform can do."""

    def __init__(
        self, place: Path, seed: int, *, takes_keys: bool = True, reads_back: bool = True
    ) -> None:
        self.random = Random(seed)
        self.clock = ManualClock(START)
        self.tally = DayTally()
        self.house = HouseFaults(takes_keys=takes_keys, reads_back=reads_back, wait_seconds=20.0)
        self.town = SpeakingTown(make_speaking_folder(place), self.clock, self._engine)
        self.town.set_up()
        self._acts: list[str] = []
        self._grants: list[str] = []
        self._steps_left: int | None = None
        self._texts = 0
        self._take_up()

    def run(self, steps: int) -> None:
        """Live so many steps, then let faults end and the town come to rest."""
        order_at_failpoints(self._reached)
        try:
            for _ in range(steps):
                self.clock.advance(self.random.choice((0.05, 0.5, 2.0, 30.0)))
                self._survived(self._deed())
            self._steps_left = None
            self.rest()
        finally:
            forget_orders()

    def rest(self) -> None:
        """End all trouble, then turn until nothing more goes out, and settle what nobody knew.

        Raises AssertionError where it never comes to rest.
        """
        self.engine.trouble = None
        self.house.plan.clear()
        for kind, name in HALTS:
            self._released(kind, name)
        self._turned_to_rest()
        for account in ACCOUNTS:
            for row in self.town.store.select("sendings_unknown_of", (account, 500)):
                self._settle(str(row["id"]))
        self._turned_to_rest()

    def close(self) -> Path:
        """Let go of the folder and return it."""
        self.town.stop()
        return self.town.folder

    def _turned_to_rest(self) -> None:
        for _ in range(REST_TURNS_MAX):
            for sender in self.town.speaking.senders:
                sender.turn()
            if not (self.town.is_settling() or list(self.town.waiting())):
                return
            self.clock.advance(1.0)
        raise AssertionError("faults are over and the senders do not come to rest")

    # What may happen

    def _deed(self) -> Callable[[], None]:
        """Return what happens next, by chance."""
        deeds: Mapping[Callable[[], None], int] = {
            self._write: 14,
            self._write_stepwise: 3,
            self._approve: 18,
            self._edit: 4,
            self._withdraw: 2,
            self._turn: 34,
            self._halt: 2,
            self._release: 12,
            self._lend: 3,
            self._take_back: 1,
            self._change_parent: 2,
            self._platform_trouble: 6,
            self._engine_trouble: 4,
            self._arm: 6,
            self._pass_hours: 2,
        }
        return self.random.choices(list(deeds), list(deeds.values()))[0]

    def _write(self) -> None:
        self._kept(self._said("answer", **self._draft()))

    def _write_stepwise(self) -> None:
        who, draft = self._who(WRITERS), self._draft()
        kept = self._said("draft", who, **draft)
        if kept is not None:
            self._kept(kept)
            self._said("propose", who, act_id=kept["id"])

    def _approve(self) -> None:
        """Agree to what waits, for the most part; now and then to anything at all."""
        held = self.town.speaking.desk.acts(state="held", case_id=None, after=None, limit=500)
        known = {act["id"]: act for act in held}
        waiting = [known[act] for act in self._acts if act in known]
        if waiting:
            act = self.random.choice(waiting)
            who = self._who(APPROVERS)
            if self._said("approve", who, act_id=act["id"], digest=act["digest"]) is not None:
                self.tally.approvals += 1

    def _edit(self) -> None:
        act = self._some_act()
        if act is not None:
            # The same words again are another wording: what was agreed to before is void.
            text = act["text"] if self.random.random() < SAME_TEXT_SHARE else self._text()
            anew = {"act_id": act["id"], "version": act["version"], "text": text}
            if self._said("edit", act["author"], **anew) is not None:
                self._said("propose", act["author"], act_id=act["id"])

    def _withdraw(self) -> None:
        act = self._some_act()
        if act is not None:
            self._said("withdraw", act["author"], act_id=act["id"], why="not needed")

    def _turn(self) -> None:
        """Let a sender work; now and then somebody acts while the rules are being asked."""
        if self.random.random() < TROUBLE_SHARE:
            self.engine.meanwhile = self.random.choice((self._halt, self._take_back, self._approve))
        for sender in self.random.choices(self.town.speaking.senders, k=3):
            sender.turn()
        self.engine.meanwhile = None

    def _halt(self) -> None:
        kind, name = self.random.choice(HALTS)
        self.tally.halts += 1
        self._said("halt", "otto", kind=kind, name=name, why="as ordered")

    def _release(self) -> None:
        self._released(*self.random.choice(HALTS))

    def _released(self, kind: str, name: str) -> None:
        for who in ("gail", "dee"):
            self._said("release", who, kind=kind, name=name, why="all is well")

    def _lend(self) -> None:
        order = {"login": "curt", "account": self.random.choice(ACCOUNTS), "why": "their week"}
        days = self.random.choice((0.05, 0.2, 7))
        given = self._said("give-grant", "gail", kinds=("reply", "statement"), days=days, **order)
        if given is not None:
            self._grants.append(given["grant_id"])

    def _take_back(self) -> None:
        if self._grants:
            grant = self._grants.pop(self.random.randrange(len(self._grants)))
            self.tally.ended_grants += 1
            self._said("end-grant", "gail", grant_id=grant, why="the week is over")

    def _change_parent(self) -> None:
        """Have a resident change or remove a post; Mercat hears of it, or not yet."""
        number = self.random.randrange(POSTS_COUNT)
        row: Mapping[str, Any] | None = self.town.row("posts", post_id(number))
        assert row is not None, "it is set up"
        assert self.town.embedded.house is not None, "it is set up"
        removed = self.random.random() < TROUBLE_SHARE
        native_id = row["native_id"]
        text = "" if removed else f"When is bin {number} emptied, again?"
        act = HouseAct("delete" if removed else "edit", text=text, target=native_id)
        try:
            self.town.embedded.house.carry_out(RESIDENT, act)
        except RejectError:
            return
        self.tally.changed_parents += 1
        if self.random.random() > TROUBLE_SHARE:
            state, revision = (
                ("removed", row["revision"]) if removed else ("live", f"r{self._next()}")
            )
            self.town.hear(number, native_id, state, str(revision))

    def _platform_trouble(self) -> None:
        self.tally.platform_faults += 1
        self.house.order(self.random.choice((*FAULTS, *MOSTLY)))

    def _engine_trouble(self) -> None:
        self.tally.outages += 1
        troubled = self.random.random() < ENGINE_TROUBLE_SHARE
        self.engine.trouble = self.random.choice(TROUBLES) if troubled else None

    def _arm(self) -> None:
        """Have the process die a few steps of speaking further on."""
        self._steps_left = self.random.randint(1, STEPS_TO_CRASH_MAX)

    def _pass_hours(self) -> None:
        self.clock.advance(self.random.uniform(0.0, 3.0) * 3_600)

    # What all of that stands on

    def _survived(self, deed: Callable[[], None]) -> None:
        try:
            deed()
        except CrashError:
            self.tally.crashes += 1
            self._take_up()

    def _take_up(self) -> None:
        """Go on as a process that has just been started."""
        self.engine.meanwhile = None
        self.town.begin_again()
        for platform in self.town.speaking.platforms.values():
            assert isinstance(platform, HushedPlatform), "no platform is spoken to bare"
            assert isinstance(platform._platform, HousePlatform), "this town has one platform"
            platform._platform._faults = self.house

    def _reached(self, place: str) -> None:
        if self._steps_left is None or place not in SPEAKING_FAILPOINTS:
            return
        self._steps_left -= 1
        if self._steps_left == 0:
            self._steps_left = None
            raise CrashError(place)

    def _engine(self, bundle: Any) -> FlakyEngine:
        self.engine = FlakyEngine(RulesInPlace(bundle), self.clock.advance)
        return self.engine

    def _said(self, verb: str, who: str | None = None, **order: Any) -> dict[str, Any] | None:
        """Return what the desk answered, or None where it would not."""
        try:
            return self.town.do(verb, who or self._who(WRITERS), **order)
        except (RejectError, RetryLaterError) as error:
            self.tally.refusals += 1
            self.tally.overtaken += isinstance(error, RetryLaterError)
            return None

    def _kept(self, act: Mapping[str, Any] | None) -> None:
        if act is not None:
            self._acts.append(act["id"])

    def _some_act(self) -> Mapping[str, Any] | None:
        if not self._acts:
            return None
        return self.town.speaking.desk.act(self.random.choice(self._acts[-20:]))

    def _draft(self) -> dict[str, Any]:
        if self.random.random() < TROUBLE_SHARE:
            account = self.random.choice(ACCOUNTS)
            return {"kind": "statement", "account": account, "text": self._text()}
        return {"post_id": post_id(self.random.randrange(POSTS_COUNT)), "text": self._text()}

    def _text(self) -> str:
        return f"Number {self._next()}. {self.random.choice(TEXTS)}"

    def _next(self) -> int:
        self._texts += 1
        return self._texts

    def _who(self, people: Sequence[str]) -> str:
        return self.random.choice(people)

    def _settle(self, act_id: str) -> None:
        """Have a person say what they see on the platform."""
        assert self.town.embedded.house is not None, "it is set up"
        content = self.town.speaking.approved.content_of(act_id)
        deeds = self.town.embedded.house.own_acts(content.account, START, 500)
        shown = [deed.remote_id for deed in deeds if deed.text == content.text]
        word = {"outcome": "sent", "remote_id": shown[0]} if shown else {"outcome": "not-sent"}
        actor = self.town.actor("dee")
        self.town.speaking.settle(act_id, {**word, "why": "I looked."}, actor)
