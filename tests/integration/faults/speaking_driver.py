"""A process that speaks: it does numbered deeds, each under its own keys, and dies where told."""

import json
import logging
import os
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import regopy  # noqa: F401 - loaded once, in the server that forks
import structlog

from services.policy.regopy_engine import RegopyEngine
from services.publish.house_platform import FAULTS_VARIABLE
from services.runtime.errors import RejectError
from services.runtime.failpoints import order_at_failpoints
from tests.fakes import wait_until
from tests.integration.faults.driver import deadly
from tests.speaking_town import POSTS_COUNT, QuickClock, RulesInPlace, SpeakingTown, post_id

TIMES: Final = 60.0
"""How fast days pass: what a platform may take half a minute to show is waited for in half a
second."""
CYCLE: Final[Mapping[int, str]] = {
    4: "phone",
    6: "withdrawn",
    8: "edited",
    10: "statement",
    12: "lend",
    13: "lent",
    14: "lent",
    15: "take back",
    17: "halt",
    20: "release",
    22: "stepwise",
}
CYCLE_DEEDS: Final = 24
ONCE: Final = ("answer", "statement", "stepwise", "edited")
"""What must stand in public in the end, once."""
ENGINE_SECONDS_MAX: Final = 15.0


@dataclass(frozen=True, slots=True)
class SpeakingOrder:
    """What a process is to do: the deeds from `first` on, then wait until nothing more goes out.

    At the `hit`-th time it reaches the place `kill_at` it kills itself. `start` is when days began
    to pass quickly. `house_faults` is a plan for its platform; `rules_in_child` has the rules asked
    where they are in earnest. `stops_short` kills it once the last deed is done, with what waits.
    """

    folder: Path
    start: datetime
    first: int
    end: int
    kill_at: str | None = None
    hit: int = 1
    house_faults: Mapping[str, Any] | None = None
    rules_in_child: bool = False
    stops_short: bool = False


def drive_speaking(order: SpeakingOrder, told: Connection) -> None:
    """Carry an order out; sends each number once its deed is done, and None at the end."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if order.kill_at:
        order_at_failpoints(deadly(order.kill_at, order.hit))
    if order.house_faults is not None:
        faults = order.folder.parent / "faults.json"
        faults.write_text(json.dumps(order.house_faults), "utf-8")
        os.environ[FAULTS_VARIABLE] = str(faults)
    town = SpeakingTown(
        order.folder,
        QuickClock(order.start, TIMES),
        (lambda bundle: RegopyEngine(bundle, seconds_max=ENGINE_SECONDS_MAX))
        if order.rules_in_child
        else RulesInPlace,
    )
    town.set_up()
    town.speaking.start()
    for number in range(order.first, order.end):
        do_deed(town, number)
        told.send(number)
    if order.stops_short:
        os.kill(os.getpid(), signal.SIGKILL)
    rest(town)
    town.engine.close()
    # No clean end: the next process takes over from one that just stopped being there.
    told.send(None)


def kind_of(number: int) -> str:
    """Return what the n-th deed is."""
    return CYCLE.get(number % CYCLE_DEEDS, "answer")


def text_of(number: int, day: str = "Friday") -> str:
    """Return what the n-th deed says, and no other does."""
    return f"Bin {number} is emptied on {day}."


def do_deed(town: SpeakingTown, number: int) -> None:
    """Do the n-th deed: as often as it is done over, it is done once."""
    DEEDS[kind_of(number)](town, number)


def _answer(town: SpeakingTown, number: int, who: str = "ann") -> None:
    act = _proposed(town, number, who, post_id=post_id(number % POSTS_COUNT))
    _approve(town, number, act)


def _lent(town: SpeakingTown, number: int) -> None:
    _answer(town, number, "curt")


def _statement(town: SpeakingTown, number: int) -> None:
    _approve(town, number, _proposed(town, number, kind="statement", account="library"))


def _phone(town: SpeakingTown, number: int) -> None:
    text = f"{text_of(number)} Ring the crew on 07700 900123."
    place = {"post_id": post_id(number % POSTS_COUNT), "text": text}
    act = town.do("answer", "ann", f"answer {number}", **place)
    assert act["state"] == "denied", act["sentence"]


def _withdrawn(town: SpeakingTown, number: int) -> None:
    act = _proposed(town, number, post_id=post_id(number % POSTS_COUNT))
    town.do("withdraw", "ann", f"withdraw {number}", act_id=act["id"], why="not needed")


def _edited(town: SpeakingTown, number: int) -> None:
    """Write an act anew just as it is about to go out: one wording of the two does, once."""
    act = _proposed(town, number, post_id=post_id(number % POSTS_COUNT))
    approved = _approve(town, number, act)
    anew = {"act_id": act["id"], "version": approved["version"], "text": text_of(number, "Monday")}
    with suppress(RejectError):
        draft = town.do("edit", "ann", f"edit {number}", **anew)
        again = town.do("propose", "ann", f"again {number}", act_id=draft["id"])
        consent = {"act_id": again["id"], "digest": again["digest"]}
        town.do("approve", "bob", f"approve again {number}", **consent)


def _stepwise(town: SpeakingTown, number: int) -> None:
    place = {"post_id": post_id(number % POSTS_COUNT), "text": text_of(number)}
    draft = town.do("draft", "ann", f"draft {number}", **place)
    act = town.do("propose", "ann", f"propose {number}", act_id=draft["id"])
    town.do("approve", "dee", f"approve {number}", act_id=act["id"], digest=act["digest"])


def _lend(town: SpeakingTown, number: int) -> None:
    town.give_grant("curt", "town", key=f"lend {number}")


def _take_back(town: SpeakingTown, number: int) -> None:
    lent = town.give_grant("curt", "town", key=f"lend {number - 3}")
    town.do("end-grant", "gail", f"take back {number}", grant_id=lent, why="the week is over")


def _halt(town: SpeakingTown, number: int) -> None:
    town.do("halt", "otto", f"halt {number}", kind="account", name="town", why="as ordered")


def _release(town: SpeakingTown, number: int) -> None:
    for who in ("gail", "dee"):
        order = {"kind": "account", "name": "town", "why": "all is well"}
        town.do("release", who, f"release {number}", **order)


def _proposed(town: SpeakingTown, number: int, who: str = "ann", **place: Any) -> dict[str, Any]:
    act = town.do("answer", who, f"answer {number}", text=text_of(number), **place)
    assert act["state"] == "held", act["sentence"]
    return act


def _approve(town: SpeakingTown, number: int, act: Mapping[str, Any]) -> dict[str, Any]:
    consent = {"act_id": act["id"], "digest": act["digest"]}
    return town.do("approve", "bob", f"approve {number}", **consent)


DEEDS: Final[Mapping[str, Callable[[SpeakingTown, int], None]]] = {
    "answer": _answer,
    "phone": _phone,
    "withdrawn": _withdrawn,
    "edited": _edited,
    "statement": _statement,
    "lend": _lend,
    "lent": _lent,
    "take back": _take_back,
    "halt": _halt,
    "release": _release,
    "stepwise": _stepwise,
}


def rest(town: SpeakingTown) -> None:
    """Wait until nothing more goes out, what came back to people being agreed to again.

    What waits then was looked at twice in vain. Raises AssertionError where a sender has ended.
    """
    town.engine.asked.clear()

    def rested() -> bool:
        ended = [each.stopped_because or each.crashed_with for each in town.speaking.senders]
        assert not any(ended), ended
        for sender in town.speaking.senders:
            sender.wake()
        looked_at = all(town.engine.asked[act] > 1 for act in town.waiting())
        return looked_at and not town.is_settling() and not _agreed_again(town)

    wait_until(rested)


def _agreed_again(town: SpeakingTown) -> int:
    """Agree anew to what was begun and has not gone out; return how many acts those were."""
    held = town.speaking.desk.acts(state="held", case_id=None, after=None, limit=500)
    begun = [act for act in held if act["sending"] is not None]
    for act in begun:
        town.do("approve", "bob", None, act_id=act["id"], digest=act["digest"])
        town.engine.asked.pop(act["id"], None)
    return len(begun)
