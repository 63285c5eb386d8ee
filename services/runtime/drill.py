"""What a drill is: a fault made on purpose in a demonstration, for minutes, to try an alert."""

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from services.runtime.counting import counted
from services.runtime.errors import RejectError

MINUTES_MIN: Final = 1
MINUTES_MAX: Final = 30
MINUTES_USUAL: Final = 5
LETTERS_COUNT: Final = 3
"""So many dead letters make the alert go off, and are far from stopping the door."""
FREE_BYTES_TOLD: Final = 100_000_000

ENGINE_DOWN: Final = "engine-down"
SOURCE_SILENT: Final = "source-silent"
PLATFORM_DOWN: Final = "platform-down"
DEAD_LETTERS: Final = "dead-letters"
DISK: Final = "disk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """One kind of drill.

    `does` says what is made to go wrong, `look` where that is seen besides. `alert` is the one that
    should turn on, after `alert_seconds` or so, and `runbook` the document that it sends people to.
    """

    name: str
    does: str
    look: str
    alert: str
    runbook: str
    alert_seconds: int


DRILLS: Final[Mapping[str, Drill]] = {
    drill.name: drill
    for drill in (
        Drill(
            name=ENGINE_DOWN,
            does="The rules are not asked: every verdict is a hold, and nothing is sent.",
            look="Propose something: it is held since the rules cannot be asked.",
            alert="MercatRulesCannotBeAsked",
            runbook="mercat-rules-cannot-be-asked",
            alert_seconds=120,
        ),
        Drill(
            name=SOURCE_SILENT,
            does="One source does not answer: what is posted there meanwhile comes in afterwards.",
            look="Look at the sources on the front page, or call `mercat doctor`.",
            alert="MercatSourceSilent",
            runbook="mercat-source-silent",
            alert_seconds=120,
        ),
        Drill(
            name=PLATFORM_DOWN,
            does="Platforms take no act: what is agreed waits, and is sent once the drill is over.",
            look="Agree to an act, or none waits and no alert turns on; then call `mercat acts`.",
            alert="MercatPlatformDoesNotAnswer",
            runbook="mercat-platform-does-not-answer",
            alert_seconds=120,
        ),
        Drill(
            name=DEAD_LETTERS,
            does=f"{counted(LETTERS_COUNT, 'item')} that nobody can read came in and were set "
            "aside; the drill takes them away at its end.",
            look="Call `mercat dead-letters list`.",
            alert="MercatDeadLettersWait",
            runbook="mercat-dead-letters-wait",
            alert_seconds=120,
        ),
        Drill(
            name=DISK,
            does=f"The metric of free space says {FREE_BYTES_TOLD // 1_000_000} MB. Nothing is "
            "written to the disk, and `mercat doctor` goes on to tell what is truly free.",
            look="Look at what is free at /metrics: mercat_folder_free_bytes.",
            alert="MercatDiskFills",
            runbook="mercat-disk-fills",
            alert_seconds=120,
        ),
    )
}


class Drills:
    """Which drill is on in this process, if one is; parts ask it whenever they are used.

    One at a time. A drill whose time is over is off at once; `over` says that it is still to be
    ended, by whoever takes away what it left. Any number of threads may ask.
    """

    def __init__(self, elapsed_seconds: Callable[[], float]) -> None:
        self._elapsed_seconds = elapsed_seconds
        self._lock = threading.Lock()
        self._now: tuple[Drill, float] | None = None

    def begin(self, name: str, minutes: int) -> Drill:
        """Begin one for some minutes. Raises RejectError where it is unknown, or another is on."""
        drill = DRILLS.get(name)
        if drill is None:
            raise RejectError(f"there is no drill {name!r}; there are {', '.join(DRILLS)}")
        if not MINUTES_MIN <= minutes <= MINUTES_MAX:
            raise RejectError(f"a drill lasts {MINUTES_MIN} to {MINUTES_MAX} minutes")
        with self._lock:
            if self._now is not None:
                other = self._now[0].name
                raise RejectError(
                    f"the drill {other} is on: end it with `mercat drill end`, since two at once "
                    "teach nothing"
                )
            self._now = (drill, self._elapsed_seconds() + minutes * 60)
        return drill

    def end(self) -> Drill | None:
        """End the one that is on; return it, or None where there was none."""
        with self._lock:
            ended, self._now = self._now, None
        return None if ended is None else ended[0]

    @property
    def seconds_left(self) -> float:
        """How much time is left of the one that is on; 0 where it is over, or none is."""
        now = self._now
        return 0.0 if now is None else max(0.0, now[1] - self._elapsed_seconds())

    @property
    def now_on(self) -> Drill | None:
        """The one that is on."""
        now = self._now
        return now[0] if now is not None and self.seconds_left else None

    @property
    def begun(self) -> Drill | None:
        """The one that was begun and not ended, be it on or over."""
        now = self._now
        return None if now is None else now[0]

    @property
    def over(self) -> bool:
        """Whether one has had its time and was not ended yet."""
        return self._now is not None and not self.seconds_left

    def is_on(self, name: str) -> bool:
        """Return whether that one is on."""
        drill = self.now_on
        return drill is not None and drill.name == name

    def asks(self, name: str) -> Callable[[], bool]:
        """Return what says whether that one is on, for a part to ask."""
        return lambda: self.is_on(name)

    @property
    def sentence(self) -> str | None:
        """What people are told while one is on."""
        drill = self.now_on
        if drill is None:
            return None
        minutes = counted(math.ceil(self.seconds_left / 60), "minute")
        return (
            f"on, and made on purpose. {drill.does} It ends by itself within {minutes}, or with "
            "`mercat drill end`"
        )
