"""Faults on demand: what a test has the house platform do instead of answering as it should."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from services.runtime.errors import InputInvalidError

Fault = Literal[
    "none",
    "time-out-before",
    "time-out-after",
    "failure-before",
    "failure-after",
    "busy",
    "refuse",
    "parent-edited",
    "parent-gone",
]
"""What becomes of one request. `before` and `after` its taking: nothing was done, or all of it, and
the caller is told neither. `parent-edited`, `parent-gone`: the author of what it is about changes
or removes it just before; the request itself is answered as it should be."""

FAULTS: Final[tuple[Fault, ...]] = get_args(Fault)
FAULTS_PLANNED_MAX: Final = 10_000


@dataclass
class HouseFaults:
    """A plan for the next requests, in order, and what is so of all of them.

    When the plan is used up, requests are answered as they should be. `slow_seconds`: how long an
    answer takes. Without `takes_keys` a repeat is carried out again; without `reads_back` what an
    account did cannot be listed.
    """

    plan: deque[Fault] = field(default_factory=deque)
    slow_seconds: float = 0.0
    wait_seconds: float = 30.0
    takes_keys: bool = True
    reads_back: bool = True

    def order(self, *faults: Fault) -> None:
        """Add to the plan."""
        assert len(self.plan) + len(faults) <= FAULTS_PLANNED_MAX, "a plan is bounded"
        self.plan.extend(faults)

    def next_fault(self) -> Fault:
        """Take the next request's fault from the plan."""
        return self.plan.popleft() if self.plan else "none"


def faults_from(document: Mapping[str, Any]) -> HouseFaults:
    """Return what a JSON object orders: `plan` and the other fields of `HouseFaults`.

    Raises InputInvalidError for a field or fault that is none.
    """
    known = {"plan", "slow_seconds", "wait_seconds", "takes_keys", "reads_back"}
    unknown = document.keys() - known
    if unknown:
        raise InputInvalidError(f"{', '.join(sorted(unknown))}: house faults have no such field")
    given = {name: value for name, value in document.items() if name != "plan"}
    return HouseFaults(plan=deque(_planned(document.get("plan", ()))), **given)


def _planned(names: Iterable[Any]) -> list[Fault]:
    planned = list(names)[:FAULTS_PLANNED_MAX]
    for name in planned:
        if name not in FAULTS:
            raise InputInvalidError(f"{name!r} is no fault of the house; they are {FAULTS}")
    return planned
