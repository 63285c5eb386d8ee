"""What a colour stands for on every dashboard: one word has one colour, wherever it is drawn.

The colours are those that people tell apart who see few of them (Okabe and Ito, Color Universal
Design, 2008), and feelings have the ones that the month's report gives them.
"""

from collections.abc import Mapping
from typing import Final

Colours = Mapping[str, str]
"""The colour of each series that has one of its own, by what the series is called."""

BLUE: Final = "#0072b2"
SKY: Final = "#56b4e9"
GREEN: Final = "#009e73"
ORANGE: Final = "#e69f00"
VERMILION: Final = "#d55e00"
PURPLE: Final = "#cc79a7"

SAID: Final[Colours] = {"allow": GREEN, "hold": ORANGE, "deny": VERMILION}
STOPPED: Final[Colours] = {"held": ORANGE, "denied": VERMILION}
FELT: Final[Colours] = {"negative": BLUE, "neutral": ORANGE, "positive": GREEN}
CASES: Final[Colours] = {"open": BLUE, "overdue": VERMILION}
SENT: Final[Colours] = {
    "sent": GREEN,
    "reconciled": BLUE,
    "deferred": SKY,
    "held": ORANGE,
    "refused": VERMILION,
    "unknown": PURPLE,
}
