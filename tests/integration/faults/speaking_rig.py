"""Folders of a town that speaks, ready for processes to die on, and what is left of them."""

import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from services.runtime.system_clock import SystemClock
from tests.integration.faults.processes import KILLED, Life, life_of
from tests.integration.faults.speaking_driver import (
    ONCE,
    TIMES,
    SpeakingOrder,
    drive_speaking,
    kind_of,
    text_of,
)
from tests.simulation.checkers_speaking import speaking_breaches
from tests.simulation.speaking_remains import SpeakingRemains, speaking_remains
from tests.speaking_town import QuickClock, SpeakingTown, make_speaking_folder


def prepared(place: Path) -> Path:
    """Make a folder whose town is set up: people at work, posts to answer."""
    place.mkdir()
    town = SpeakingTown(make_speaking_folder(place), SystemClock())
    town.set_up()
    town.stop()
    return place


@dataclass
class SpeakingRig:
    """One folder and the processes that worked on it, one after another."""

    place: Path
    start: datetime = field(default_factory=lambda: SystemClock().now())
    done: list[int] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """The data folder; keys and checkpoints lie beside it."""
        return self.place / "data"

    def live(self, end: int, kill_after_seconds: float | None = None, **order: Any) -> Life:
        """Let a process do deeds up to a number, from a few before the first that is not done."""
        first = max(0, max(self.done, default=-1) - 1)
        asked = SpeakingOrder(self.folder, self.start, first, end)
        life = life_of(drive_speaking, replace(asked, **order), kill_after_seconds)
        self.done += life.acknowledged
        return life

    def die(self, end: int, kill_at: str, hit: int, **order: Any) -> None:
        """Let a process kill itself at a place; it must have come there."""
        life = self.live(end, kill_at=kill_at, hit=hit, **order)
        assert (KILLED, False) == (life.exit_code, life.finished), life

    def finish(self, end: int, **order: Any) -> SpeakingRemains:
        """Return what is left once one process has done everything in peace."""
        life = self.live(end, **order)
        assert life.finished, life
        return speaking_remains(self.folder)

    def opened(self) -> SpeakingTown:
        """Return the town, opened in this process."""
        return SpeakingTown(self.folder, QuickClock(self.start, TIMES))


def copied(prepared_place: Path, place: Path) -> SpeakingRig:
    """Return a rig on a copy of a folder that was made ready."""
    shutil.copytree(prepared_place, place)
    folder = place / "data"
    settings = folder / "mercat.yaml"
    said = settings.read_text("utf-8").replace(str(prepared_place), str(place))
    settings.write_text(said, "utf-8")
    return SpeakingRig(place)


def wrong_with(remains: SpeakingRemains, numbers: Iterable[int]) -> list[str]:
    """Return every breach, and each deed of these numbers that is not in public as often as due."""
    said = Counter(deed.text for deed in remains.deeds)
    wrong = speaking_breaches(remains)
    states = {
        row["text"]: f"{row['state']}, {row['sentence']}" for row in remains.rows["acts"].values()
    }
    for number in numbers:
        kind = kind_of(number)
        count = said[text_of(number)] + said[text_of(number, "Monday")]
        if (kind in ONCE and count != 1) or count > 1:
            state = states.get(text_of(number)) or states.get(text_of(number, "Monday"))
            wrong.append(f"deed {number}, {kind}, stands in public {count} times: {state}")
        if kind in ("phone", "withdrawn") and count:
            wrong.append(f"deed {number}, {kind}, stands in public")
    return wrong


def settle(rig: SpeakingRig, remains: SpeakingRemains, act_id: str) -> None:
    """Have a person say of an act in doubt what they see on the platform."""
    text = remains.rows["acts"][act_id]["text"]
    shown = [deed.remote_id for deed in remains.deeds if deed.text == text]
    word = {"outcome": "sent", "remote_id": shown[0]} if shown else {"outcome": "not-sent"}
    town = rig.opened()
    town.speaking.settle(act_id, {**word, "why": "I looked."}, town.actor("dee"))
    town.stop()
