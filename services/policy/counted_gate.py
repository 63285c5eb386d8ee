"""A gate that tells of every verdict it gives: by which rules, on what, and how long it took."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from schemas.verdict import Verdict
from services.runtime.gate import Facts, Gate


class Judged(NamedTuple):
    """A verdict, the number of the rules that gave it, the phase it was asked in, and its time."""

    number: int
    phase: str
    verdict: Verdict
    seconds: float


class TellJudged(Protocol):
    """Where verdicts are counted; from several threads at once."""

    def judged(self, told: Judged) -> None:
        """Count a verdict."""
        ...


class CountedGate:
    """Asks a gate, and tells what it answered. What it tells changes nothing about the answer."""

    def __init__(
        self, gate: Gate, number: int, tell: TellJudged, elapsed_seconds: Callable[[], float]
    ) -> None:
        self._gate = gate
        self._number = number
        self._tell = tell
        self._elapsed_seconds = elapsed_seconds

    def judge(self, facts: Facts) -> Verdict:
        """Return the gate's verdict."""
        begun_seconds = self._elapsed_seconds()
        verdict = self._gate.judge(facts)
        seconds = self._elapsed_seconds() - begun_seconds
        self._tell.judged(Judged(self._number, str(facts.get("phase")), verdict, seconds))
        return verdict
