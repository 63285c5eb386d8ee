"""Platforms under test: each with an account of ours, someone else's post, and faults on demand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from schemas.act import UNDO_OF, ActContent, ActKind
from services.house.faults import Fault, HouseFaults
from services.house.sqlite_house import House
from services.house.threads import HouseAct
from services.publish.house_platform import HousePlatform
from services.runtime.account_state import AccountState
from services.runtime.clock import ManualClock
from services.runtime.platform import OwnAct, Platform, PlatformReply, PlatformRequest
from tests.conftest import START

ACCOUNT = "town"
TIMEOUT_SECONDS = 5.0
EVERYTHING = 500


class Stage(Protocol):
    """What the suite asks of a platform beside the port: its state, and trouble at will."""

    platform: Platform
    credential: str
    parent: str
    other: str

    def order(self, *faults: Fault) -> None:
        """Have the next requests go wrong."""
        ...

    def without_keys(self) -> None:
        """Have it take no keys."""
        ...

    def without_reading_back(self) -> None:
        """Have it list nothing."""
        ...

    def slow(self, seconds: float) -> None:
        """Have every answer take so long."""
        ...

    def texts(self) -> Sequence[str]:
        """Return every text that stands there, answers to the parent and all else."""
        ...

    def parent_text(self) -> str | None:
        """Return what the parent says now, or None where it is gone."""
        ...

    def restart(self) -> None:
        """End it and start it again on what it kept."""
        ...


@dataclass
class HouseStage:
    """The house platform on a file of its own."""

    path: Path
    clock: ManualClock

    def __post_init__(self) -> None:
        self.faults = HouseFaults()
        self.paused: list[float] = []
        self.other = "ann"
        self._open()
        self.credential = self.house.enrol("mercatburgh", "Mercatburgh Council")
        self.house.welcome("ann", "Ann")
        asked = HouseAct("statement", text="When are the bins in Mill Lane emptied?")
        self.parent = self.house.carry_out("ann", asked).remote_id

    def order(self, *faults: Fault) -> None:
        """Have the next requests go wrong."""
        self.faults.order(*faults)

    def without_keys(self) -> None:
        """Have it take no keys."""
        self.faults.takes_keys = False

    def without_reading_back(self) -> None:
        """Have it list nothing."""
        self.faults.reads_back = False

    def slow(self, seconds: float) -> None:
        """Have every answer take so long."""
        self.faults.slow_seconds = seconds

    def texts(self) -> Sequence[str]:
        """Return every text that stands there."""
        return [post.text for post, _ in self.house.latest(EVERYTHING) if not post.deleted]

    def parent_text(self) -> str | None:
        """Return what the parent says now, or None where it is gone."""
        post = self.house.post(self.parent)
        return None if post is None or post.deleted else post.text

    def restart(self) -> None:
        """End it and start it again on what it kept."""
        self.house.close()
        self._open()

    def _open(self) -> None:
        self.house = House(self.path, self.clock)
        self.platform: Platform = HousePlatform(
            self.house,
            {ACCOUNT: "mercatburgh"},
            address="https://mercat.mercatburgh.example",
            faults=self.faults,
            pause=self.paused.append,
        )


STAGES: dict[str, Callable[[Path, ManualClock], HouseStage]] = {
    "house": lambda folder, clock: HouseStage(folder / "house.sqlite", clock)
}
"""Every platform there is an adapter for, by name."""


def content(stage: Stage, kind: ActKind = "reply", text: str | None = None) -> ActContent:
    """Return an act that a platform takes, about the parent or its author."""
    texts = {"statement": "Good morning.", "reply": "On Thursday.", "profile": "We answer."}
    targets = {"reply": stage.parent, "repost": stage.parent, "hide": stage.parent}
    targets |= dict.fromkeys(("block", "mute", "follow"), stage.other)
    targets |= {undo: targets[done] for done, undo in UNDO_OF.items() if done in targets}
    said = texts.get(kind, "") if text is None else text
    return ActContent(kind=kind, account=ACCOUNT, text=said, target=targets.get(kind))


def perform(
    stage: Stage, act: ActContent, key: str = "k1", credential: str | None = None
) -> PlatformReply:
    """Ask a platform to carry an act out."""
    request = PlatformRequest(account=act.account, content=act, key=key)
    given = stage.credential if credential is None else credential
    return stage.platform.perform(request, given, TIMEOUT_SECONDS)


def acts_of(stage: Stage) -> Sequence[OwnAct]:
    """Return everything the account did so far."""
    return stage.platform.own_acts(ACCOUNT, stage.credential, START - timedelta(days=1), EVERYTHING)


def state_of(stage: Stage, limit: int = EVERYTHING, credential: str | None = None) -> AccountState:
    """Return how the account stands."""
    given = stage.credential if credential is None else credential
    return stage.platform.state_of(ACCOUNT, given, limit)
