"""The rules by which one question is answered: gate and reader of drafts, taken together."""

from dataclasses import dataclass
from typing import Protocol

from services.policy.bundle import Bundle
from services.policy.draft_reader import DraftReader
from services.runtime.gate import Gate


@dataclass(frozen=True, slots=True)
class StandingRules:
    """One numbered set of rules, ready to be asked.

    Whoever answers a question takes it once and uses it to the end, so that findings and verdict
    are of the same rules whatever comes into force meanwhile. `bundle` is None for a gate that has
    none.
    """

    gate: Gate
    reader: DraftReader
    number: int
    bundle: Bundle | None = None


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
