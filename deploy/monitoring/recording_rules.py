"""How fast each promise's budget is spent, over several windows, and how far the classifier drifts.

Windows and factors are those of "The Site Reliability Workbook", chapter 5: a fast burn is 14.4
times the budget over an hour and the last five minutes, a slow one 6 times over six hours and the
last half hour (https://sre.google/workbook/alerting-on-slos/).
"""

from dataclasses import dataclass
from typing import Final

from deploy.monitoring.alert import Group, Recording
from services.runtime import listening_metrics as listening
from services.runtime import speaking_metrics as speaking

WINDOWS: Final = ("5m", "30m", "1h", "6h")
FAST: Final = 14.4
SLOW: Final = 6.0
ROUTED_WITHIN: Final = "60.0"
HEAD_LATE_SECONDS: Final = 300
DRIFT_WINDOW: Final = "1d"
DRIFT_BEFORE: Final = "7d"
DRIFT_ANSWERS_MIN: Final = (500, 1_000)
"""How many answers each of the two has at least: fewer lie apart by chance alone."""
SHARE_MIN: Final = 0.0001
"""So that an answer that is new, or gone, does not weigh for ever."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A share of what happens that is to go well; `bad` gives the share that did not, in a window.

    Where nothing happened there is no series, so that a quiet night burns nothing.
    """

    name: str
    aim: float
    bad: str

    def recorded(self, window: str) -> str:
        """Return the name under which its bad share is kept."""
        return f"mercat:{self.name}_missed:ratio_{window}"

    def recording(self, window: str) -> Recording:
        """Return what keeps it."""
        return Recording(record=self.recorded(window), expr=self.bad.replace("WINDOW", window))

    def burns(self, factor: float, long: str, short: str) -> str:
        """Return what holds while the budget is spent so many times too fast, in both windows."""
        limit = f"{factor} * {round(1 - self.aim, 6)}"
        return f"{self.recorded(long)} > {limit} and {self.recorded(short)} > {limit}"


_ROUTED: Final = listening.ACCEPTED_TO_ROUTED_SECONDS.name
_ANSWERS: Final = listening.CASE_ANSWERS.name

ROUTED: Final = Promise(
    "routed",
    0.99,
    f'1 - sum(rate({_ROUTED}_bucket{{le="{ROUTED_WITHIN}"}}[WINDOW])) '
    f"/ (sum(rate({_ROUTED}_count[WINDOW])) > 0)",
)
ANSWERED: Final = Promise(
    "deadline",
    0.95,
    f'sum(increase({_ANSWERS}{{in_time="no"}}[WINDOW])) / (sum(increase({_ANSWERS}[WINDOW])) > 0)',
)
JUDGED: Final = Promise(
    "gate",
    0.999,
    f"sum(rate({speaking.ENGINE_FAILURES.name}[WINDOW])) "
    f"/ (sum(rate({speaking.VERDICTS.name}[WINDOW])) > 0)",
)
EXPORTED: Final = Promise(
    "head",
    0.99,
    f"avg_over_time((max({speaking.AUDIT_ENTRIES_UNCOVERED_AGE_SECONDS.name}) "
    f"> bool {HEAD_LATE_SECONDS})[WINDOW:30s])",
)
PROMISES: Final = (ROUTED, ANSWERED, JUDGED, EXPORTED)

_ANSWERED: Final = listening.CLASSIFY_ANSWERS.name


def _share(window: str, offset: str = "") -> str:
    counted = f"(increase({_ANSWERED}[{window}]{offset}))"
    fewest = DRIFT_ANSWERS_MIN[1 if offset else 0]
    return (
        f"clamp_min(sum by (question, answer) {counted} / on (question) group_left () "
        f"(sum by (question) {counted} > {fewest}), {SHARE_MIN})"
    )


def _filled(name: str, other: str) -> str:
    """Return shares with those answers too that the other time had, and only where it has any."""
    return f"(({name} or {other} * 0 + {SHARE_MIN}) and on (question) {name})"


DRIFT: Final = "mercat:classify_drift:psi"
_NOW: Final = "mercat:classify_share:ratio_1d"
_BEFORE: Final = "mercat:classify_share_before:ratio_7d"
_FILLED_NOW: Final = _filled(_NOW, _BEFORE)
_FILLED_BEFORE: Final = _filled(_BEFORE, _NOW)

RECORDINGS: Final = (
    Group(
        "mercat-promises",
        tuple(promise.recording(window) for promise in PROMISES for window in WINDOWS),
    ),
    Group(
        "mercat-drift",
        (
            Recording(record=_NOW, expr=_share(DRIFT_WINDOW)),
            Recording(record=_BEFORE, expr=_share(DRIFT_BEFORE, f" offset {DRIFT_WINDOW}")),
            # The population stability index: how far one spread of answers lies from another.
            Recording(
                record=DRIFT,
                expr=f"sum by (question) (({_FILLED_NOW} - {_FILLED_BEFORE}) "
                f"* ln({_FILLED_NOW} / {_FILLED_BEFORE}))",
            ),
        ),
        interval_seconds=300,
    ),
)
