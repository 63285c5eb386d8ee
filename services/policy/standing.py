"""The rules by which one question is answered: gate and reader of drafts, taken together."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from schemas.verdict import Verdict
from services.policy.bundle import Bundle
from services.policy.draft_reader import DraftReader
from services.runtime.gate import Facts, Gate

FactsBy = Callable[[DraftReader], Facts]


class Trial(Protocol):
    """Rules that are tried beside those in force."""

    def ask(self, facts_by: FactsBy, obeyed: Verdict) -> None:
        """Have a question asked again, and count what would have been decided otherwise."""
        ...


@dataclass(frozen=True, slots=True)
class StandingRules:
    """One numbered set of rules, ready to be asked.

    Whoever answers a question takes it once and uses it to the end, so that findings and verdict
    are of the same rules whatever comes into force meanwhile. `bundle` is None for a gate that has
    none; `trial` are rules that are asked the same and not obeyed.
    """

    gate: Gate
    reader: DraftReader
    number: int
    bundle: Bundle | None = None
    trial: Trial | None = None

    def judge(self, facts_by: FactsBy) -> tuple[Facts, Verdict]:
        """Return the facts of one question, and the verdict on them; what is tried hears it too."""
        facts = facts_by(self.reader)
        verdict = self.gate.judge(facts)
        if self.trial is not None:
            self.trial.ask(facts_by, verdict)
        return facts, verdict


class Standing(Protocol):
    """Where the rules in force at this moment are to be had."""

    def now(self) -> StandingRules:
        """Return the rules in force; asking costs nothing."""
        ...


class FixedRules:
    """Rules that stay what they are."""

    def __init__(self, standing: StandingRules) -> None:
        self._standing = standing

    def now(self) -> StandingRules:
        """Return them."""
        return self._standing
